"""What an attacker tried on agenda and machines: into another cooperative, for oneself, too early, out of all bounds."""

from __future__ import annotations

import datetime

import frappe
from frappe.utils import add_days, now_datetime, today

from coop_membership import hooks
from coop_membership.accounting.books import ELSEWHERE
from coop_membership.activities import activities, registrations, words
from coop_membership.machines import badges, rights
from coop_membership.portal.pages.agenda import days_of
from coop_membership.portal.pages.machines import day_asked
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.tests.security import found
from coop_membership.values.text import is_web_address

MANAGER = "Membership Manager"


class TestReach(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = factories.a_cooperative(ELSEWHERE)
		cls.member = factories.a_member(cls.cooperative)
		cls.right = factories.a_right(cls.cooperative)
		cls.machine = factories.a_machine(cls.cooperative)
		cls.machine.update({"bookable": 1, "slot_minutes": 60, "first_hour": 8, "last_hour": 20})
		cls.machine.update({"days_ahead": 30}).save()
		cls.training = factories.an_activity(cls.cooperative)

	def setUp(self):
		frappe.db.savepoint("one_test")
		self.addCleanup(frappe.db.rollback, save_point="one_test")

	def kept_to(self, cooperative) -> str:
		user = factories.a_user(MANAGER)
		kept = {"user": user, "allow": "Cooperative", "for_value": cooperative.name}
		frappe.get_doc({"doctype": "User Permission", **kept}).insert(ignore_permissions=True)  # a test
		return user

	def test_a_manager_of_another_cooperative(self):
		"""He writes a right, a badge, a slot, a place money for a member that he may not read: refused."""
		elsewhere = factories.a_cooperative(ELSEWHERE)
		slot = f"{add_days(today(), 1)} 10:00:00"
		tried = (
			{"doctype": "Equipment Authorization", "member": self.member.name, "right": self.right},
			{"doctype": "Badge", "member": self.member.name},
			{
				"doctype": "Equipment Booking",
				"member": self.member.name,
				"equipment": self.machine.name,
				"starts_on": slot,
			},
			{
				"doctype": "Activity Registration",
				"member": self.member.name,
				"activity": self.training.name,
			},
			{
				"doctype": "Member Payment",
				"member": self.member.name,
				"amount": 10,
				"posting_date": today(),
			},
		)
		user = self.kept_to(elsewhere)
		for values in tried:
			with factories.as_user(user), self.assertRaises(frappe.PermissionError, msg=values):
				frappe.get_doc(dict(values)).insert()

		self.member.db_set("status", "Former")  # who has left is named to nobody else either
		with factories.as_user(user), self.assertRaises(frappe.PermissionError):
			frappe.get_doc(dict(tried[0])).insert()

	def test_every_doctype_asks(self):
		"""A new DocType is asked like the others, once its cooperative is known."""
		for doctype in found.doctypes(tables=False):
			asked = hooks.doc_events[doctype].get("validate")
			self.assertIn(hooks.LINKS, asked if isinstance(asked, list) else [asked], doctype)

	def test_ours_writes_them(self):
		"""The manager of this cooperative alone gives a right and a badge to its member."""
		user = self.kept_to(self.cooperative)
		with factories.as_user(user):
			given = {"doctype": rights.AUTHORIZATION, "member": self.member.name, "right": self.right}
			self.assertEqual(frappe.get_doc(given).insert().cooperative, self.cooperative.name)
			badge = frappe.get_doc({"doctype": "Badge", "member": self.member.name}).insert()
			code = badge.issue()
			self.assertIsNone(badge.get("token_hash"))
			badge = frappe.get_doc("Badge", badge.name)
			badge.apply_fieldlevel_read_permissions()
			badge.label = "Clé"
			badge.save()
			[shown] = frappe.get_list("Badge", {"name": badge.name}, ["*"])
		self.assertIsNone(
			badges.member_of(shown.get("token_hash") or ""), "Dokos lists the hash: it opens nothing"
		)
		self.assertEqual(badges.member_of(code), self.member.name)

	def test_nobody_for_the_organisation_that_she_represents(self):
		"""Neither a right, nor that it was there."""
		user = factories.a_user("Member")
		house = factories.a_member(self.cooperative)
		place = registrations.register(self.training.name, house)
		place.db_set("starts_on", now_datetime())
		contact = frappe.get_doc({"doctype": "Contact", "first_name": factories.unique()}).insert()
		house.db_set("member_type", "Organisation")
		row = house.append("representatives", {"contact": contact.name, "user": user})
		row.update({"from_date": today()})
		row.db_insert()
		with factories.as_user(user):
			with self.assertRaisesRegex(frappe.ValidationError, "themselves"):
				rights.grant(house.name, self.right, rights.TRAINER)
			with self.assertRaisesRegex(frappe.ValidationError, "own attendance"):
				registrations.note(place, "Attended")

	def test_bounds(self):
		"""An activity says nothing out of bounds; an old row that does stops no reminder and shows no script."""
		for values in (
			{"remind_hours": 10**15},
			{"remind_hours": -1},
			{"price": -1},
			{"price": 10**9},
			{"starts_on": "9999-12-30 10:00:00"},
			{"starts_on": "1024-12-30 10:00:00"},
			{"online_link": "javascript:alert(1)"},
		):
			with self.assertRaises(frappe.ValidationError, msg=values):
				factories.an_activity(self.cooperative, **values)
		place = registrations.register(self.training.name, self.member)
		self.training.db_set({"remind_hours": 2**31 - 1, "online_link": "javascript:alert(1)"})
		self.assertIn(place.name, activities._to_remind())
		self.assertFalse(activities.remind(place.name))  # she has just had a mail
		self.assertEqual(words.of_registration(place)["online_link"], "")
		for field in ("days_ahead", "cache_minutes"):
			self.machine.reload()
			self.machine.set(field, 10**9)
			with self.assertRaises(frappe.ValidationError, msg=field):
				self.machine.save()

	def test_days_of_addresses(self):
		"""Months and days at the ends of the calendar: this month, and the last day that can be booked."""
		this = datetime.date.fromisoformat(today()).replace(day=1)
		for asked in ("9999-12", "0001-01", "1999-12", "2101-01"):
			self.assertEqual(days_of("month", asked)[0], this, asked)
		self.assertEqual(days_of("month", "2026-03")[0], datetime.date(2026, 3, 1))
		self.assertEqual(str(day_asked("9999-12-31")), add_days(today(), 366))
		far = {"doctype": "Equipment Booking", "member": self.member.name, "equipment": self.machine.name}
		with self.assertRaisesRegex(frappe.ValidationError, "days ahead"):
			frappe.get_doc({**far, "starts_on": "9999-12-31 19:00:00"}).insert()

	def test_web_addresses(self):
		for text in ("https://meet.example/a?b=1", "HTTP://meet.example"):
			self.assertTrue(is_web_address(text), text)
		for text in (
			"javascript:alert(1)",
			"//x.example",
			"https://",
			"data:text/html,x",
			" https://x",
			None,
		):
			self.assertFalse(is_web_address(text), text)
