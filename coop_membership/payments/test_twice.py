"""The same money is recorded once: by a double click, from two windows, by two people, and however its reference was typed."""

from __future__ import annotations

import unittest

import frappe
from frappe.utils import flt, today

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.accounting.choice import books_of
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase


class Twice:
	"""The cases, with each kind of books."""

	books = ELSEWHERE

	def setUp(self):
		self.cooperative = factories.a_cooperative(self.books)
		self.asked = factories.a_subscription(self.cooperative, first_name="Awa", quantity=4)  # 100
		frappe.clear_messages()

	def credit(self) -> float:
		return books_of(self.asked).credit(frappe.get_doc("Member", self.asked.member))

	def doubts(self, amount, on: str | None = None, reference: str | None = None) -> str:
		return " | ".join(self.asked.payment_doubts(amount, on, reference))

	def test_two_windows(self):
		"""Both show 100 to be paid. The first records it; the second, which still believes 100, is refused and told that 0
		are left; nothing more is recorded."""
		self.asked.record_payment(100, today(), seen=100)
		with self.assertRaisesRegex(frappe.ValidationError, "somebody was quicker"):
			self.asked.record_payment(100, today(), asked=1, seen=100)
		self.asked.reload()
		self.assertEqual((self.asked.status, self.credit()), ("Paid", 0))
		self.asked.record_payment(5, today(), asked=1, seen=0)
		self.assertEqual(self.credit(), 5)

	def test_the_same_again_is_asked_about(self):
		"""100 today once more: the payment that is there already is named, and what would come of it; another day is another
		payment, whose 100 would be credit."""
		self.assertEqual(self.doubts(100), "")
		self.asked.record_payment(60, today())
		[known] = books_of(self.asked).matches(self.asked)
		self.assertIn(known.payment, self.doubts(60))
		self.assertNotIn(known.payment, self.doubts(40))
		self.asked.record_payment(40, today(), asked=1)
		self.asked.reload()
		said = self.doubts(100, "2026-01-05")
		self.assertIn(f"{self.asked.name} is paid already", said)
		self.assertIn("stay as credit", said)

	def test_more_than_asked(self):
		"""5 000 for 100: that 4 900 stay as credit is said before; 130 where 30 of dues are open: what else is paid."""
		self.assertRegex(self.doubts(5000), "4.?900.*stay as credit")
		plan = factories.a_plan(self.cooperative, factories.unique(), price=30, period="Rolling")
		due = frappe.get_doc(
			{"doctype": "Membership", "member": self.asked.member, "plan": plan.name}
		).insert()
		due.submit()
		self.assertRegex(self.doubts(130), f"30.* pay {due.name}")

	def test_one_reference_however_it_was_typed(self):
		"""“Vir 1” again as “VIR 1” or “vir  1 ”: the same payment; with another amount it is asked about."""
		first = self.asked.record_payment(50, "2026-03-01", reference="Vir 1")
		for typed in ("VIR 1", "vir  1 ", "Vir1"):
			self.assertEqual(self.asked.record_payment(50, "2026-03-01", reference=typed, asked=1), first)
		self.asked.reload()
		self.assertEqual(flt(self.asked.paid_amount), 50)
		self.assertIn(first, self.doubts(20, "2026-03-02", "VIR 1"))

	def test_what_is_no_amount_or_has_two_days(self):
		"""10.005 is no amount of money; 11/12/2026 may be two days in English, and is the eleventh in French."""
		with self.assertRaisesRegex(frappe.ValidationError, "not an amount"):
			self.asked.record_payment(10.005, today())
		with self.assertRaisesRegex(frappe.ValidationError, "two days"):
			self.asked.record_payment(10, "11/10/2026")
		self.addCleanup(setattr, frappe.local, "lang", frappe.local.lang)
		frappe.local.lang = "fr"
		payment = self.asked.record_payment(10, "11/10/2026")
		[match] = books_of(self.asked).matches(self.asked)
		self.assertEqual((match.payment, str(match.paid_on)), (payment, "2026-10-11"))


class TestElsewhere(Twice, FrappeTestCase):
	pass


@unittest.skipUnless(host.has_erpnext(), "no ERPNext")
class TestInErpnext(Twice, FrappeTestCase):
	books = IN_ERPNEXT
