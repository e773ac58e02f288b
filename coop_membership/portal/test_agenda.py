"""A member's agenda, machines and lists of those who lead; the public calendar; and what is nobody else's business."""

from __future__ import annotations

import datetime
import unittest

from hypothesis import given
from hypothesis import strategies as st

import frappe
from frappe.utils import add_days, get_datetime, now_datetime

from coop_membership import signing
from coop_membership.accounting.books import ELSEWHERE
from coop_membership.activities import agenda, feeds, ical, registrations
from coop_membership.machines import access, rights
from coop_membership.portal import agenda as actions_of_agenda
from coop_membership.portal import leading, machines, public_agenda
from coop_membership.portal.pages.agenda import CHECK_IN, Agenda
from coop_membership.portal.pages.leading import Leading
from coop_membership.portal.pages.machines import Machines
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.tests.web import an_address


class TestCalendarFile(unittest.TestCase):
	@given(st.text(max_size=300))
	def test_no_text_begins_a_line_of_its_own(self, text):
		"""Whatever a title holds, each line has 75 bytes at most, and there is one title."""
		moment = datetime.datetime(2026, 3, 5, 18, tzinfo=datetime.timezone.utc)
		written = ical.calendar("Agenda", [ical.Entry("A@x", text, moment, moment, moment, text, text, text)])
		lines = written.split("\r\n")
		self.assertTrue(all(len(line.encode()) <= 75 for line in lines))
		self.assertEqual(sum(line.startswith("SUMMARY:") for line in lines), 1)
		unfolded = written.replace("\r\n ", "")
		self.assertEqual(unfolded.count("\r\nEND:VEVENT"), 1)
		self.assertIn("DTSTART:20260305T180000Z", unfolded)


