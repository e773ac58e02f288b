"""Many at the same moment: places, the waiting list, and slots of a machine. Each person is a process with a connection."""

from __future__ import annotations

import unittest
from collections import Counter

import frappe
from frappe.utils import add_days, today

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.tests.test_races import together

REGISTER = """
from coop_membership import jobs
from coop_membership.activities import registrations
jobs.again(lambda: registrations.register({activity!r}, {member!r}))
frappe.db.commit()
"""
BOOK = """
from coop_membership import jobs
from coop_membership.machines import bookings
machine, member = frappe.get_doc("Equipment", {machine!r}), frappe.get_doc("Member", {member!r})
jobs.again(lambda: bookings.book(machine, member, {slot!r}))
frappe.db.commit()
"""


@unittest.skipIf(frappe.conf.db_type == "sqlite", "SQLite has a single writer: there is no race to lose")
class TestAtTheSameMoment(FrappeTestCase):
	def setUp(self):
		frappe.flags.mute_member_mails = True
		self.addCleanup(frappe.flags.pop, "mute_member_mails", None)
		self.cooperative = factories.a_cooperative(ELSEWHERE)
		self.addCleanup(factories.forget, self.cooperative)
		self.people = [factories.a_member(self.cooperative).name for _number in range(6)]

	def test_six_for_two_places(self):
		"""Six people, each of whom presses twice: two have a place, four wait in order, nobody is lost or there twice."""
		activity = factories.an_activity(self.cooperative, capacity=2).name
		frappe.db.commit()
		presses = [REGISTER.format(activity=activity, member=member) for member in self.people * 2]
		self.assertEqual(together(*presses), [0] * 12)
		found = frappe.get_all(
			"Activity Registration",
			{"activity": activity},
			["member", "status", "position"],
			order_by="position",
		)
		self.assertEqual(sorted(row.member for row in found), sorted(self.people))
		self.assertEqual([row.status for row in found], ["Registered"] * 2 + ["Waiting"] * 4)
		self.assertEqual(len({row.position for row in found}), 6)
		counted = frappe.db.get_value("Activity", activity, ["taken", "waiting"])
		self.assertEqual(tuple(counted), (2, 4))

	def test_six_for_one_slot(self):
		"""Six people want the laser tomorrow at nine: one has it."""
		machine = factories.a_machine(self.cooperative, bookable=1).name
		frappe.db.commit()
		slot = f"{add_days(today(), 1)} 09:00"
		bodies = [BOOK.format(machine=machine, member=member, slot=slot) for member in self.people]
		self.assertEqual(Counter(together(*bodies, quiet=True)), {0: 1, 1: 5})
		self.assertEqual(frappe.db.count("Equipment Booking", {"equipment": machine, "status": "Booked"}), 1)
