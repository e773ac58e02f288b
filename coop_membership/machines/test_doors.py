"""Doors and badges: the code, the key, how long an answer counts; and slots, which nobody has twice."""

from __future__ import annotations

import datetime
import unittest
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

import frappe
from frappe.utils import add_days, add_months, getdate, today

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.machines import badges, bookings, rights, rules, slots
from coop_membership.portal import doors
from coop_membership.portal import machines as actions_of_machines
from coop_membership.portal.pages.machines import Machines
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.tests.web import an_address


class TestSlots(unittest.TestCase):
	@given(st.dates(), st.integers(0, 23), st.integers(1, 24), st.integers(0, 600))
	def test_one_after_the_other_within_the_hours(self, day, first, last, minutes):
		found = slots.of_day(day, first, last, minutes)
		for one, following in pairwise(found):
			self.assertEqual(one[1], following[0])
			self.assertFalse(slots.overlap(one, following))
		if found:
			midnight = datetime.datetime.combine(day, datetime.time())
			self.assertGreaterEqual(found[0][0], midnight + datetime.timedelta(hours=first))
			self.assertLessEqual(found[-1][1], midnight + datetime.timedelta(hours=last))


class TestDoors(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = factories.a_cooperative(ELSEWHERE)
		cls.member, cls.other = factories.a_member(cls.cooperative), factories.a_member(cls.cooperative)
		cls.right = factories.a_right(cls.cooperative, "Scie", ends=rules.UNUSED, valid_for=6)
		cls.saw = factories.a_machine(cls.cooperative, cls.right, bookable=1, most_per_member=2)
		cls.manager = factories.a_user("Membership Manager")

	def setUp(self):
		frappe.db.savepoint("one_test")
		frappe.local.request_ip = an_address()  # Dodock limits what guests call outside of a request too
		self.addCleanup(frappe.db.rollback, save_point="one_test")

	def ask(self, key: str, **who) -> dict:
		with factories.as_user("Guest"):
			return doors.may_use(equipment=self.saw.name, key=key, **who)

	def test_a_reader_and_a_badge(self):
		"""With its key and her badge: no, the right is missing; then yes, for minutes; revoked: nobody. Used: renewed."""
		with factories.as_user(self.manager):
			key = self.saw.new_reader_key()
			badge = frappe.get_doc(
				{"doctype": "Badge", "member": self.member.name, "label": "Carte"}
			).insert()
			code = badge.issue()
		self.assertNotIn(code, frappe.as_json(frappe.get_doc("Badge", badge.name).as_dict()))
		self.assertEqual(self.ask(key, badge=code)["codes"], [rules.MISSING])
		given = rights.grant(self.member.name, self.right, rights.MANAGER, add_months(today(), -5))
		answer = self.ask(key, badge=code)
		self.assertTrue(answer["allowed"])
		self.assertEqual(answer["until"], str(given.valid_until))
		self.assertTrue(0 <= answer["seconds"] <= 600)
		self.assertTrue(self.ask(key, member=str(self.member.member_number))["allowed"])
		self.assertTrue(self.ask(key, member=self.member.name, used="1")["allowed"])
		given.reload()
		self.assertEqual(getdate(given.valid_until), getdate(add_months(today(), 6)))
		for wrong in ({"badge": "x"}, {"member": "MEM-NOBODY"}, {"member": "0"}, {}):
			self.assertEqual(self.ask(key, **wrong)["codes"], [rules.NO_MEMBER], wrong)
		with factories.as_user(self.manager):
			newer = badge.issue()
			self.assertEqual(self.ask(key, badge=code)["codes"], [rules.NO_MEMBER])
			self.assertTrue(self.ask(key, badge=newer)["allowed"])
			badge.revoke("Perdu")
		self.assertEqual(self.ask(key, badge=newer)["codes"], [rules.NO_MEMBER])

	def test_the_sign(self):
		"""Its code leads to the machine's page, which is written below."""
		sign = frappe.get_print("Equipment", self.saw.name, "Equipment Sign")
		self.assertIn("/membership/machines?equipment=", sign)
		self.assertIn("data:image/svg", sign)

	def test_a_wrong_key_learns_nothing(self):
		"""An unknown machine, one without a reader, a wrong and an old key: the same refusal."""
		other = factories.a_machine(self.cooperative)
		with factories.as_user(self.manager):
			old = self.saw.new_reader_key()
			self.saw.new_reader_key()
		said = set()
		for name, key in ((self.saw.name, old), (self.saw.name, ""), (other.name, "x"), ("nothing", "x")):
			with factories.as_user("Guest"), self.assertRaises(frappe.PermissionError) as refused:
				doors.may_use(equipment=name, key=key, member=self.member.name)
			said.add(str(refused.exception))
		self.assertEqual(len(said), 1)

	def test_slots(self):
		"""Who has no right books nothing; who has takes a slot, nobody else gets it, two are the most; given back it is
		free. At an hour that is none, and in a month: no."""
		day = add_days(today(), 1)
		with self.assertRaisesRegex(frappe.ValidationError, "The right"):
			bookings.book(self.saw, self.member, f"{day} 09:00")
		for member in (self.member, self.other):
			rights.grant(member.name, self.right, rights.MANAGER)
		mine = bookings.book(self.saw, self.member, f"{day} 09:00")
		with self.assertRaisesRegex(frappe.ValidationError, "taken"):
			bookings.book(self.saw, self.other, f"{day} 09:00")
		bookings.book(self.saw, self.member, f"{day} 10:00")
		with self.assertRaisesRegex(frappe.ValidationError, "at most"):
			bookings.book(self.saw, self.member, f"{day} 11:00")
		for hour in (f"{day} 09:30", f"{day} 23:00", f"{add_days(today(), 40)} 09:00"):
			with self.assertRaises(frappe.ValidationError, msg=hour):
				bookings.book(self.saw, self.other, hour)
		self.assertEqual(bookings.cancel(mine), "Cancelled")
		self.assertEqual(bookings.book(self.saw, self.other, f"{day} 09:00").status, "Booked")
		shown = {
			f"{one['starts_on']:%H}": one for one in bookings.day_of(self.saw, self.member.name, getdate(day))
		}
		self.assertEqual(
			[shown["09"]["free"], bool(shown["10"]["mine"]), shown["11"]["free"]], [False, True, True]
		)

	def test_on_the_own_page(self):
		"""A member books on the machine's page and gives back; never another's slot."""
		self.member.db_set("user", factories.a_user("Member"))
		self.other.db_set("user", factories.a_user("Member"))
		rights.grant(self.member.name, self.right, rights.MANAGER)
		day = add_days(today(), 1)
		with factories.as_user(self.member.user):
			actions_of_machines.book(self.saw.name, f"{day} 14:00")
			with self.assertRaises(frappe.ValidationError):
				actions_of_machines.book(self.saw.name, "yesterday")
		frappe.local.form_dict = frappe._dict(equipment=self.saw.name, day=day)
		self.addCleanup(setattr, frappe.local, "form_dict", frappe._dict())
		page = Machines().words(self.member)["one"]
		[mine] = [one for one in page["slots"] if one["mine"]]
		self.assertTrue(mine["starts_on"].endswith("14:00"))
		with factories.as_user(self.other.user), self.assertRaises(frappe.PermissionError):
			actions_of_machines.call_off(mine["mine"])
		with factories.as_user(self.member.user):
			actions_of_machines.call_off(mine["mine"])
		self.assertEqual(frappe.db.get_value("Equipment Booking", mine["mine"], "status"), "Cancelled")

	def test_a_slot_to_come_is_no_use(self):
		"""A right that ends when unused: the slot of tomorrow renews nothing, the one of yesterday does."""
		given = rights.grant(self.member.name, self.right, rights.MANAGER, add_months(today(), -5))
		slot = bookings.book(self.saw, self.member, f"{add_days(today(), 1)} 09:00")
		bookings.daily()
		given.reload()
		self.assertIsNone(given.last_used_on)
		yesterday = add_days(today(), -1)
		slot.db_set({"starts_on": f"{yesterday} 09:00:00", "ends_on": f"{yesterday} 10:00:00"})
		bookings.daily()
		given.reload()
		self.assertEqual(getdate(given.last_used_on), getdate(yesterday))
		self.assertEqual(badges.member_of(""), None)
