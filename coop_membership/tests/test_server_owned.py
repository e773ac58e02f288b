"""Nobody writes by hand what our services write: each field of each DocType, tried by a save as each role.

A save is what a form, a program over REST, a bulk edit and an import end in.
"""

from __future__ import annotations

import frappe
from frappe.utils import add_days, today

from coop_membership import hooks, server_owned
from coop_membership.tests import dunning_factories, factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.tests.security import found

ROLES = ("Membership Manager", "Membership User", "Membership Board", "Dunning Manager", "Dunning User")
LAYOUT = ("Section Break", "Column Break", "Tab Break", "HTML", "Button", "Fold", "Heading")


def another(df, value):
	"""A value that the field may hold, other than the one it has."""
	if df.fieldtype == "Select":
		return next(one for one in (df.options or "").split("\n") if one and one != value)
	if df.fieldtype in ("Currency", "Float", "Int", "Percent"):
		return (value or 0) + 7
	if df.fieldtype == "Check":
		return 0 if value else 1
	if df.fieldtype == "Date":
		return add_days(value or today(), -400)
	if df.fieldtype == "Datetime":
		return "2001-02-03 04:05:06"
	if df.fieldtype == "Table":
		return [*[row.as_dict() for row in value or []], {}]
	return "forged"


class TestServerOwned(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		policy = dunning_factories.a_policy()
		cls.cooperative = factories.a_cooperative(accounting="Kept elsewhere", dunning_policy=policy.name)
		cls.member = factories.a_member(cls.cooperative)
		cls.users = {role: factories.a_user(role) for role in ROLES}
		late = dunning_factories.a_late_request(cls.cooperative, "2017-12-06")
		run = dunning_factories.computed(cls.cooperative, "2018-01-17")
		[notice] = dunning_factories.notices_of(run)
		draft = frappe.get_doc(
			{
				"doctype": "Share Subscription",
				"member": cls.member.name,
				"cooperative": cls.cooperative.name,
				"posting_date": today(),
				"due_date": today(),
				"items": [{"share_class": factories.class_of(cls.cooperative), "quantity": 1}],
			}
		).insert()
		payment = frappe.get_all("Member Payment", {"member": cls.member.name}, pluck="name")[0]
		cls.documents = [
			("Cooperative", cls.cooperative.name),
			("Dunning Notice", notice.name),
			("Dunning Run", run.name),
			("Member", cls.member.name),
			("Member Payment", payment),
			("Membership Application", factories.an_application(cls.cooperative).name),
			("Membership Application", late.application),
			("Private Details", frappe.db.get_value("Private Details", {"reference_name": cls.member.name})),
			("Share Subscription", draft.name),
			("Share Subscription", late.name),
		]

	def test_every_doctype_is_kept(self):
		"""Each has its line in the table, and the events that ask it; each read-only field is in it."""
		for doctype in found.doctypes(tables=False):
			self.assertIn(doctype, server_owned.OWNED, "add its line to coop_membership/server_owned.py")
			for event in ("before_validate", "before_update_after_submit", "before_cancel"):
				asked = hooks.doc_events[doctype][event]
				self.assertIn(hooks.REFUSE, asked if isinstance(asked, list) else [asked], (doctype, event))
			kept = {*server_owned.OWNED[doctype], *server_owned.DERIVED.get(doctype, ())}
			for df in frappe.get_meta(doctype).fields:
				if df.read_only and df.fieldtype not in LAYOUT and df.fieldname != "amended_from":
					if not (df.get("is_custom_field") or doctype == "Share Register Entry"):
						self.assertIn(df.fieldname, kept, doctype)

	def test_nobody_writes_them(self):
		"""Each field of a draft and of a submitted document, as each role and as the administrator."""
		for doctype, name in self.documents:
			fields = (*server_owned.OWNED[doctype], *server_owned.DERIVED.get(doctype, ()))
			for field in fields:
				for user in ("Administrator", *self.users.values()):
					with self.subTest(f"{doctype} {field} {user}"), factories.as_user(user):
						self.attack(doctype, name, field)

	def attack(self, doctype: str, name: str, field: str) -> None:
		document = frappe.get_doc(doctype, name)
		df, was = document.meta.get_field(field), document.as_dict().get(field)
		document.set(field, another(df, document.get(field)))
		frappe.db.savepoint("attack")
		try:
			document.save()
		except (frappe.ValidationError, frappe.PermissionError):
			frappe.db.rollback(save_point="attack")
			frappe.clear_messages()
		stored = frappe.get_doc(doctype, name).as_dict().get(field)
		plain = server_owned._plain
		self.assertEqual(
			plain(df, stored), plain(df, [frappe._dict(r) for r in was] if isinstance(was, list) else was)
		)

	def test_a_new_document_does_not_bring_them(self):
		"""A manager posts a request that is paid, a member with a number, a request for payment that is settled."""
		values = {
			"Membership Application": {"status": "Paid", "member": self.member.name, "is_increase": 1},
			"Member": {"status": "Active", "member_number": 77, "total_shares": 9},
		}
		with factories.as_user(self.users["Membership Manager"]):
			made = factories.an_application(self.cooperative, **values["Membership Application"])
			self.assertEqual((made.status, made.member, made.is_increase), ("Pending", None, 0))
			made = frappe.get_doc(
				{
					"doctype": "Member",
					"cooperative": self.cooperative.name,
					"first_name": "Ada",
					"last_name": "Byron",
					**values["Member"],
				}
			).insert()
			made.reload()
			self.assertEqual((made.status, made.member_number or 0, made.total_shares), ("Candidate", 0, 0))
			draft = frappe.copy_doc(frappe.get_doc(*self.documents[-2]))
			draft.update({"status": "Paid", "paid_amount": 25, "effective_date": "2020-01-01"})
			draft.insert()
			self.assertEqual((draft.status, draft.paid_amount, draft.effective_date), ("Open", 0, None))

	def test_a_price_is_the_class_s(self):
		"""Shares at 25 each: a draft by hand at 1 costs 25 all the same."""
		draft = frappe.get_doc(*self.documents[-2])
		draft.items[0].unit_price = 1
		draft.save()
		self.assertEqual((draft.items[0].unit_price, draft.amount), (25, 25))

	def test_cancelling_changes_nothing_else(self):
		"""A cancel that carries another amount along is refused whole."""
		subscription = factories.a_subscription(self.cooperative)
		for forged in ({"amount": 1}, {"status": "Paid"}, {"paid_amount": 75}):
			document = frappe.get_doc("Share Subscription", subscription.name)
			document.update(forged)
			with self.assertRaises(frappe.ValidationError):
				document.cancel()
		self.assertEqual(frappe.db.get_value("Share Subscription", subscription.name, "docstatus"), 1)
