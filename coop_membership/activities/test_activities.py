"""A training with few places: registered, waiting, moved up, there or not, called off; its fee in both books."""

from __future__ import annotations

import frappe
from frappe.utils import add_days, add_to_date, flt, now_datetime, today

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE
from coop_membership.accounting.choice import books_of
from coop_membership.accounting.transfer import Transfer
from coop_membership.activities import activities, fees, registrations
from coop_membership.machines import access, rules
from coop_membership.payments import credit, recording, settlement
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase


def subjects(document) -> list[str]:
	about = {"reference_doctype": document.doctype, "reference_name": document.name}
	marks = frappe.get_all("Email Queue", about, pluck="message_id", order_by="creation")
	return [mark.partition(".")[0] for mark in marks]


class TestPlacesAndPeople(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = factories.a_cooperative(ELSEWHERE)
		cls.people = [factories.a_member(cls.cooperative) for _number in range(4)]
		cls.right = factories.a_right(cls.cooperative, "Laser", ends="After a time", valid_for=6)
		cls.machine = factories.a_machine(cls.cooperative, cls.right)

	def setUp(self):
		frappe.db.savepoint("one_test")
		self.addCleanup(frappe.db.rollback, save_point="one_test")

	def states(self, *registered) -> list[str]:
		return [frappe.db.get_value(one.doctype, one.name, "status") for one in registered]

	def test_the_waiting_list(self):
		"""Two places: two have them, two wait in order. One goes: the third moves up and is told, the fourth still waits;
		registering again changes nothing, and who comes back after giving up stands last."""
		activity = factories.an_activity(self.cooperative, capacity=2)
		one, two, three, four = (registrations.register(activity.name, member) for member in self.people)
		self.assertEqual(
			self.states(one, two, three, four), ["Registered", "Registered", "Waiting", "Waiting"]
		)
		self.assertEqual(registrations.register(activity.name, self.people[0].name).name, one.name)
		self.assertEqual(registrations.unregister(one), "Cancelled")
		self.assertEqual(registrations.unregister(one), "Cancelled")
		self.assertEqual(
			self.states(one, two, three, four), ["Cancelled", "Registered", "Registered", "Waiting"]
		)
		self.assertEqual(subjects(three), ["activity_waiting_list", "activity_registration"])
		self.assertEqual(subjects(one), ["activity_registration", "activity_cancelled"])
		again = registrations.register(activity.name, self.people[0])
		self.assertEqual((again.status, again.name != one.name), ("Waiting", True))
		self.assertGreater(again.position, four.position)
		activity.reload()
		self.assertEqual((activity.taken, activity.waiting), (2, 2))
		activity.capacity = 3
		activity.save()
		self.assertEqual(self.states(four, again), ["Registered", "Waiting"])
		with self.assertRaisesRegex(frappe.ValidationError, "taken already"):
			activity.capacity = 2
			activity.save()

	def test_twice_by_hand_and_after_a_merge(self):
		"""On the form, somebody who is there already is named; whose two records become one has no second place."""
		activity = factories.an_activity(self.cooperative)
		keep, drop = self.people[:2]
		place = registrations.register(activity.name, drop)
		again = {"doctype": place.doctype, "activity": activity.name, "member": drop.name}
		with self.assertRaises(frappe.DuplicateEntryError):
			frappe.get_doc(again).insert()
		place.db_set("member", keep.name)
		registrations.follow_merge(keep)
		self.assertEqual(registrations.register(activity.name, keep).name, place.name)

	def test_guests_take_places(self):
		"""Three places, one guest each: a pair and one alone; the next pair waits, and one alone does not overtake it."""
		activity = factories.an_activity(self.cooperative, capacity=4, guests_allowed=1)
		registrations.register(activity.name, self.people[0], guests=1)
		registrations.register(activity.name, self.people[1])
		pair = registrations.register(activity.name, self.people[2], guests=1)
		alone = registrations.register(activity.name, self.people[3])
		self.assertEqual(self.states(pair, alone), ["Waiting", "Waiting"])
		with self.assertRaises(frappe.ValidationError):
			registrations.register(activity.name, None, guests=2, guest_name="Paul")

	def test_who_may(self):
		"""Not after the deadline, not of another cooperative, not who has left; a class, a plan, a right where asked for.
		Staff add somebody late."""
		member = self.people[0]
		late = factories.an_activity(self.cooperative, register_until=add_to_date(now_datetime(), hours=-1))
		with self.assertRaisesRegex(frappe.ValidationError, "has ended"):
			registrations.register(late.name, member)
		self.assertEqual(registrations.register(late.name, member, late=True).status, "Registered")
		stranger = factories.a_member(factories.a_cooperative(ELSEWHERE))
		plan = factories.a_plan(self.cooperative, factories.unique())
		other_class = factories.a_share_class(self.cooperative, "Z")
		for values, who in (
			({}, stranger),
			({}, None),
			({"open_to": "Plan", "open_to_plan": plan.name}, member),
			({"open_to": "Share Class", "open_to_class": other_class.name}, member),
			({"open_to": "Right", "open_to_right": self.right}, member),
		):
			activity = factories.an_activity(self.cooperative, **values)
			with self.assertRaises(frappe.ValidationError, msg=values):
				registrations.register(activity.name, who, guest_name=None if who else "Paul")
		public = factories.an_activity(self.cooperative, open_to="Public")
		guest = registrations.register(public.name, guest_name="Paul", guest_email="paul@example.com")
		self.assertEqual((guest.person_name, guest.status), ("Paul", "Registered"))
		self.assertEqual(subjects(guest), ["activity_registration"])
		own = {"open_to": "Share Class", "open_to_class": factories.class_of(self.cooperative)}
		registrations.register(factories.an_activity(self.cooperative, **own).name, member)

	def test_attendance_gives_the_right_once(self):
		"""She was there: she may use the laser, since that day. A mistake: it is withdrawn, and given again. Never one's
		own attendance, nor before that day."""
		activity = factories.an_activity(self.cooperative, grants=[{"right": self.right}])
		member = self.people[0]
		place = registrations.register(activity.name, member)
		self.assertFalse(access.may_use(member, self.machine)[0])
		with self.assertRaisesRegex(frappe.ValidationError, "Nobody was there yet"):
			registrations.note(place, "Attended")
		place.db_set("starts_on", now_datetime())
		for _again in range(2):
			registrations.note(place, "Attended")
		self.assertEqual(access.may_use(member, self.machine), (True, []))
		given = frappe.get_doc("Equipment Authorization", {"registration": place.name})
		self.assertEqual(
			(given.source, frappe.db.count(given.doctype, {"registration": place.name})), ("Attendance", 1)
		)
		registrations.note(place, "Absent")
		self.assertEqual([one.code for one in access.answer(member, self.machine).reasons], [rules.WITHDRAWN])
		registrations.note(place, "Attended")
		self.assertEqual(access.may_use(member, self.machine), (True, []))
		with self.assertRaises(frappe.ValidationError):
			registrations.unregister(place)
		own = self.people[1]
		own.db_set("user", factories.a_user("Member"))
		mine = registrations.register(activity.name, own)
		mine.db_set("starts_on", now_datetime())
		with factories.as_user(own.user), self.assertRaisesRegex(frappe.ValidationError, "own attendance"):
			registrations.note(mine, "Attended")

	def test_a_series_and_its_leaders(self):
		"""Each Thursday, three times more; a leader leads also once it is over."""
		activity = factories.an_activity(self.cooperative, leaders=[{"member": self.people[0].name}])
		with factories.as_user(factories.a_user("Membership User")):
			names = activity.repeat(7, 3)
		self.assertEqual(len(names), 3)
		last = frappe.get_doc("Activity", names[-1])
		self.assertEqual(last.starts_on, add_days(activity.starts_on, 21))
		self.assertEqual(frappe.db.count("Activity", {"series": activity.name}), 4)
		last.db_set({"starts_on": "2020-01-02 18:00:00", "ends_on": "2020-01-02 20:00:00"})
		self.assertTrue(activities.leads(last, [self.people[0]]))
		self.assertFalse(activities.leads(last, [self.people[1]]))

	def test_one_reminder(self):
		"""Tomorrow: who registered last week is reminded once, who registers now has just had a mail."""
		activity = factories.an_activity(self.cooperative, starts_on=add_to_date(now_datetime(), hours=20))
		early, now = (registrations.register(activity.name, member) for member in self.people[:2])
		early.db_set("registered_on", add_days(now_datetime(), -7))
		for _again in range(2):
			activities.hourly()
		self.assertEqual(subjects(early), ["activity_registration", "activity_reminder"])
		self.assertEqual(subjects(now), ["activity_registration"])


class TestFees(FrappeTestCase):
	"""An evening at 30: asked for, paid, given back."""

	def setUp(self):
		frappe.db.savepoint("one_test")
		self.addCleanup(frappe.db.rollback, save_point="one_test")

	def test_books_kept_elsewhere(self):
		self.walk(factories.a_cooperative(ELSEWHERE))

	def test_books_in_erpnext(self):
		if not host.has_erpnext():
			self.skipTest("there are no invoices here; the books kept elsewhere run on every host")
		self.walk(factories.a_cooperative())

	def walk(self, cooperative) -> None:
		"""Three register for two places at 30 with a minimum of two: two are asked for the fee, the third when one goes.
		One has paid, one half, one nothing, when one gives up and too few are left: all is cancelled and given back once."""
		people = [factories.a_member(cooperative) for _number in range(3)]
		activity = factories.an_activity(cooperative, capacity=2, minimum=2, price=30)
		one, two, three = (registrations.register(activity.name, member) for member in people)
		paid, half = (frappe.get_doc("Activity Fee", place.fee) for place in (one, two))
		self.assertIsNone(three.fee)
		self.assertEqual((paid.status, paid.outstanding_amount), ("Open", 30))
		printed = frappe.get_print("Activity Fee", paid.name, "Activity Fee Request")
		self.assertIn(paid.payment_reference, printed)
		recording.record_payment(paid, Transfer.of(30, reference=factories.unique()))
		recording.record_payment(half, Transfer.of(10, reference=factories.unique()))
		self.assertEqual(self.states(paid, half), [("Paid", 30), ("Partly Paid", 10)])
		settlement.settle(paid)
		self.assertEqual(self.states(paid), [("Paid", 30)])
		registrations.unregister(two)
		self.assertEqual(self.states(half)[0][0], "Cancelled")
		self.assertEqual(self.credit(people[1]), 10)
		three.reload()
		self.assertEqual(three.status, "Registered")
		late = frappe.get_doc("Activity Fee", three.fee)
		self.assertEqual(late.status, "Open")
		registrations.unregister(three)
		self.assertEqual(self.states(late)[0][0], "Cancelled")
		frappe.db.set_value(
			"Activity", activity.name, "register_until", add_to_date(now_datetime(), hours=-1)
		)
		for _again in range(2):
			activities.hourly()
		activity.reload()
		self.assertEqual((activity.status, activity.taken), ("Cancelled", 0))
		self.assertEqual(self.states(paid)[0][0], "Cancelled")
		self.assertEqual(self.credit(people[0]), 30)
		self.assertEqual(fees.call_off(paid.name), 0)
		self.assertEqual(self.credit(people[0]), 30)
		self.assertEqual(subjects(one).count("activity_cancelled"), 1)
		credit.refund(frappe.get_doc("Member", people[0].name), 30, today(), reference=factories.unique())
		self.assertEqual(self.credit(people[0]), 0)

	def states(self, *demands) -> list[tuple[str, float]]:
		for one in demands:
			one.reload()
		return [(one.status, flt(one.paid_amount)) for one in demands]

	def credit(self, member) -> float:
		return books_of(member).credit(frappe.get_doc("Member", member.name))

	def test_after_the_deadline_it_stays_due(self):
		"""Given up too late: the fee stays. At the desk it can be called off. Who pays the plan's dues pays nothing,
		a guest pays all the same."""
		cooperative = factories.a_cooperative(ELSEWHERE)
		member = factories.a_member(cooperative)
		plan = factories.a_plan(cooperative)
		activity = factories.an_activity(cooperative, price=12, guests_allowed=1, free_on_plan=plan.name)
		place = registrations.register(activity.name, member)
		activity.db_set("register_until", add_to_date(now_datetime(), hours=-1))
		registrations.unregister(place)
		self.assertEqual(frappe.db.get_value("Activity Fee", place.fee, "status"), "Open")
		dues = frappe.get_doc({"doctype": "Membership", "member": member.name, "plan": plan.name}).insert()
		dues.submit()
		dues.record_payment(dues.amount)
		activity.db_set("register_until", None)
		again = registrations.register(activity.name, member, guests=1)
		self.assertEqual(again.amount, 12)
		registrations.unregister(again)
		alone = registrations.register(activity.name, member)
		self.assertEqual((alone.amount, alone.fee), (0, None))
