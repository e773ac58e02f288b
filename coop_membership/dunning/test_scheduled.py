"""Scheduled runs, stale data, expiry; on every host."""

from __future__ import annotations

from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate, today

from coop_membership.dunning import scheduled
from coop_membership.tests import dunning_factories, factories

OLD = str(add_days(today(), -40))


class TestScheduledRuns(dunning_factories.DunningCase):
	def cooperative(self, **values):
		self.policy = dunning_factories.a_policy()
		weekday = getdate().strftime("%A")
		return factories.a_cooperative(
			dunning_policy=self.policy.name,
			**{"dunning_frequency": "Weekly", "dunning_weekday": weekday, "dunning_stale_days": 0, **values},
		)

	def test_made_on_its_day_once_and_stops_at_drafts(self):
		cooperative = self.cooperative()
		dunning_factories.a_late_request(cooperative, OLD)
		run = frappe.get_doc("Dunning Run", scheduled.run_if_due(cooperative.name))
		self.assertEqual((run.docstatus, run.notice_count, run.is_automatic), (1, 1, 1))
		self.assertEqual(dunning_factories.notices_of(run)[0].state, "Draft")
		self.assertIsNone(scheduled.run_if_due(cooperative.name))

	def test_sends_by_itself(self):
		cooperative = self.cooperative(dunning_send=1)
		dunning_factories.a_late_request(cooperative, OLD)
		run = frappe.get_doc("Dunning Run", scheduled.run_if_due(cooperative.name))
		self.assertEqual((run.status, dunning_factories.notices_of(run)[0].state), ("Done", "Queued"))

	def test_no_schedule_no_run(self):
		self.assertIsNone(scheduled.run_if_due(self.cooperative(dunning_frequency=None).name))

	def test_waits_on_stale_data(self):
		"""The last entry is 8 days old, 7 are allowed: the run waits, tells the treasurers once, and is made as soon
		as something came in."""
		cooperative = self.cooperative(dunning_stale_days=7)
		dunning_factories.a_late_request(cooperative, OLD)
		source = f"coop_membership.accounting.{'in_erpnext' if cooperative.get('company') else 'kept_elsewhere'}.receivables"
		kind = "Invoices" if cooperative.get("company") else "Demands"
		with patch(f"{source}.{kind}.last_entry", lambda self: getdate(add_days(today(), -8))):
			run = frappe.get_doc("Dunning Run", scheduled.run_if_due(cooperative.name))
			self.assertEqual((run.docstatus, run.status), (0, "Waiting"))
			self.assertIn("more than 7 days", run.waiting_reason)
			self.assertEqual(scheduled.run_if_due(cooperative.name), run.name)
		told = {"reference_type": "Dunning Run", "reference_name": run.name, "role": "Dunning Manager"}
		self.assertEqual(frappe.db.count("ToDo", told), 1)
		with patch(f"{source}.{kind}.last_entry", lambda self: getdate()):
			self.assertEqual(scheduled.run_if_due(cooperative.name), run.name)
		run.reload()
		self.assertEqual((run.docstatus, run.notice_count, run.waiting_reason), (1, 1, None))

	def test_last_entry_is_read_from_the_books(self):
		"""A payment recorded now makes the books fresh."""
		cooperative = self.cooperative(dunning_stale_days=7)
		factories.a_member(cooperative)
		self.assertIsNone(scheduled.stale(cooperative.name))

	def test_one_cooperatives_trouble_is_not_anothers(self):
		"""The first cooperative's run breaks: it is noted for its treasurers, the second one's is made."""
		first, second = self.cooperative(), self.cooperative()
		dunning_factories.a_late_request(second, OLD)
		run_if_due = scheduled.run_if_due

		def breaking(cooperative):
			if cooperative == first.name:
				raise RuntimeError("no luck")
			return run_if_due(cooperative)

		with patch.object(scheduled, "run_if_due", breaking):
			breaking.__name__ = "run_if_due"
			scheduled.daily()
		self.assertTrue(
			frappe.db.exists("ToDo", {"reference_name": first.name, "description": ["like", "%no luck%"]})
		)
		self.assertTrue(frappe.db.exists("Dunning Run", {"cooperative": second.name, "docstatus": 1}))


class TestExpiry(dunning_factories.DunningCase):
	def test_unpaid_candidates_expire_after_the_last_level(self):
		"""Ten days after the last reminder was sent the request of a candidate expires; not after nine."""
		policy = dunning_factories.a_policy(dunning_factories.ONE_WEEK, expire_requests_after=10)
		cooperative = factories.a_cooperative(dunning_policy=policy.name)
		request = dunning_factories.a_late_request(cooperative, OLD)
		run = dunning_factories.computed(cooperative)
		dunning_factories.sent(run, on=str(add_days(today(), -9)))
		self.assertEqual(scheduled.expire_requests(cooperative.name), [])
		dunning_factories.sent(run, on=str(add_days(today(), -11)))
		self.assertEqual(scheduled.expire_requests(cooperative.name), [request.application])
		self.assertEqual(
			frappe.db.get_value("Membership Application", request.application, "status"), "Expired"
		)
		self.assertEqual(frappe.db.get_value("Share Subscription", request.name, "status"), "Cancelled")
		self.assertEqual(scheduled.expire_requests(cooperative.name), [])

	def test_a_reminded_candidate_may_withdraw(self):
		"""Reminders do not stand in the way of the person's own withdrawal."""
		cooperative = factories.a_cooperative(dunning_policy=dunning_factories.a_policy().name)
		request = dunning_factories.a_late_request(cooperative, OLD)
		dunning_factories.sent(dunning_factories.computed(cooperative))
		frappe.get_doc("Membership Application", request.application).withdraw("Changed my mind")
		self.assertEqual(frappe.db.get_value("Share Subscription", request.name, "status"), "Cancelled")

	def test_paid_does_not_expire(self):
		policy = dunning_factories.a_policy(dunning_factories.ONE_WEEK, expire_requests_after=10)
		cooperative = factories.a_cooperative(dunning_policy=policy.name)
		request = dunning_factories.a_late_request(cooperative, OLD)
		dunning_factories.sent(dunning_factories.computed(cooperative), on=str(add_days(today(), -30)))
		factories.pay(request)
		self.assertEqual(scheduled.expire_requests(cooperative.name), [])
