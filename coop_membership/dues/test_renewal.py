"""A member goes on, pauses or leaves; pays another amount, or by somebody else; and never two years by mistake."""

from __future__ import annotations

import re
import unittest
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

import frappe
from frappe.utils import add_days, add_months, flt, getdate, today

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.accounting.choice import books_of
from coop_membership.desk import dues as desk_dues
from coop_membership.desk import receipts as desk_receipts
from coop_membership.dues import amounts, breaks, dues, renewal
from coop_membership.dues.periods import ROLLING, Break, after_pauses
from coop_membership.messages import mail
from coop_membership.payments import receipts
from coop_membership.portal import dues as portal
from coop_membership.register import standing
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

DUES = "Membership"
DAYS = st.dates(getdate("2020-01-01"), getdate("2040-12-31"))


class TestAmounts(unittest.TestCase):
	PRICES = amounts.Prices(60, True, 20, {"Students": 30, "Friends": 100}, frozenset({"Students"}))

	def test_table(self):
		for tariff, chosen, proved, expected in (
			("", 0, False, 60),
			("", 20, False, 20),
			("", 19.99, False, amounts.TOO_LOW),
			("", 100_000, False, 100_000),
			("", 999_999_999_999, False, amounts.TOO_HIGH),
			("Friends", 0, False, 100),
			("Friends", 99, False, amounts.TOO_LOW),
			("Students", 0, False, amounts.NEEDS_PROOF),
			("Students", 0, True, 30),
			("Nobody", 0, True, amounts.NO_TARIFF),
		):
			with self.subTest(tariff=tariff, chosen=chosen):
				self.assertEqual(self.asked(self.PRICES, tariff, chosen, proved), expected)
		self.assertEqual(self.asked(amounts.Prices(60), "", 70, True), amounts.NOT_FREE)

	@given(st.integers(0, 10**6), st.integers(1, 10**6))
	def test_never_below_the_least(self, minimum, chosen):
		found = self.asked(amounts.Prices(50, True, minimum / 100), "", chosen / 100, False)
		self.assertEqual(found, chosen / 100 if chosen >= minimum else amounts.TOO_LOW)

	@staticmethod
	def asked(*arguments):
		try:
			return amounts.price(*arguments)
		except amounts.Refused as refused:
			return refused.code


class TestPauses(unittest.TestCase):
	@given(DAYS, st.lists(st.tuples(DAYS, st.integers(0, 900) | st.none()), max_size=5))
	def test_the_first_day_that_is_in_none(self, day, written):
		"""Never earlier, never in a pause, and every day skipped is in one; none only while one has no end."""
		pauses = [
			Break(first, None if length is None else add_days(first, length)) for first, length in written
		]
		found = after_pauses(day, pauses)
		if found is None:
			self.assertTrue(any(pause.to_date is None for pause in pauses))
			return
		self.assertGreaterEqual(found, day)
		self.assertFalse(any(pause.has(found) for pause in pauses))
		for skipped in range(min((found - day).days, 60)):
			self.assertTrue(any(pause.has(add_days(day, skipped)) for pause in pauses))


class RenewalCase(FrappeTestCase):
	"""An association: 60 a rolling year, 30 with a proof, from 20 on as one chooses; Inès has paid until a month from now."""

	accounting = ELSEWHERE

	def setUp(self):
		self.cooperative = factories.a_cooperative(
			self.accounting, portal_account="On approval", kind=standing.WITH_DUES
		)
		self.plan = factories.a_plan(
			self.cooperative,
			period=ROLLING,
			free_amount=1,
			minimum_amount=20,
			tariffs=[{"title": "Students", "price": 30, "needs_proof": 1}],
		)
		application = factories.an_application(
			self.cooperative, shares={}, plan=self.plan.name, first_name="Inès"
		)
		application.approve()
		factories.open_invitations(application.member)
		first = frappe.get_doc(DUES, {"application": application.name})
		first.record_payment(60, today())
		ends = add_months(today(), 1)
		first.db_set({"from_date": add_months(ends, -12), "to_date": ends})
		self.first, self.member = first, frappe.get_doc("Member", first.member)

	def now(self):
		return frappe.get_doc("Member", self.member.name)

	def asked(self):
		return renewal.open_dues(self.now())

	def as_ines(self):
		return factories.as_user(self.member.user)


