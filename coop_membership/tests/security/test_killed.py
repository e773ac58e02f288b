"""kill -9 in the middle of an approval, a payment, a dunning run, and two who decide at once: on a real database."""

from __future__ import annotations

import unittest

import frappe
from frappe.utils import add_days, today

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.register import integrity, ledger
from coop_membership.tests import dunning_factories, factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.tests.test_races import together

# dies with the statement that writes the `last`-th time: the database has it, nothing is saved
DIES = """
frappe.db.rollback()
written, execute = [0], frappe.db.sql
def dies(query, *args, **kwargs):
	answer = execute(query, *args, **kwargs)
	if str(query).lstrip()[:6].lower() in ("insert", "update", "delete"):
		written[0] += 1
		if written[0] == {last}:
			os.kill(os.getpid(), 9)
	return answer
frappe.db.sql = dies
"""
APPROVE = """
assert frappe.get_doc("Membership Application", {name!r}).approve(), "nobody was told what was made"
frappe.db.commit()
"""
PAY = """
subscription = frappe.get_doc("Share Subscription", {name!r})
subscription.record_payment(subscription.amount, "2026-03-01", reference="BANK-1")
frappe.db.commit()
"""
COMPUTE = """
frappe.get_doc("Dunning Run", {name!r}).compute()
frappe.db.commit()
"""
WRITES = (1, 2, 4, 7, 11)


@unittest.skipIf(frappe.conf.db_type == "sqlite", "SQLite has a single writer: nothing is half there")
class TestKilled(FrappeTestCase):
	def setUp(self):
		frappe.flags.mute_member_mails = True
		self.addCleanup(frappe.flags.pop, "mute_member_mails", None)

	def books(self) -> tuple[str, ...]:
		return (ELSEWHERE, IN_ERPNEXT) if host.has_erpnext() else (ELSEWHERE,)

	def a_cooperative(self, books: str = ELSEWHERE):
		cooperative = factories.a_cooperative(books)
		self.addCleanup(factories.forget, cooperative)
		return cooperative

	def killed(self, body: str) -> int:
		"""Kill a process at several of its writes, then let one through; how many were killed."""
		codes = []
		for last in WRITES:
			codes += together(DIES.format(last=last) + body, quiet=True)
			if codes[-1] == 0:
				return len(codes) - 1
			self.assertEqual(codes[-1], -9)
			self.nothing_is_half()
		self.assertEqual(together(body), [0])
		return len(codes)

	def test_approval(self):
		"""As if it had never begun, however far it was; the next try approves, and makes one member and one request."""
		for books in self.books():
			cooperative = self.a_cooperative(books)
			application = factories.an_application(cooperative)
			frappe.db.commit()

			def nothing_is_half(application=application, cooperative=cooperative):
				ours = {"cooperative": cooperative.name}
				self.assertEqual(
					frappe.db.get_value(application.doctype, application.name, "status"), "Pending"
				)
				self.assertEqual(
					(frappe.db.count("Member", ours), frappe.db.count("Share Subscription", ours)), (0, 0)
				)

			self.nothing_is_half = nothing_is_half
			self.assertGreaterEqual(self.killed(APPROVE.format(name=application.name)), 4)
			ours = {"cooperative": cooperative.name}
			self.assertEqual(
				(frappe.db.count("Member", ours), frappe.db.count("Share Subscription", ours)), (1, 1)
			)

	def test_payment(self):
		"""No payment without its shares, no number without its member, no hole in the register."""
		for books in self.books():
			cooperative = self.a_cooperative(books)
			subscription = factories.a_subscription(cooperative)
			frappe.db.commit()

			def nothing_is_half(subscription=subscription, cooperative=cooperative):
				self.assertEqual(
					frappe.db.get_value(subscription.doctype, subscription.name, "status"), "Open"
				)
				self.assertEqual(ledger.movements(cooperative.name), [])

			self.nothing_is_half = nothing_is_half
			self.assertGreaterEqual(self.killed(PAY.format(name=subscription.name)), 3)
			subscription.reload()
			self.assertEqual(subscription.status, "Paid")
			self.assertEqual([row.number for row in ledger.movements(cooperative.name)], [1])
			self.assertEqual(integrity.check(cooperative.name), [])

	def test_dunning(self):
		"""A run is computed whole or not at all."""
		cooperative = self.a_cooperative()
		policy = dunning_factories.a_policy(cooperative=cooperative.name)
		for _n in range(3):
			late = dunning_factories.a_late_request(cooperative, add_days(today(), -40))
			late.db_set("dunning_policy", policy.name)
		run = frappe.get_doc(
			{"doctype": "Dunning Run", "cooperative": cooperative.name, "control_date": today()}
		).insert()
		frappe.db.commit()
		self.addCleanup(frappe.db.commit)
		for doctype, filters in (
			("Dunning Policy", {"name": policy.name}),
			("Dunning Run", {"name": run.name}),
			("Dunning Notice", {"cooperative": cooperative.name}),
		):
			self.addCleanup(factories.wipe, doctype, filters)

		def nothing_is_half():
			self.assertEqual(frappe.db.get_value("Dunning Run", run.name, "docstatus"), 0)
			self.assertEqual(frappe.db.count("Dunning Notice", {"run": run.name}), 0)

		self.nothing_is_half = nothing_is_half
		self.assertGreaterEqual(self.killed(COMPUTE.format(name=run.name)), 1)
		run.reload()
		self.assertEqual((run.docstatus, run.notice_count), (1, 3))
		self.assertEqual(frappe.db.count("Dunning Notice", {"run": run.name}), 3)

	def test_six_approve_at_once(self):
		"""One works, five find what it made, and are told its name: on MariaDB too, where each looks at an older state."""
		cooperative = self.a_cooperative()
		application = factories.an_application(cooperative)
		frappe.db.commit()
		self.assertEqual(together(*[APPROVE.format(name=application.name)] * 6), [0] * 6)
		self.assertEqual(frappe.db.count("Share Subscription", {"application": application.name}), 1)