class TestAgenda(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = factories.a_cooperative(ELSEWHERE)
		cls.camille, cls.noor, cls.leader = (cls.a_member(name) for name in ("Camille", "Noor", "Lea"))
		cls.stranger = cls.a_member("Sam", factories.a_cooperative(ELSEWHERE))
		cls.right = factories.a_right(cls.cooperative, "Laser", ends="After a time", valid_for=6)
		cls.laser = factories.a_machine(cls.cooperative, cls.right)
		cls.training = factories.an_activity(
			cls.cooperative,
			capacity=1,
			grants=[{"right": cls.right}],
			leaders=[{"member": cls.leader.name}],
			online_link="https://meet.example/laser",
			on_website=0,
		)

	@classmethod
	def a_member(cls, name: str, cooperative=None):
		member = factories.a_member(cooperative or cls.cooperative, first_name=name)
		member.db_set("user", factories.a_user("Member"))
		return member

	def setUp(self):
		frappe.db.savepoint("one_test")
		frappe.local.request_ip = an_address()  # Dodock limits what guests call outside of a request too
		self.training.reload()
		self.addCleanup(frappe.db.rollback, save_point="one_test")
		frappe.local.form_dict = frappe._dict()
		self.addCleanup(setattr, frappe.local, "form_dict", frappe._dict())

	def words(self, section, member, **asked) -> frappe._dict:
		frappe.local.form_dict = frappe._dict(asked)
		return frappe._dict(section().words(member))

	def card(self, member, **asked) -> dict:
		[found] = [
			one for one in self.words(Agenda, member, **asked).cards if one["name"] == self.training.name
		]
		return found

	def test_a_place_on_the_page(self):
		"""She sees one place left and no link, takes it, sees the link; the next one waits; a stranger is refused."""
		card = self.card(self.camille)
		self.assertEqual((card["free"], card["online_link"], card["why_not"]), ("1 place left", "", ""))
		with factories.as_user(self.stranger.user), self.assertRaises(frappe.PermissionError):
			actions_of_agenda.register(self.training.name)
		with factories.as_user(self.camille.user):
			self.assertIn("You have a place", actions_of_agenda.register(self.training.name)["said"])
			with self.assertRaises(frappe.PermissionError):
				actions_of_agenda.register(self.training.name, member=self.noor.name)
		with factories.as_user(self.noor.user):
			self.assertIn("waiting list", actions_of_agenda.register(self.training.name)["said"])
		card = self.card(self.camille)
		self.assertEqual(
			(card["state"], bool(card["online_link"]), bool(card["check_in"])),
			("You have a place.", True, True),
		)
		with factories.as_user(self.noor.user), self.assertRaises(frappe.PermissionError):
			actions_of_agenda.unregister(card["place"])
		with factories.as_user(self.camille.user):
			actions_of_agenda.unregister(card["place"])
		self.assertEqual(self.card(self.noor)["state"], "You have a place.")

	def test_nobody_takes_a_place_in_her_own_training(self):
		"""Lea leads the training: her agenda says *You lead this activity*, offers her no place, and gives her none."""
		card = self.card(self.leader)
		self.assertTrue(card["leads"])
		page = frappe.render_template(
			Agenda.template, {"my": self.words(Agenda, self.leader), "portal": {"member": self.leader.name}}
		)
		self.assertIn("You lead this activity.", page)
		self.assertNotIn("agenda.register", page)
		with factories.as_user(self.leader.user), self.assertRaises(frappe.ValidationError):
			actions_of_agenda.register(self.training.name)

	def test_the_month(self):
		"""The training stands on its day of its month, and on none of another one; a month that is none is this month."""
		day = get_datetime(self.training.starts_on).date()
		shown = self.words(Agenda, self.camille, view="month", month=f"{day:%Y-%m}")
		[found] = [one for week in shown.weeks for one in week if one["cards"]]
		self.assertEqual((found["number"], found["cards"][0]["title"]), (day.day, self.training.title))
		self.assertFalse(self.words(Agenda, self.camille, view="month", month="1999-01").cards)
		self.assertTrue(self.words(Agenda, self.camille, view="month", month="1'; --").weeks)

	def test_the_own_calendar(self):
		"""A random address shows the own places; a new one ends it; nobody else's address, nor none, shows anything."""
		registrations.register(self.training.name, self.camille)
		registrations.register(self.training.name, self.noor)
		with factories.as_user(self.camille.user):
			actions_of_agenda.new_feed()
			old = feeds.token_of(self.camille.name)
			actions_of_agenda.new_feed()
			token = feeds.token_of(self.camille.name)
		self.assertGreater(len(token), 40)
		self.assertEqual(
			(feeds.member_of(token), feeds.member_of(old), feeds.member_of("")),
			(self.camille.name, None, None),
		)
		shown = agenda.calendar_of(self.camille)
		self.assertIn(f"SUMMARY:{self.training.title}", shown)
		self.assertIn("STATUS:CONFIRMED", shown)
		self.assertIn("STATUS:TENTATIVE", agenda.calendar_of(self.noor))
		with factories.as_user("Guest"):
			actions_of_agenda.feed(token=token)
			self.assertIn(b"BEGIN:VCALENDAR", frappe.response.filecontent)
			with self.assertRaises(frappe.PermissionError):
				actions_of_agenda.feed(token=old)
		with factories.as_user(self.camille.user):
			actions_of_agenda.end_feed()
		self.assertIsNone(feeds.member_of(token))
		with (
			factories.as_user(factories.a_user("Membership Manager")),
			self.assertRaises(frappe.PermissionError),
		):
			frappe.get_list("Calendar Link")

	def test_the_calendar_of_who_has_left(self):
		"""Solène represents a garden; her mandate over, the address that she made shows nothing. So with a login of before."""
		asked = factories.an_organisation(self.cooperative, **factories.the_same(self.camille))
		asked.approve()
		garden = frappe.get_doc("Member", asked.member)
		solene = factories.a_user("Member")
		garden.representatives[0].db_set({"user": solene, "to_date": None})
		with factories.as_user(solene):
			actions_of_agenda.new_feed(garden.name)
			token = feeds.token_of(garden.name)
		self.assertIsNone(feeds.token_of(garden.name), "another login has an address of its own")
		self.assertEqual(feeds.member_of(token), garden.name)
		garden.representatives[0].db_set("to_date", add_days(frappe.utils.today(), -1))
		with factories.as_user("Guest"), self.assertRaises(frappe.PermissionError):
			actions_of_agenda.feed(token=token)
		garden.representatives[0].db_set({"to_date": None, "user": self.noor.user})
		self.assertIsNone(feeds.member_of(token))

	def test_the_leader_and_the_machine(self):
		"""The leader sees who comes and scans her code; then the machine's page says yes. Nobody else leads."""
		place = registrations.register(self.training.name, self.camille)
		place.db_set("starts_on", frappe.utils.now_datetime())
		before = self.words(Machines, self.camille, equipment=self.laser.name)
		self.assertFalse(before.one["allowed"])
		self.assertIn(self.training.title, before.one["needs"][0]["training"])
		key = signing.sign(CHECK_IN, place.name, 1)
		shown = self.words(Leading, self.leader, key=key)
		self.assertEqual((shown.scanned["name"], shown.key_is_wrong), (self.camille.display_name, False))
		self.assertEqual([one["name"] for one in shown.people], [self.camille.display_name])
		self.assertTrue(self.words(Leading, self.noor, key=key).key_is_wrong)
		self.assertTrue(self.words(Leading, self.leader, key="forged").key_is_wrong)
		for user in (self.camille.user, self.noor.user, self.stranger.user):
			with factories.as_user(user), self.assertRaises(frappe.PermissionError):
				leading.note(place.name, "Attended")
		with factories.as_user(self.leader.user):
			leading.note(place.name, "Attended")
		after = self.words(Machines, self.camille, equipment=self.laser.name)
		self.assertTrue(after.one["allowed"])
		self.assertEqual([one["title"] for one in after.may], [self.laser.title])
		self.assertTrue(after.may[0]["since"] and after.may[0]["until"])
		self.training.db_set({"starts_on": "2020-01-02 18:00:00", "ends_on": "2020-01-02 20:00:00"})
		self.assertEqual(len(self.words(Leading, self.leader, activity=self.training.name).people), 1)

	def test_a_trainer_at_the_machine(self):
		"""Named as a trainer, she gives the right by the number on the card; others see no form and are refused."""
		given = {"equipment": self.laser.name, "right": self.right, "number": str(self.camille.member_number)}
		with factories.as_user(self.noor.user), self.assertRaises(frappe.PermissionError):
			machines.grant(**given)
		self.laser.append("trainers", {"member": self.noor.name})
		self.laser.save()
		self.assertTrue(self.words(Machines, self.noor, equipment=self.laser.name).one["trains"])
		with factories.as_user(self.noor.user):
			machines.grant(**given)
			with self.assertRaises(frappe.ValidationError):
				machines.grant(**{**given, "number": "0"})
		self.assertEqual(access.may_use(self.camille, self.laser.name), (True, []))
		self.assertEqual(
			rights.VALID,
			frappe.db.get_value("Equipment Authorization", {"member": self.camille.name}, "status"),
		)
		frappe.clear_document_cache("Equipment", self.laser.name)

	def test_the_public_calendar(self):
		"""Only what is public; a guest asks, nothing is stored; the link of the mail takes the place, once."""
		public = factories.an_activity(self.cooperative, open_to="Public")
		day = now_datetime().date()
		names = [row.name for row in public_agenda.shown(self.cooperative.name, day, add_days(day, 30))]
		self.assertEqual(names, [public.name])
		address = f"paul.{factories.unique()}@example.com"
		with factories.as_user("Guest"):
			answers = {
				public_agenda.ask(activity=name, name="Paul Roy", email=address)["said"]
				for name in (public.name, self.training.name, "nothing")
			}
			with self.assertRaises(frappe.ValidationError):
				public_agenda.ask(activity=public.name, name="Paul <a href=x>", email="no address")
		self.assertEqual(len(answers), 1)
		self.assertFalse(frappe.db.exists("Activity Registration", {"guest_email": address}))
		self.assertEqual(frappe.db.count("Email Queue Recipient", {"recipient": address}), 1)
		activity, name, email = public_agenda.asked_by(
			signing.sign(public_agenda.PURPOSE, f'["{public.name}", "Paul Roy", "{address}"]', 1)
		)
		first, second = (public_agenda.take(activity, name, email) for _twice in range(2))
		self.assertEqual(
			(first.name, first.person_name, first.status), (second.name, "Paul Roy", "Registered")
		)
