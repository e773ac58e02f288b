"""A machine that Dokos books by itself: its own bookings keep to our rights, and the portal leads there."""

import unittest

import frappe
from frappe.utils import add_days, add_to_date, get_datetime, today

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE
from coop_membership.machines import rights
from coop_membership.portal.pages import machines as page
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase


@unittest.skipUnless(host.has_doctype("Item Booking"), "only Dokos books items")
class TestHostsBooking(FrappeTestCase):
	def setUp(self):
		"""A laser that needs its right, booked as an item of Dokos; a member with a login, who has the right."""
		self.cooperative = factories.a_cooperative(ELSEWHERE, portal_account="On approval")
		self.member = factories.a_member(self.cooperative, on=add_days(today(), -30))
		self.item = frappe.get_doc(
			{
				"doctype": "Item",
				"item_code": f"Laser {factories.unique()}",
				"item_group": frappe.db.get_value("Item Group", {"is_group": 0}, "name"),
				"stock_uom": "Nos",
				"is_stock_item": 0,
				"enable_item_booking": 1,
			}
		).insert()
		self.right = factories.a_right(self.cooperative)
		self.laser = factories.a_machine(
			self.cooperative, self.right, bookable=1, booking_item=self.item.name
		)

	def a_slot(self, user: str | None, **values):
		starts_on = get_datetime(f"{add_days(today(), 3)} 10:00:00")
		return frappe.get_doc(
			{
				"doctype": "Item Booking",
				"item": self.item.name,
				"user": user,
				"starts_on": starts_on,
				"ends_on": add_to_date(starts_on, hours=1),
				"status": "Confirmed",
				**values,
			}
		)

	def test_with_the_right(self):
		"""The right first: refused without it, in our words; with it the slot is booked."""
		with self.assertRaisesRegex(frappe.ValidationError, "right"):
			self.a_slot(self.member.user).insert()
		rights.grant(self.member.name, self.right, rights.MANAGER)
		self.assertTrue(self.a_slot(self.member.user).insert().name)

	def test_withdrawn_afterwards(self):
		"""The right is withdrawn: the booking can still be called off, and no new one is made."""
		given = rights.grant(self.member.name, self.right, rights.MANAGER)
		booked = self.a_slot(self.member.user).insert()
		rights.withdraw(given, "Broke the lens")
		booked.update({"status": "Cancelled"}).save()
		with self.assertRaises(frappe.ValidationError):
			self.a_slot(self.member.user).insert()

	def test_a_stranger(self):
		"""Somebody with a login who is no member of this cooperative books nothing."""
		with self.assertRaises(frappe.ValidationError):
			self.a_slot(factories.a_user("Customer")).insert()

	def test_what_is_not_ours(self):
		"""The desk blocks the machine for maintenance, in nobody's name; another item has no rule of ours."""
		self.assertTrue(self.a_slot(None).insert().name)
		other = frappe.copy_doc(self.item)
		other.update({"item_code": f"Room {factories.unique()}", "item_name": None})
		other.insert()
		self.assertTrue(self.a_slot(factories.a_user("Customer"), item=other.name).insert().name)

	def test_the_portal_leads_there(self):
		"""In front of the machine the member finds the way to Dokos's page, and none of our slots."""
		rights.grant(self.member.name, self.right, rights.MANAGER)
		section = page.Machines()
		answer = page.access.answer(self.member.name, self.laser)
		self.assertEqual(section.slots(self.member, self.laser, answer), {"elsewhere": page.DOKOS_PAGE})
