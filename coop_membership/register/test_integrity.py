"""Each promise of the register is broken by a raw write and must be named."""

import frappe
from frappe.tests.utils import FrappeTestCase

from coop_membership.desk import registers
from coop_membership.register import integrity, ledger
from coop_membership.tests import factories

ENTRY = "Share Register Entry"


class TestIntegrity(FrappeTestCase):
	def setUp(self):
		"""Two members with 3 shares each: register entries 1 and 2, member numbers 1 and 2; all is sound."""
		self.cooperative = factories.a_cooperative(accounting="Kept elsewhere")
		self.one = factories.a_member(self.cooperative, on="2026-01-10")
		self.two = factories.a_member(self.cooperative, on="2026-02-10")
		self.assertEqual(self.found(), [])

	def tearDown(self):
		frappe.db.rollback()

	def found(self) -> list[str]:
		return sorted({finding["code"] for finding in integrity.check(self.cooperative.name)})

	def entry(self, number: int) -> str:
		return frappe.db.get_value(ENTRY, {"cooperative": self.cooperative.name, "number": number})

	def subscription_of(self, member) -> str:
		return frappe.db.get_value("Share Subscription", {"member": member.name})

	def test_a_number_is_missing(self):
		"""Entry 1 vanished: a gap, a broken chain, and a paid request without shares."""
		frappe.db.delete(ENTRY, {"name": self.entry(1)})
		self.assertEqual(self.found(), ["chain", "gap", "paid_without_shares", "status", "totals"])

	def test_the_counter_was_set_back(self):
		frappe.db.set_value("Cooperative", self.cooperative.name, "next_register_number", 2)
		self.assertEqual(self.found(), ["counter"])

	def test_the_member_counter_was_set_back(self):
		frappe.db.set_value("Cooperative", self.cooperative.name, "next_member_number", 2)
		self.assertEqual(self.found(), ["counter"])

	def test_a_line_was_altered(self):
		"""Another date, quietly: the hash tells."""
		frappe.db.set_value(ENTRY, self.entry(1), "effective_date", "2025-01-10")
		self.assertEqual(self.found(), ["chain"])

	def test_less_than_nothing_on_some_day(self):
		"""Member two gives 3 shares on a day before they were bought; the totals are right again today."""
		values = {"from_member": self.two.name, "effective_date": "2026-01-15"}
		ledger.post(self.cooperative.name, "Sell Back", self.share_class, 3, 25, **values)
		frappe.db.set_value(
			"Member", self.two.name, {"status": "Former", "total_shares": 0, "total_value": 0}
		)
		self.assertEqual(self.found(), ["overdrawn"])

	@property
	def share_class(self) -> str:
		return factories.class_of(self.cooperative)

	def test_paid_but_no_shares(self):
		open_one = factories.a_subscription(self.cooperative)
		frappe.db.set_value("Share Subscription", open_one.name, "status", "Paid")
		self.assertEqual(self.found(), ["paid_without_shares"])

	def test_paid_for_other_shares(self):
		line = frappe.db.get_value("Share Line", {"parent": self.subscription_of(self.one)})
		frappe.db.set_value("Share Line", line, "quantity", 9)
		self.assertEqual(self.found(), ["paid_without_shares"])

	def test_shares_but_not_paid(self):
		frappe.db.set_value("Share Subscription", self.subscription_of(self.one), "status", "Open")
		self.assertEqual(self.found(), ["shares_without_payment"])

	def test_totals_differ(self):
		frappe.db.set_value("Member", self.one.name, "total_shares", 99)
		self.assertEqual(self.found(), ["totals"])
		frappe.db.set_value("Member", self.one.name, {"total_shares": 3, "total_value": 1})
		self.assertEqual(self.found(), ["totals"])

	def test_an_active_member_without_number(self):
		frappe.db.set_value("Member", self.two.name, "member_number", 0)
		self.assertEqual(self.found(), ["number"])

	def test_a_member_number_is_missing(self):
		frappe.db.set_value("Member", self.one.name, "member_number", 7)
		self.assertEqual(self.found(), ["counter", "member_gap"])

	def test_a_status_that_does_not_fit(self):
		for status in ("Candidate", "Former"):
			frappe.db.set_value("Member", self.one.name, "status", status)
			self.assertEqual(self.found(), ["status"])

	def test_a_holder_of_another_cooperative(self):
		frappe.db.set_value("Member", self.one.name, "cooperative", factories.a_cooperative().name)
		self.assertIn("stranger", self.found())

	def test_managers_get_one_task(self):
		"""The weekly run leaves one open task per cooperative, however often it runs."""
		frappe.db.set_value("Member", self.one.name, "total_shares", 99)
		integrity.weekly()
		integrity.weekly()
		tasks = frappe.get_all(
			"ToDo", {"reference_name": self.cooperative.name, "role": "Membership Manager"}, ["description"]
		)
		self.assertEqual(len(tasks), 1)
		self.assertIn("99", tasks[0].description)

	def test_the_button_asks_for_the_right(self):
		with (
			factories.as_user(factories.a_user("Membership User")),
			self.assertRaises(frappe.PermissionError),
		):
			registers.check_now(self.cooperative.name)
