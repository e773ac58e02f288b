"""Who may use the laser: rights given, needed first, ended, renewed and withdrawn, and a membership that counts."""

from __future__ import annotations

import frappe
from frappe.utils import add_days, add_months, getdate, today

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.desk import front_desk
from coop_membership.machines import access, rights, rules
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

MANAGER, USER = "Membership Manager", "Membership User"


class TestMachines(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = factories.a_cooperative(ELSEWHERE)
		cls.member = factories.a_member(
			cls.cooperative, on=add_days(today(), -400), last_name=f"Zola {factories.unique()}"
		)
		cls.safety = factories.a_right(cls.cooperative, "Sécurité")
		cls.laser = factories.a_machine(
			cls.cooperative, factories.a_right(cls.cooperative, "Laser", first=[cls.safety])
		)
		cls.cutting = cls.laser.needs[0].right

	def setUp(self):
		frappe.db.savepoint("one_test")
		self.addCleanup(self.as_before)

	def as_before(self):
		frappe.db.rollback(save_point="one_test")
		frappe.clear_document_cache("Equipment", self.laser.name)
		self.member.reload()
		self.laser.reload()

	def may(self, at=None):
		return access.may_use(self.member.name, self.laser.name, at)

	def codes(self, member=None, at=None):
		return [one.code for one in access.answer(member or self.member.name, self.laser.name, at).reasons]

	def give(self, right, **values):
		return rights.grant(self.member.name, right, rights.MANAGER, **values)

	def test_from_the_first_lesson_to_the_last_day(self):
		"""Nothing; safety first; then the laser, for six months; a day later it says since when not."""
		allowed, reasons = self.may()
		self.assertFalse(allowed)
		self.assertEqual(len(reasons), 2)
		with self.assertRaisesRegex(frappe.ValidationError, "comes first"):
			self.give(self.cutting)
		self.give(self.safety)
		given = self.give(self.cutting)
		self.assertEqual(self.may(), (True, []))
		self.assertEqual(getdate(given.valid_until), getdate(add_months(today(), 6)))
		self.assertEqual(self.may(given.valid_until), (True, []))
		allowed, [reason] = self.may(add_days(given.valid_until, 1))
		self.assertFalse(allowed)
		self.assertRegex(reason, r"^The right: Laser ended on ")
		self.assertEqual(self.codes(at=add_days(today(), -1)), [rules.MISSING, rules.MISSING])

	def test_the_membership_fails_and_the_right_does_not(self):
		"""She has the right and has left: the answer speaks of the membership alone. A candidate has neither."""
		self.give(self.safety)
		self.give(self.cutting)
		self.member.db_set({"status": "Former", "left_on": add_days(today(), -3)})
		self.assertEqual(self.codes(), [rules.LEFT])
		self.assertRegex(self.may()[1][0], "^The membership: ")
		self.member.db_set({"status": "Active", "left_on": None})
		waiting = factories.a_subscription(self.cooperative).member
		self.assertEqual(self.codes(waiting), [rules.CANDIDATE, rules.MISSING, rules.MISSING])
		self.assertEqual(self.codes("MEM-NOBODY"), [rules.NO_MEMBER])

	def test_an_association_counts_paid_dues(self):
		"""Dues paid for this year: yes; after their last day: no, and it says until when. With shares, where the machine
		asks for dues, shares alone don't do."""
		club = factories.a_cooperative(ELSEWHERE, kind="Association (dues)")
		dues = factories.dues_of_an_association(club)
		oven = factories.a_machine(club)
		self.assertFalse(access.may_use(dues.member, oven.name)[0])
		dues.record_payment(dues.amount)
		self.assertEqual(access.may_use(dues.member, oven.name), (True, []))
		dues.reload()
		late = access.answer(dues.member, oven.name, add_days(dues.to_date, 1))
		self.assertEqual([one.code for one in late.reasons], [rules.DUES_OVER])
		strict = factories.a_machine(self.cooperative, needs_dues=1)
		found = access.answer(self.member.name, strict.name)
		self.assertEqual([one.code for one in found.reasons], [rules.DUES_OVER])

	def test_out_of_order_and_elsewhere(self):
		other = factories.a_machine(factories.a_cooperative(ELSEWHERE))
		found = access.answer(self.member.name, other.name)
		self.assertEqual([one.code for one in found.reasons], [rules.ELSEWHERE])
		broken = factories.a_machine(self.cooperative, out_of_order=1)
		allowed, reasons = access.may_use(self.member, broken)
		self.assertEqual((allowed, reasons), (False, ["The machine is out of order."]))

	def test_use_renews_what_it_can(self):
		"""A right that ends when unused lasts six months more from each use; a use to come, or after the end, does nothing."""
		unused = factories.a_right(self.cooperative, "Scie", ends=rules.UNUSED, valid_for=6)
		saw = factories.a_machine(self.cooperative, unused)
		given = self.give(unused, granted_on=add_months(today(), -5))
		self.assertEqual(rights.used(self.member.name, saw, add_days(today(), 1)), 0)
		self.assertEqual(rights.used(self.member.name, saw), 1)
		self.assertEqual(rights.used(self.member.name, saw), 0)
		given.reload()
		self.assertEqual(getdate(given.valid_until), getdate(add_months(today(), 6)))
		given.db_set("valid_until", add_days(today(), -1))
		self.assertEqual(rights.used(self.member.name, saw), 0)
		self.assertFalse(access.may_use(self.member, saw)[0])
		rights.daily()
		given.reload()
		self.assertEqual(given.status, "Expired")

	def test_withdrawn_with_a_reason_and_kept(self):
		"""Withdrawn today: no longer today, yesterday still; the row stays, and nothing of it is rewritten."""
		self.give(self.safety, granted_on=add_days(today(), -9))
		given = self.give(self.cutting, granted_on=add_days(today(), -9))
		with factories.as_user(factories.a_user(USER)), self.assertRaises(frappe.PermissionError):
			frappe.get_doc(given.doctype, given.name).withdraw("Masque oublié")
		with factories.as_user(factories.a_user(MANAGER)):
			with self.assertRaises(frappe.ValidationError):
				given.withdraw(" ")
			self.assertEqual(given.withdraw("Masque oublié"), "Withdrawn")
			given.right = self.safety
			with self.assertRaises(frappe.ValidationError):
				given.save()
		self.assertEqual(self.codes(), [rules.WITHDRAWN])
		self.assertEqual(self.may(add_days(today(), -1)), (True, []))
		given.reload()
		self.assertEqual(given.withdrawn_reason, "Masque oublié")
		with self.assertRaisesRegex(frappe.ValidationError, "kept"):
			given.delete()
		self.assertTrue(self.give(self.cutting).name != given.name)
		self.assertEqual(self.may(), (True, []))

	def test_a_trainer_of_that_machine(self):
		"""Named for the laser: gives its rights, to others, and no right of the saw. Nobody gives one to themselves."""
		trainer = factories.a_member(self.cooperative)
		user = factories.a_user("Member")
		trainer.db_set("user", user)
		saw = factories.a_machine(self.cooperative, factories.a_right(self.cooperative, "Scie"))
		with factories.as_user(user):
			with self.assertRaises(frappe.PermissionError):
				rights.grant_as_trainer([trainer], self.laser, self.member, self.safety)
		self.laser.append("trainers", {"member": trainer.name})
		self.laser.save()
		with factories.as_user(user):
			rights.grant_as_trainer([trainer], self.laser, self.member, self.safety)
			name = rights.grant_as_trainer([trainer], self.laser, self.member, self.cutting)
			with self.assertRaises(frappe.PermissionError):
				rights.grant_as_trainer([trainer], self.laser, self.member, saw.needs[0].right)
			with self.assertRaisesRegex(frappe.ValidationError, "themselves"):
				rights.grant_as_trainer([trainer], self.laser, trainer, self.safety)
		given = frappe.get_doc("Equipment Authorization", name)
		self.assertEqual((given.source, given.granted_by), ("Trainer", user))
		self.assertEqual(self.may(), (True, []))

	def test_by_hand_at_the_desk(self):
		"""A user gives a right on the form; what a sender writes into status, source and end counts for nothing."""
		user = factories.a_user(USER)
		with factories.as_user(user):
			given = frappe.get_doc(
				{
					"doctype": "Equipment Authorization",
					"member": self.member.name,
					"right": self.safety,
					"status": "Withdrawn",
					"source": "Attendance",
					"granted_by": "Administrator",
					"valid_until": "2099-01-01",
				}
			).insert()
		self.assertEqual(
			(given.status, given.source, given.granted_by, given.valid_until),
			("Valid", "Manager", user, None),
		)

	def test_rights_that_need_one_another(self):
		first = frappe.get_doc("Equipment Right", self.safety)
		first.append("prerequisites", {"right": self.cutting})
		with self.assertRaisesRegex(frappe.ValidationError, "one another"):
			first.save()

	def test_the_front_desk(self):
		"""Two words of the name: may not, with the reasons; after two lessons: may. A guest and a stranger learn nothing."""
		words = self.member.last_name
		with factories.as_user(factories.a_user(USER)):
			[card] = front_desk.look_up(words)
			self.assertEqual((card["name"], card["is_good"]), (self.member.name, True))
			[laser] = [one for one in card["machines"] if one["title"] == self.laser.title]
			self.assertEqual((laser["allowed"], len(laser["reasons"])), (False, 2))
		self.give(self.safety)
		self.give(self.cutting)
		with factories.as_user(factories.a_user(USER)):
			[card] = front_desk.look_up(words)
			[laser] = [one for one in card["machines"] if one["title"] == self.laser.title]
			self.assertEqual((laser["allowed"], laser["reasons"]), (True, []))
			self.assertEqual(front_desk.look_up("%"), [])
		with factories.as_user(factories.a_user("Member")), self.assertRaises(frappe.PermissionError):
			front_desk.look_up(words)
