"""Tasks reach somebody, are done by one of the group, and close themselves when their cause is gone."""

from __future__ import annotations

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.messages import tasks
from coop_membership.register import integrity
from coop_membership.tests import every_state, factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.tests.factories import pay


class TestTasks(FrappeTestCase):
	"""A cooperative with two managers; one of them is kept to another cooperative by a User Permission."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = factories.a_cooperative(ELSEWHERE)
		cls.first, cls.second, cls.elsewhere = (factories.a_user(tasks.MANAGERS) for _ in range(3))
		frappe.get_doc(
			{
				"doctype": "User Permission",
				"user": cls.elsewhere,
				"allow": "Cooperative",
				"for_value": factories.a_cooperative(ELSEWHERE).name,
			}
		).insert()

	def of(self, user: str, document) -> list[str]:
		"""What stands open in somebody's own list about a document, as the host shows it."""
		with factories.as_user(user):
			mine = {"allocated_to": user, "reference_name": document.name, "status": "Open"}
			return frappe.get_list("ToDo", mine, pluck="name")

	def reversed(self):
		subscription = factories.a_subscription(self.cooperative)
		every_state.reverse(subscription)
		subscription.reload()
		return subscription

	def test_in_the_list_of_each_manager(self):
		"""A payment is taken back: both managers of the cooperative have it in their list, the other cooperative's has not."""
		subscription = self.reversed()
		self.assertEqual(subscription.status, "Payment Reversed")
		for user in (self.first, self.second):
			self.assertEqual(len(self.of(user, subscription)), 1, user)
		self.assertEqual(self.of(self.elsewhere, subscription), [])

	def test_told_to_who_may_read_it(self):
		"""News about a request reach both managers, and not the one who is kept to another cooperative."""
		request = factories.an_application(self.cooperative)
		tasks.tell(request, "Something has arrived.")
		told = {"document_type": request.doctype, "document_name": request.name}
		users = frappe.get_all(
			"Notification Log", {**told, "subject": "Something has arrived."}, pluck="for_user"
		)
		self.assertLessEqual({self.first, self.second}, set(users))
		self.assertNotIn(self.elsewhere, users)

	def test_done_by_one(self):
		"""One manager closes it: the other has nothing left to do."""
		subscription = self.reversed()
		with factories.as_user(self.first):
			task = frappe.get_doc("ToDo", self.of(self.first, subscription)[0])
			task.status = "Closed"
			task.save()
		self.assertEqual(self.of(self.second, subscription), [])

	def test_paid_again(self):
		"""The right payment comes in: the task is gone by itself."""
		subscription = self.reversed()
		pay(subscription)
		self.assertEqual(self.of(self.first, subscription), [])

	def test_credit_is_paid_back(self):
		"""55 too much are a task; 20 paid back leave it open, the other 35 close it."""
		subscription = pay(factories.a_subscription(self.cooperative), 130)
		self.assertEqual(len(self.of(self.first, subscription)), 1)
		member = frappe.get_doc("Member", subscription.member)
		member.refund(20)
		self.assertEqual(len(self.of(self.first, subscription)), 1)
		member.refund(35)
		self.assertEqual(self.of(self.first, subscription), [])

	def test_the_register_is_sound_again(self):
		"""A wrong counter is a task once, however often it is found; when it is right again, the task is closed."""
		cooperative = factories.a_cooperative(ELSEWHERE)
		cooperative.db_set("next_register_number", 900)
		integrity._check_and_tell(cooperative.name)
		integrity._check_and_tell(cooperative.name)
		self.assertEqual(len(self.of(self.first, cooperative)), 1)
		cooperative.db_set("next_register_number", 1)
		integrity._check_and_tell(cooperative.name)
		self.assertEqual(self.of(self.first, cooperative), [])