class TestElsewhere(RenewalCase):
	def test_renewed_on_her_page_once_it_is_paid(self):
		"""One click asks for the year from the day after; a second finds it; paid, it counts, and once more is asked first."""
		with self.as_ines():
			for _click in range(2):
				portal.renew(member=self.member.name)
		asked = self.asked()
		self.assertEqual(getdate(asked.from_date), getdate(add_days(self.first.to_date, 1)))
		self.assertEqual(frappe.db.count(DUES, {"member": self.member.name}), 2)
		self.assertEqual(renewal.paid_until(self.now()), getdate(self.first.to_date))
		asked.record_payment(60, today())
		self.assertEqual(renewal.paid_until(self.now()), getdate(asked.to_date))
		with self.as_ines():
			self.assertIn("question", portal.renew(member=self.member.name))
			self.assertIsNone(self.asked())
			portal.renew(sure=1, member=self.member.name)
		self.assertEqual(getdate(self.asked().from_date), getdate(add_days(asked.to_date, 1)))

	def test_two_payments_by_accident(self):
		"""Paid, and once more with the same reference: credit and a task, not the year that is asked for; she says yes first."""
		dues.daily()
		following = self.asked()
		self.first.reload()
		self.first.record_payment(60, add_days(today(), -1), reference="AGAIN")
		following.reload()
		self.assertEqual((following.status, flt(following.paid_amount)), ("Open", 0))
		self.assertEqual(flt(books_of(self.member).credit(self.now())), 60)
		about = {"reference_type": DUES, "reference_name": self.first.name}
		self.assertIn("once more", " ".join(frappe.get_all("ToDo", about, pluck="description")))
		with self.as_ines():
			self.assertIn("question", portal.pay_with_credit(member=self.member.name))
			portal.pay_with_credit(sure=1, member=self.member.name)
		following.reload()
		self.assertEqual(following.status, "Paid")

	def test_an_amount_of_hers(self):
		"""Below the least one is refused, as is a tariff without its proof; with the proof she has it, as long as it holds."""
		with self.as_ines():
			for values in (
				{"amount": "10"},
				{"tariff": "Students"},
				{"tariff": "No such"},
				{"plan": "No such"},
			):
				self.assertRaises(frappe.ValidationError, portal.renew, member=self.member.name, **values)
			portal.renew(amount="45,50", member=self.member.name)
		self.assertEqual(flt(self.asked().amount), 45.5)
		with self.as_ines():
			portal.pause(1, self.member.name)
		frappe.db.delete("Dues Break", {"parent": self.member.name})
		self.member.db_set({"dues_tariff": "Students", "dues_tariff_until": add_months(today(), 2)})
		with self.as_ines():
			portal.renew(member=self.member.name)
		self.assertEqual((self.asked().tariff, flt(self.asked().amount)), ("Students", 30))

	def test_pause(self):
		"""What was asked for is called off; she stays a member; the next period begins after it, and is not asked before."""
		dues.daily()
		asked = self.asked()
		with self.as_ines():
			portal.pause(3, self.member.name)
			self.assertRaises(frappe.ValidationError, portal.pause, 3, self.member.name)
			self.assertRaises(frappe.ValidationError, portal.pause, 999, self.member.name)
		self.assertIsNone(self.asked())
		asked.reload()
		self.assertEqual(asked.status, "Cancelled")
		[pause] = breaks.of(self.member.name, breaks.PAUSE)
		self.assertEqual(pause.from_date, getdate(add_days(self.first.to_date, 1)))
		dues.daily()
		self.assertIsNone(self.asked())
		later = add_days(pause.from_date, 5)
		self.assertTrue(
			standing.all_by_dues(self.cooperative.name, self.member.name, later)[self.member.name].running
		)
		self.first.reload()
		self.assertEqual(dues.first_day_after(self.first), getdate(add_days(pause.to_date, 1)))

	def test_leave_and_come_back(self):
		"""Nothing is asked any more, nothing is owed; she stays until the last day; paying again, she is asked again."""
		dues.daily()
		with self.as_ines():
			for _twice in range(2):
				portal.leave("I move away", self.member.name)
		dues.daily()
		self.assertIsNone(self.asked())
		self.assertEqual((self.now().dues_renewal, self.now().status), (renewal.NO_MORE, "Active"))
		with self.as_ines():
			portal.renew(member=self.member.name)
		self.assertEqual(self.now().dues_renewal, renewal.ASK)
		self.assertTrue(self.asked())

	def test_from_the_mail(self):
		"""The mail leads to a page of her own; its key is no key for anything else."""
		links = []
		with patch.object(renewal, "get_url", lambda path: links.append(path) or path):
			dues.daily()
		self.assertEqual(len(set(links)), 1)
		asked = self.asked()
		self.assertEqual(renewal.read(links[0].partition("key=")[2]).name, asked.name)
		self.assertRaises(renewal.signing.BadKey, renewal.read, links[0].partition("key=")[2][:-3])

	def test_a_mail_of_before(self):
		"""Her address is another one now: what lies in the old mailbox no longer pauses or ends her membership."""
		links = []
		with patch.object(renewal, "get_url", lambda path: links.append(path) or path):
			dues.daily()
		key = links[0].partition("key=")[2]
		self.assertTrue(renewal.read(key))
		self.member.db_set("email", f"new.{factories.unique()}@example.com")
		self.assertRaises(renewal.signing.Expired, renewal.read, key)

	def test_by_itself(self):
		"""She wants no question: credit pays the next period at once, without a mail that asks."""
		with self.as_ines():
			portal.by_itself(1, self.member.name)
		self.first.reload()
		self.first.record_payment(60, add_days(today(), -2), reference="EARLY")
		dues.daily()
		self.first.reload()
		following = frappe.get_doc(DUES, self.first.renewed_by)
		self.assertEqual(following.status, "Paid")
		self.assertFalse(mail.queued(following, ["Renewal Due"]))

	def test_exempt(self):
		"""A year without dues goes on by itself, confirmed at once; dates the wrong way round are refused."""
		member = self.now()
		member.append(
			"dues_breaks", {"kind": "Exemption", "from_date": today(), "to_date": add_days(today(), -1)}
		)
		self.assertRaises(frappe.ValidationError, member.save)
		member = self.now()
		member.append("dues_breaks", {"kind": "Exemption", "from_date": today(), "reason": "Honorary"})
		member.save()
		dues.daily()
		self.first.reload()
		following = frappe.get_doc(DUES, self.first.renewed_by)
		self.assertEqual((following.status, flt(following.amount), following.is_exempt), ("Paid", 0, 1))

	def test_somebody_else_pays(self):
		"""The employer gets the request as well, and stands on the receipt."""
		payer = f"payer.{factories.unique()}@example.com"
		with self.as_ines():
			self.assertRaises(
				frappe.ValidationError, portal.set_payer, email="nonsense", member=self.member.name
			)
			portal.set_payer("ACME SARL", payer, "1 rue Haute\n35000 Rennes", self.member.name)
		dues.daily()
		asked = self.asked()
		sent = {
			tuple(row.recipients): re.sub(
				r"=\r?\n", "", frappe.db.get_value("Email Queue", row.name, "message")
			)
			for row in mail.queued(asked, ["Renewal Due"])
		}
		self.assertIn((payer,), sent)
		hers = next(text for receivers, text in sent.items() if payer not in receivers)
		self.assertIn("membership-renewal", hers)
		self.assertNotIn("membership-renewal", sent[payer,], "the employer neither pauses nor leaves for her")
		asked.record_payment(60, today())
		asked.reload()
		self.assertEqual(receipts.words(asked).payer, ["ACME SARL", "1 rue Haute", "35000 Rennes"])

	def test_everybody_in_one_job(self):
		"""A manager asks all of a plan; whoever pauses or leaves is left out, and a second job finds nobody to ask."""
		with factories.as_user(factories.a_user("Membership User")):
			self.assertRaises(frappe.PermissionError, desk_dues.ask_everybody, self.plan.name, "60")
		self.assertEqual(dues.ending(self.plan.name, 10), [])
		self.assertEqual(desk_dues.ask_everybody(self.plan.name, "60"), 1)
		self.assertEqual(desk_dues.ask_all(self.plan.name, 60, "Administrator"), (1, 0))
		self.assertEqual(frappe.db.count(DUES, {"member": self.member.name}), 2)
		self.assertEqual(desk_dues.ask_all(self.plan.name, 60, "Administrator"), (0, 0))
		self.assertRaises(frappe.ValidationError, desk_dues.ask_everybody, self.plan.name, "60")

	def test_more_than_one_job_can_ask(self):
		"""Of three whose year ends, the nightly job asks one and hands the others out, one to a job: all are asked, none twice."""
		for _another in range(2):
			other = factories.an_approved_application(self.cooperative, shares={}, plan=self.plan.name)
			frappe.get_doc(DUES, {"application": other.name}).record_payment(60, today())
		days = {"from_date": add_days(today(), -360), "to_date": add_days(today(), 5)}
		for name in frappe.get_all(DUES, {"cooperative": self.cooperative.name}, pluck="name"):
			frappe.db.set_value(DUES, name, days)
		with patch.object(dues, "PART", 1), patch.object(frappe, "enqueue") as enqueue:
			renewed, _expired = dues.daily()
		self.assertEqual(renewed, 1)
		parts = [call.kwargs["names"] for call in enqueue.call_args_list if call.args == (dues.renew_all,)]
		self.assertEqual({len(part) for part in parts}, {1})
		for part in parts * 2:
			dues.renew_all(part)
		asked = frappe.get_all(DUES, {"cooperative": self.cooperative.name, "status": "Open"}, pluck="member")
		self.assertEqual((len(asked), len(set(asked))), (3, 3))

	def test_everybodys_receipts(self):
		"""Those of a year as PDFs on the cooperative; printed again, they take the place of the first."""
		year = getdate().year
		self.assertRaises(frappe.ValidationError, desk_receipts.start, self.cooperative.name, "2001")
		self.assertEqual(desk_receipts.start(self.cooperative.name, str(year)), 1)
		for _twice in range(2):
			[file] = desk_receipts.make_all(self.cooperative.name, year, "Administrator")
		self.assertTrue(frappe.get_doc("File", file).get_content().startswith(b"%PDF"))
		mine = {"attached_to_doctype": "Cooperative", "attached_to_name": self.cooperative.name}
		self.assertEqual(frappe.get_all("File", mine, pluck="is_private"), [1])

	def test_nobody_elses(self):
		"""Another member's name changes nothing, and the page shows what is hers."""
		bea = factories.an_application(self.cooperative, shares={}, plan=self.plan.name, first_name="Béa")
		bea.approve()
		with self.as_ines():
			for refused in (
				lambda: portal.renew(member=bea.member),
				lambda: portal.pause(1, bea.member),
				lambda: portal.leave(member=bea.member),
				lambda: portal.by_itself(1, bea.member),
				lambda: portal.set_payer(member=bea.member),
				lambda: portal.pay_with_credit(1, bea.member),
			):
				self.assertRaises(frappe.PermissionError, refused)


class TestInErpnext(RenewalCase):
	accounting = IN_ERPNEXT

	def setUp(self):
		if not host.has_erpnext():
			self.skipTest("no ERPNext here")
		super().setUp()

	def test_renewed_and_paused(self):
		"""The invoice of what is asked for is made, paid and, for a pause, taken back, with the member's own login."""
		with self.as_ines():
			portal.renew(member=self.member.name)
		asked = self.asked()
		self.assertTrue(asked.sales_invoice)
		with self.as_ines():
			portal.pause(3, self.member.name)
		asked.reload()
		self.assertEqual(asked.status, "Cancelled")
		self.assertEqual(frappe.db.get_value("Sales Invoice", asked.sales_invoice, "docstatus"), 2)
