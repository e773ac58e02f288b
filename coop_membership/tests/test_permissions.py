"""Who may do what (DESIGN section 11), tried as each role."""

import frappe
from frappe.core.doctype.doctype.doctype import validate_permissions

from coop_membership.desk import approvals, tables
from coop_membership.people import private
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

MANAGER, USER, BOARD = "Membership Manager", "Membership User", "Membership Board"
PERSONAL = ("birth_date", "national_number", "iban")
DOCTYPES = (
	"Cooperative",
	"Share Class",
	"Membership Application",
	"Member",
	"Share Subscription",
	"Share Register Entry",
	"Member Payment",
	"Membership Plan",
	"Membership",
	"Payment Correction",
	"Share Transaction",
)
SUBMITTED = ("Share Subscription", "Member Payment", "Membership")
DECIDED = ("Share Transaction",)  # asked for by managers, decided on by the board
NEVER_CANCELLED = ("Payment Correction",)  # undone by another one
# {role: {right: DocTypes where it is given}}; every other combination is refused
RIGHTS = {
	MANAGER: {
		"read": DOCTYPES,
		"write": tuple(d for d in DOCTYPES if d != "Share Register Entry"),
		"create": tuple(d for d in DOCTYPES if d != "Share Register Entry"),
		"delete": tuple(d for d in DOCTYPES if d != "Share Register Entry"),
		"submit": SUBMITTED + NEVER_CANCELLED + DECIDED,
		"cancel": SUBMITTED + DECIDED,
	},
	USER: {
		"read": DOCTYPES,
		"write": ("Membership Application", "Member Payment"),
		"create": ("Membership Application", "Member Payment"),
		"submit": ("Member Payment",),
	},
	BOARD: {"read": DOCTYPES},
	"Member": {},
	"Report Manager": {},
}


