"""Pressed at the same instant, over HTTP: what one press finds is what the others have saved, not what stood there when it
began to look. On the embedded host requests come one after the other.
"""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import frappe
from frappe.utils import add_days, today

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.dues import household
from coop_membership.dues.demand import DUES
from coop_membership.dues.periods import ROLLING
from coop_membership.register import standing
from coop_membership.tests import factories
from coop_membership.tests.web import WebCase

PORTAL = "/api/method/coop_membership.portal.dues."
PRESS = "/api/method/coop_membership.desk.buttons.press"


class TestAtTheSameMoment(WebCase):
	def setUp(self):
		"""Anna's dues cover two people more, and end in ten days; Bo is one of the two."""
		self.club = self.a_cooperative(ELSEWHERE, portal_account="On approval", kind=standing.WITH_DUES)
		self.family = factories.a_plan(self.club, "Foyer", 90, period=ROLLING, covers=3, on_website=1)
		self.anna = self.joined("Anna")
		household.cover(self.anna, self.joined("Bo"))
		self.let_in(self.anna.user)

	def joined(self, first_name: str, pay: bool = True):
		application = factories.an_application(
			self.club, shares={}, plan=self.family.name, first_name=first_name
		)
		application.approve()
		factories.open_invitations(application.member)
		asked = frappe.get_doc(DUES, {"application": application.name})
		if pay:
			asked.record_payment(asked.amount, today())
			asked.db_set({"from_date": add_days(today(), -356), "to_date": add_days(today(), 10)})
		return frappe.get_doc("Member", application.member)

	def at_once(self, path: str, *bodies: dict, user: str) -> Counter:
		"""Post each of these from a session of its own, all at once; {status of the answers: how many}."""
		self.commit()
		sessions = [self.logged_in(user) for _body in bodies]

		def post(session, body):
			return session.post(self.url + path, data=body, timeout=180).status_code

		with ThreadPoolExecutor(len(bodies)) as pool:
			answers = list(pool.map(post, sessions, bodies))
		self.look_again()
		return Counter(answers)

	def test_renewed_once(self):
		"""Four presses of *Renew* are one request for the next year."""
		asked = {"member": self.anna.name, "sure": 1}
		self.at_once(f"{PORTAL}renew", *[asked] * 4, user=self.anna.user)
		self.assertEqual(frappe.db.count(DUES, {"member": self.anna.name, "status": "Open"}), 1)

	def test_one_place_is_given_once(self):
		"""Three people are covered from three windows of the desk, and one place is left: one of them has it."""
		manager = self.a_user("Membership Manager")
		people = [self.joined(name, pay=False) for name in ("Cleo", "Dan", "Eve")]
		presses = [
			{
				"doctype": "Member",
				"name": self.anna.name,
				"action": "cover",
				"values": json.dumps({"other": one.name}),
			}
			for one in people
		]
		answers = self.at_once(PRESS, *presses, user=manager)
		self.assertEqual(answers[200], 1, answers)
		self.assertEqual(len(household.people(self.anna.name)), 2)

	def test_one_place_is_promised_once(self):
		"""Anna asks for three people at once, with one place left: one request is made."""
		asked = [
			{
				"member": self.anna.name,
				"first_name": name,
				"last_name": "Roux",
				"email": f"{name.lower()}.{factories.unique()}@example.com",
			}
			for name in ("Cleo", "Dan", "Eve")
		]
		self.at_once(f"{PORTAL}add_person", *asked, user=self.anna.user)
		self.assertEqual(frappe.db.count("Membership Application", {"covered_by": self.anna.name}), 1)
