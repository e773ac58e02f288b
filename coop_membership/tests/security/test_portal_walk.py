"""Every function and page of the portal with somebody else's name: nothing leaks, nothing changes.

Found by looking: a new function whose arguments the walk does not know, or that has no line in `rules.py`, fails here. Each is
called with values that its own service would take, so that it is the door that refuses and not a missing argument.
"""

from __future__ import annotations

import inspect

import frappe
from frappe.utils import add_days, today

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.dues import household
from coop_membership.portal import sections, visitor
from coop_membership.register import cards
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.tests.security import found, rules

PORTAL = "coop_membership.portal."
ABOUT_NOTHING = {f"{PORTAL}viewing.stop"}  # ends one's own look, whoever one is
# what must be the same before and after, of whom the walk tries to reach
WATCHED = (
	"Member",
	"Membership",
	"Share Subscription",
	"Share Transaction",
	"Private Details",
	"Membership Application",
	"Personal Data Deletion Request",
	"Email Queue",
	"ToDo",
	"File",
	"Dues Break",
	"Dues Cover",
	"Application Consent",
)


class TestPortalWalk(FrappeTestCase):
	"""Béa holds shares and pays dues; an association is represented by Inès, and was by Omar until yesterday."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = factories.a_cooperative(ELSEWHERE, portal_account="On approval")
		cls.plan = factories.a_plan(cls.cooperative, covers=3)
		cls.bea = factories.a_member(cls.cooperative, first_name="Béa", plan=cls.plan.name)
		cls.dues = frappe.get_doc("Membership", {"member": cls.bea.name})
		cls.cleo = factories.a_member(cls.cooperative, first_name="Cléo")
		household.cover(cls.bea, cls.cleo)
		cls.request = factories.a_transaction(cls.bea)
		cls.ines = factories.a_member(cls.cooperative, first_name="Inès")
		cls.former = factories.a_member(cls.cooperative, first_name="Farid")
		cls.former.db_set({"status": "Former", "left_on": today()})
		asked = factories.an_organisation(cls.cooperative, **factories.the_same(cls.ines))
		asked.approve()
		cls.garden = frappe.get_doc("Member", asked.member)
		cls.omar = factories.a_user("Member")
		contact = frappe.get_doc({"doctype": "Contact", "first_name": "Omar"}).insert()
		row = cls.garden.append(
			"representatives",
			{"contact": contact.name, "from_date": add_days(today(), -9), "to_date": add_days(today(), -1)},
		)
		row.db_insert()
		row.db_set("user", cls.omar)
		file = frappe.get_doc(
			{"doctype": "File", "file_name": f"{factories.unique()}.txt", "content": "x"}
		).insert()
		cls.document = frappe.get_doc(
			{
				"doctype": "Shared Document",
				"cooperative": cls.cooperative.name,
				"title": "For Béa",
				"file": file.file_url,
				"member": cls.bea.name,
			}
		).insert()

	def values(self, address: str) -> dict:
		"""Arguments of Béa's, for each name that a function of the portal takes."""
		names = {
			"coop_membership.portal.pages.documents.show": self.document.name,
			"coop_membership.portal.receipts.receipt": self.dues.name,
			"coop_membership.portal.dues.set_payer": "ACME",
		}
		return {
			**dict.fromkeys(("activity", "booking", "equipment", "place", "right"), "x"),
			"guests": 0,
			"number": self.bea.member_number,
			"starts_on": f"{today()} 10:00:00",
			"status": "Attended",
			"address": "1 rue Haute",
			"address_line1": "1 rue Haute",
			"address_line2": "",
			"agrees": 1,
			"amount": "60",
			"birth_date": None,
			"change": "proposed_email",
			"city": "Nowhere",
			"country": "France",
			"doctype": "Membership",
			"effective_date": None,
			"email": f"{factories.unique()}@example.com",
			"file_type": "JSON",
			"first_name": "Zoé",
			"iban": "BE71 0961 2345 6769",
			"key": "charter",
			"kind": "Gift",
			"language": "fr",
			"last_name": "Zola",
			"months": 3,
			"name": names.get(address, self.bea.name),
			"of": "x",
			"on_date": None,
			"person": self.cleo.name if address.startswith(f"{PORTAL}dues.") else None,
			"phone": "+33 6 12 34 56 78",
			"plan": self.plan.name,
			"postcode": "75001",
			"quantity": 1,
			"reason": "x",
			"receiver_email": None,
			"receiver_number": None,
			"request": self.request.name,
			"share_class": factories.class_of(self.cooperative),
			"sure": 1,
			"tariff": None,
			"to_share_class": None,
			"unwanted": "[]",
			"wanted": 1,
			"year": 2026,
		}

	def snapshot(self) -> dict:
		return {doctype: self.rows(doctype) for doctype in WATCHED}

	@staticmethod
	def rows(doctype: str) -> list:
		return frappe.get_all(doctype, fields=["name", "modified"], order_by="name")

	def outsiders(self):
		"""(who tries, whom they name)."""
		for user in ("Guest", factories.a_user("Member"), self.ines.user, self.former.user):
			for member in (self.bea, "MEM-99999", "%"):
				yield user, member if isinstance(member, str) else member.name
		yield self.omar, self.garden.name  # the mandate is over
		yield factories.a_user("Membership Manager"), self.bea.name  # reads in the desk, not in others' name

	def test_every_function(self):
		functions = {
			address: function
			for address, function in found.functions().items()
			if address.startswith(PORTAL) and rules.FUNCTIONS[address] != rules.ANYBODY
		}
		self.assertGreater(len(functions), 20)
		before = self.snapshot()
		for user, member in self.outsiders():
			for address, function in functions.items():
				if address in ABOUT_NOTHING or rules.MANAGER in rules.FUNCTIONS[address]:
					continue
				parameters = inspect.signature(function).parameters
				self.assertIn("member", parameters, f"{address} has to say of whom; or say why not here")
				known = {**self.values(address), "member": member}
				missing = set(parameters) - set(known)
				self.assertFalse(missing, f"{address}: give the walk a value for {missing}")
				with self.subTest(user=user, address=address, member=member), factories.as_user(user):
					frappe.local.response = frappe._dict(docs=[])
					with self.assertRaises(frappe.PermissionError) as refused:
						function(**{name: known[name] for name in parameters})
					self.assertNotIn(self.bea.display_name, str(refused.exception))
					self.assertFalse(frappe.local.response.get("filecontent"))
		after = self.snapshot()
		for doctype in WATCHED:
			self.assertEqual(after[doctype], before[doctype], doctype)

	def test_every_page(self):
		for user, member in self.outsiders():
			with factories.as_user(user), self.subTest(user=user, member=member):
				self.assertRaises(frappe.PermissionError, visitor.visit, member)

	def test_a_former_member(self):
		"""Sees the own pages, with what is history; asks for nothing as a member, and the card is none."""
		with factories.as_user(self.former.user):
			chosen = visitor.visit(None).chosen
			self.assertEqual(chosen.name, self.former.name)
			names = {section.name for section in sections.for_member(chosen)}
			for section in sections.for_member(chosen):
				section.words(chosen)
		self.assertNotIn("card", names)
		self.assertFalse(cards.is_valid(cards.check_link(self.former).partition("key=")[2]))

	def test_every_page_has_its_own_address(self):
		names = [section.name for section in sections.every()]
		self.assertEqual(len(names), len(set(names)))