class TestPermissions(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		"""One member, one pending request, one open subscription; a user for each role."""
		super().setUpClass()
		cls.cooperative = factories.a_cooperative(accounting="Kept elsewhere")
		identity = {"iban": factories.IBAN, "national_number": "85.04.12-123.45"}
		cls.member = factories.a_member(cls.cooperative, on="2026-01-10", **identity)
		cls.open = factories.a_subscription(cls.cooperative)
		cls.users = {
			role: factories.a_user(role) for role in (MANAGER, USER, BOARD, "Member", "Report Manager")
		}

	def setUp(self):
		self.pending = factories.an_application(self.cooperative, iban=factories.IBAN)

	def as_role(self, role):
		return factories.as_user(self.users[role])

	def test_rights_of_each_role(self):
		for role, rights in RIGHTS.items():
			for right in ("read", "write", "create", "delete", "submit", "cancel"):
				for doctype in DOCTYPES:
					allowed = bool(frappe.has_permission(doctype, right, user=self.users[role]))
					self.assertEqual(allowed, doctype in rights.get(right, ()), (role, right, doctype))

	def test_the_hosts_take_the_rights_of_every_doctype(self):
		"""A System Manager opens the Role Permission Manager for one of ours and gives a right: the host checks all rows of the
		DocType then, and refuses for instance submitting without writing."""
		for name in frappe.get_all("DocType", {"module": "Coop Membership"}, pluck="name"):
			with self.subTest(name):
				validate_permissions(frappe.get_doc("DocType", name))

	def test_guests_may_nothing(self):
		for doctype in DOCTYPES:
			for right in ("read", "write", "create"):
				self.assertFalse(frappe.has_permission(doctype, right, user="Guest"), (doctype, right))

	def test_personal_data(self):
		"""Birth date, national number and IBAN: managers and board see them, a member's and a request's; others don't.

		They stand in a document of their own: see people/test_private.py.
		"""
		for role, visible in ((MANAGER, True), (BOARD, True), (USER, False), ("Member", False)):
			for document in (self.member, self.pending):
				with self.as_role(role):
					self.assertEqual(private.may("read", document), visible, (role, document.doctype))
					self.assertEqual(
						private.may("write", document), role == MANAGER, (role, document.doctype)
					)

	def test_personal_data_is_in_no_other_document(self):
		for document in (self.member, self.pending):
			for field in PERSONAL:
				self.assertIsNone(document.meta.get_field(field), (document.doctype, field))
				self.assertNotIn(field, frappe.get_doc(document.doctype, document.name).as_dict())

	def test_members_are_changed_by_managers(self):
		for role in (USER, BOARD):
			with self.as_role(role), self.assertRaises(frappe.PermissionError, msg=role):
				frappe.get_doc("Member", self.member.name).save()

	def test_who_approves(self):
		"""Manager and user work on the queue; the board reads; others get nowhere."""
		for role in (MANAGER, USER):
			with self.as_role(role):
				name = factories.an_application(self.cooperative).name
				self.assertTrue(frappe.get_doc("Membership Application", name).approve(), role)
		for role in (BOARD, "Member", "Report Manager"):
			with self.as_role(role):
				for action in ("approve", "put_on_waiting_list", "unblock"):
					document = frappe.get_doc("Membership Application", self.pending.name)
					with self.assertRaises(frappe.PermissionError, msg=(role, action)):
						getattr(document, action)()
				with self.assertRaises(frappe.PermissionError):
					approvals.queue_many([self.pending.name])

	def test_board_decides(self):
		"""The cooperative says that its board decides: it approves, refuses and blocks, and changes no request."""
		self.cooperative.db_set("board_decides", 1)
		frappe.clear_document_cache("Cooperative", self.cooperative.name)
		self.addCleanup(frappe.clear_document_cache, "Cooperative", self.cooperative.name)
		with self.as_role(BOARD):
			document = frappe.get_doc("Membership Application", self.pending.name)
			document.put_on_waiting_list()
			self.assertTrue(document.approve())
			with self.assertRaises(frappe.PermissionError):
				frappe.get_doc("Membership Application", self.pending.name).save()
		for role in ("Member", "Report Manager"):
			with self.as_role(role), self.assertRaises(frappe.PermissionError, msg=role):
				frappe.get_doc("Membership Application", self.pending.name).block("Non")
		self.cooperative.db_set("board_decides", 0)

	def test_contacts(self):
		"""Managers, users and board see the contacts of members of their cooperative, and of nobody else."""
		of_member = frappe.db.get_value("Member", self.member.name, "contact")
		stranger = frappe.get_doc({"doctype": "Contact", "first_name": "Fournisseur"}).insert().name
		for role in (MANAGER, USER, BOARD):
			with self.as_role(role):
				seen = frappe.get_list("Contact", pluck="name", limit_page_length=0)
				self.assertIn(of_member, seen, role)
				self.assertNotIn(stranger, seen, role)
				for name, sees in ((of_member, True), (stranger, False)):
					self.assertEqual(bool(frappe.get_doc("Contact", name).has_permission("read")), sees, role)

	def test_reminders_of_a_cooperative(self):
		"""Who decides on policies sets the cooperative's; who only chases does not; nothing else of it changes."""
		for role, may in (("Dunning Manager", True), ("Dunning User", False), (BOARD, False)):
			with factories.as_user(factories.a_user(role)):
				cooperative = frappe.get_doc("Cooperative", self.cooperative.name)
				if may:
					cooperative.set_dunning({"dunning_tolerance": 2, "iban": "FR00"})
				else:
					with self.assertRaises(frappe.PermissionError, msg=role):
						cooperative.set_dunning({"dunning_tolerance": 3})
		self.cooperative.reload()
		self.assertEqual((self.cooperative.dunning_tolerance, self.cooperative.iban), (2, factories.IBAN))

	def test_who_records_payments(self):
		for role in (BOARD, "Member", "Report Manager"):
			with self.as_role(role), self.assertRaises(frappe.PermissionError, msg=role):
				frappe.get_doc("Share Subscription", self.open.name).record_payment(75)
		with self.as_role(USER):
			subscription = factories.a_subscription(self.cooperative)
			subscription.record_payment(subscription.amount)
			self.assertEqual(subscription.status, "Paid")

	def test_nobody_writes_the_register(self):
		"""Not even a manager, not by insert, save or delete."""
		entry = frappe.db.get_value("Share Register Entry", {"cooperative": self.cooperative.name})
		with self.as_role(MANAGER):
			document = frappe.get_doc("Share Register Entry", entry)
			for attempt in (document.save, document.delete, frappe.copy_doc(document).insert):
				with self.assertRaises((frappe.PermissionError, frappe.ValidationError)):
					attempt()

	def test_who_prints_registers(self):
		filters = {"cooperative": self.cooperative.name}
		for role in (MANAGER, USER, BOARD):
			with self.as_role(role):
				self.assertIn(self.cooperative.name, tables.as_html("Member Register", filters))
		for role in ("Member", "Report Manager"):
			with self.as_role(role), self.assertRaises(frappe.PermissionError, msg=role):
				tables.as_html("Member Register", filters)

	def test_settings_belong_to_managers(self):
		for role in (USER, BOARD):
			with self.as_role(role), self.assertRaises(frappe.PermissionError):
				document = frappe.get_doc("Cooperative", self.cooperative.name)
				document.payment_days = 1
				document.save()
