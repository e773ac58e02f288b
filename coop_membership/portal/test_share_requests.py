"""What a member asks to do with shares on the website: the own ones, and those of who is represented, never another's."""

from __future__ import annotations

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.portal import share_requests
from coop_membership.register import ledger
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

PERSON = {
	"applicant_type": "Individual",
	"first_name": "Nour",
	"last_name": "Amrani",
	"birth_date": "1990-05-05",
	"address_line1": "1 rue du Port",
	"postcode": "35000",
	"city": "Rennes",
	"country": "France",
}


class TestShareRequests(FrappeTestCase):
	"""Inès holds 4 shares at 25 and represents an association that holds 3; Béa, member 3, holds one."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = factories.a_cooperative(ELSEWHERE, portal_account="On payment")
		cls.share_class = factories.class_of(cls.cooperative)
		cls.ines = factories.a_member(cls.cooperative, on="2026-01-10", quantity=4, first_name="Inès")
		asked = factories.an_organisation(cls.cooperative, **factories.the_same(cls.ines))
		asked.approve()
		subscription = frappe.get_doc("Share Subscription", {"application": asked.name})
		cls.garden = frappe.get_doc("Member", factories.pay(subscription, on="2026-01-11").member)
		cls.bea = factories.a_member(cls.cooperative, on="2026-01-12", quantity=1, first_name="Béa")
		cls.user = cls.ines.email

	def setUp(self):
		frappe.db.savepoint("one_case")
		self.addCleanup(frappe.db.rollback, save_point="one_case")

	def ask(self, kind: str = "Sell Back", quantity=1, user: str | None = None, **values):
		"""The request, as stored, that somebody makes."""
		with factories.as_user(user or self.user):
			name = share_requests.ask(kind, values.pop("share_class", self.share_class), quantity, **values)
		return frappe.get_doc("Share Transaction", name)

	def assertRefused(self, words: str, *args, error=frappe.ValidationError, **values):
		"""One sentence, and no request is left behind."""
		before = frappe.db.count("Share Transaction")
		frappe.db.savepoint("refused")
		with self.assertRaisesRegex(error, words):
			self.ask(*args, **values)
		frappe.db.rollback(save_point="refused")
		self.assertEqual(frappe.db.count("Share Transaction"), before)

	def test_each_operation(self):
		"""Own shares without naming herself, the association's by naming it; each waits, asked for by her."""
		other = factories.a_share_class(self.cooperative, "B", 50)
		for kind, values in (
			("Sell Back", {"iban": factories.IBAN, "reason": "Besoin"}),
			("Gift", {}),
			("Conversion", {"quantity": 2, "to_share_class": other.name}),
		):
			with self.subTest(kind):
				found = self.ask(kind, **values)
				self.assertEqual(
					(found.status, found.docstatus, found.member, found.requested_by),
					("Waiting", 1, self.ines.name, self.user),
				)
		found = self.ask(member=self.garden.name, iban=factories.IBAN)
		self.assertEqual(found.member, self.garden.name)
		self.assertEqual(ledger.holdings(self.ines.name), {self.share_class: 4})

	def test_a_transfer_to_a_member(self):
		"""She knows Béa's number and address; either of them wrong, both missing, or her own: the same sentence."""
		number = frappe.db.get_value("Member", self.bea.name, "member_number")
		for wrong in (
			{"receiver_number": number, "receiver_email": self.ines.email},
			{"receiver_number": 99, "receiver_email": self.bea.email},
			{"receiver_number": 0, "receiver_email": ""},
			{"receiver_email": self.bea.email},
		):
			self.assertRefused("No member has this number", "Transfer", **wrong)
		found = self.ask("Transfer", receiver_number=str(number), receiver_email=self.bea.email.upper())
		self.assertEqual((found.receiver, found.status), (self.bea.name, "Waiting"))
		self.assertTrue(found.giver_confirmed_on)
		self.assertFalse(found.receiver_confirmed_on)

	def test_a_transfer_to_somebody_new(self):
		"""The person gets an application; what is no person is refused."""
		email = f"nour.{factories.unique()}@example.com"
		found = self.ask("Transfer", 2, person=frappe.as_json({**PERSON, "email": email}))
		self.assertEqual(frappe.db.get_value("Membership Application", found.application, "email"), email)
		for wrong in ("{", "[]", {"first_name": ["x"]}, '"x"'):
			self.assertRefused("Say who receives", "Transfer", person=wrong)

	def test_what_the_rules_refuse(self):
		"""The same rules as on the desk, in the member's words: too many, no whole number, no operation, no account."""
		self.assertRefused("can go: 4 at most", "Gift", 5)
		self.assertRefused("a whole number", "Gift", 0)
		self.assertRefused("a whole number", "Gift", "many")
		self.assertRefused("what is to happen", "Steal")
		self.assertRefused("Enter the IBAN", iban=None)
		elsewhere = factories.class_of(factories.a_cooperative(ELSEWHERE))
		self.assertRefused("another cooperative", "Gift", share_class=elsewhere)
		self.assertRefused("", "Gift", share_class="No such class")
		self.ask("Gift", 3)
		self.assertRefused("has asked for shares of Part A already .3.", "Gift", 2)

	def test_nobody_elses(self):
		"""Béa's shares for Inès, anybody's for a stranger or a guest: refused alike, whether there are such or not."""
		stranger = factories.a_user("Member")
		for user, member in (
			(self.user, self.bea.name),
			(self.user, "MEM-00000"),
			(stranger, None),
			(stranger, self.ines.name),
			("Guest", self.ines.name),
		):
			with self.subTest(user=user, member=member):
				self.assertRefused("", "Gift", user=user, member=member, error=frappe.PermissionError)
				with factories.as_user(user), self.assertRaises(frappe.PermissionError):
					share_requests.mine(member)

	def test_the_mandate_is_over(self):
		"""Who represents the association but doesn't sign for it sees its requests and asks nothing; nor who did once."""
		row = frappe.get_doc("Member", self.garden.name).representatives[0]
		row.db_set("is_signatory", 0)
		self.assertRefused("signs for", "Gift", member=self.garden.name, error=frappe.PermissionError)
		with factories.as_user(self.user):
			self.assertEqual(share_requests.mine(self.garden.name), [])
		row.db_set("is_signatory", 1)
		self.assertEqual(self.ask("Gift", member=self.garden.name).status, "Waiting")
		row.db_set("to_date", "2026-02-01")
		self.assertRefused("", "Gift", member=self.garden.name, error=frappe.PermissionError)

	def test_her_requests_and_how_they_end(self):
		"""One is refused with a reason, one she takes back herself, twice pressed; an executed one stays."""
		refused, dropped, done = (self.ask("Gift") for _number in range(3))
		with factories.as_user(factories.a_board_member()):
			frappe.get_doc("Share Transaction", refused.name).refuse("Pas cette année")
		factories.executed(done, on="2026-02-01")
		with factories.as_user(self.user):
			self.assertEqual(share_requests.withdraw(dropped.name), "Cancelled")
			self.assertEqual(share_requests.withdraw(dropped.name), "Cancelled")
			with self.assertRaisesRegex(frappe.ValidationError, "that is Executed"):
				share_requests.withdraw(done.name)
			found = {row["name"]: row for row in share_requests.mine()}
			with self.assertRaises(frappe.PermissionError):
				share_requests.withdraw(done.name, member=self.garden.name)
		self.assertEqual(
			[
				(found[one.name]["status"], found[one.name]["may_withdraw"])
				for one in (refused, dropped, done)
			],
			[("Refused", False), ("Cancelled", False), ("Executed", False)],
		)
		self.assertEqual(found[refused.name]["reason"], "Pas cette année")
		self.assertEqual(ledger.holdings(self.ines.name), {self.share_class: 3})

	def test_leaving(self):
		"""Béa asks to leave: all that she has not asked for already is to be sold back; nothing twice."""
		bea = factories.a_member(self.cooperative, quantity=5, first_name="Béa")
		with factories.as_user(bea.user):
			share_requests.ask("Sell Back", self.share_class, 2, bea.name, iban=factories.IBAN)
			for _twice in range(2):
				share_requests.leave(factories.IBAN, "I move away", bea.name)
			self.assertRaises(frappe.PermissionError, share_requests.leave, None, None, self.ines.name)
		asked = frappe.get_all("Share Transaction", {"member": bea.name, "docstatus": 1}, pluck="quantity")
		self.assertEqual(sorted(asked), [2, 3])
		self.assertEqual(frappe.db.get_value("Member", bea.name, "dues_renewal"), "Not any more")
		with factories.as_user(bea.user):
			departure, sale = share_requests.mine(bea.name)
			self.assertEqual((departure["operation"], sale["operation"]), ("Departure", "Sell Back"))
			share_requests.withdraw(departure["name"], bea.name)
		renewal = frappe.db.get_value("Member", bea.name, "dues_renewal")
		self.assertEqual(renewal, "Ask each time", "who stays is asked for dues as before")

	def test_in_words(self):
		"""Each kind says what it is about, in every state: a conversion both classes, a transfer who receives."""
		other = factories.a_share_class(self.cooperative, "B", 50)
		receiver = {"receiver_number": self.bea.member_number, "receiver_email": self.bea.email}
		asked = {
			"Sell Back": self.ask(iban=factories.IBAN),
			"Transfer": self.ask("Transfer", **receiver),
			"Conversion": self.ask("Conversion", 2, to_share_class=other.name),
		}
		for state in ("Waiting", "Approved", "Executed", "Refused", "Cancelled"):
			for one in asked.values():
				one.db_set("status", state)
			with factories.as_user(self.user):
				found = {row["name"]: row for row in share_requests.mine()}
			for kind, one in asked.items():
				row = found[one.name]
				self.assertEqual((row["operation"], row["status"]), (kind, state))
			self.assertEqual(found[asked["Conversion"].name]["shares"], "2 × Part A → 1 × Part B")
			self.assertEqual(found[asked["Transfer"].name]["receiver"], self.bea.display_name)
