"""What is set on a debtor, the lists to work from, and the policies that come with the app; on every host."""

from __future__ import annotations

from unittest.mock import patch

import frappe
from frappe.utils import add_days, today

from coop_membership import host
from coop_membership.coop_membership.report.dunning_analysis import dunning_analysis
from coop_membership.coop_membership.report.dunning_phone_list import dunning_phone_list
from coop_membership.desk import dunning
from coop_membership.dunning.rules import selection
from coop_membership.setup import dunning_policies
from coop_membership.tests import dunning_factories, factories

DUE, CONTROL = "2017-12-06", "2018-01-17"


class TestDebtor(dunning_factories.DunningCase):
	def setUp(self):
		super().setUp()
		self.policy = dunning_factories.a_policy()
		self.cooperative = factories.a_cooperative(dunning_policy=self.policy.name)

	def test_communication_and_responsible(self):
		"""A member asked for letters and is followed up by the treasurer: the notice is a letter and names
		the treasurer.
		"""
		request = dunning_factories.a_late_request(self.cooperative, DUE)
		wishes = {"dunning_channel": "Letter", "dunning_responsible": "Administrator"}
		dunning.set_follow_up("Member", request.member, wishes)
		[notice] = dunning_factories.notices_of(dunning_factories.computed(self.cooperative, CONTROL))
		self.assert_notice(notice, channel="Letter", responsible="Administrator", state_reason=None)

	def test_next_action_and_taking_back(self):
		"""Set, seen again by whoever opens the dialog, and taken back by emptying it; the timeline tells who did it."""
		request = dunning_factories.a_late_request(self.cooperative, DUE)
		action = {"dunning_next_action": "Rappeler", "dunning_next_action_date": today()}
		dunning.set_follow_up("Member", request.member, action)
		seen = dunning.get_follow_up("Member", request.member)["values"]
		self.assertEqual(
			(seen["dunning_next_action"], str(seen["dunning_next_action_date"])), ("Rappeler", today())
		)
		dunning.set_follow_up("Member", request.member, dict.fromkeys(action, ""))
		seen = dunning.get_follow_up("Member", request.member)["values"]
		self.assertFalse(seen["dunning_next_action"] or seen["dunning_next_action_date"])
		told = {"reference_doctype": "Member", "reference_name": request.member, "comment_type": "Info"}
		self.assertEqual(frappe.db.count("Comment", {**told, "content": ["like", "%Administrator%"]}), 2)

	def test_promise_on_one_document(self):
		"""Promised for one of two requests, the day included: only the other one is chased, until the day is over. With
		books in ERPNext it is the request's invoice that is chased, and that keeps the promise."""
		first, second = (dunning_factories.a_late_request(self.cooperative, DUE) for _number in range(2))
		dunning.set_follow_up("Share Subscription", first.name, {"dunning_promise_until": CONTROL})
		[notice] = dunning_factories.notices_of(dunning_factories.computed(self.cooperative, CONTROL))
		self.assertEqual(notice.document, dunning_factories.document_of(second))
		after = dunning_factories.notices_of(dunning_factories.computed(self.cooperative, "2018-01-18"))
		self.assertEqual(len(after), 2)
		seen = dunning.get_follow_up("Share Subscription", first.name)["values"]
		self.assertEqual(str(seen["dunning_promise_until"]), CONTROL)

	def test_history_of_a_request(self):
		"""The form of the request shows the reminders of its invoice too; the member's form all of the member's."""
		request = dunning_factories.a_late_request(self.cooperative, DUE)
		[notice] = dunning_factories.notices_of(dunning_factories.computed(self.cooperative, CONTROL))
		for doctype, name in (("Share Subscription", request.name), ("Member", request.member)):
			with self.subTest(doctype):
				self.assertEqual([row.name for row in dunning.history(doctype, name)], [notice.name])

	def test_a_disabled_policy(self):
		"""Nobody is chased by it, a run with it is refused, and the picker does not offer it."""
		request = dunning_factories.a_late_request(self.cooperative, DUE)
		self.policy.disabled = 1
		self.policy.save()
		run = dunning_factories.a_run(self.cooperative, CONTROL)
		self.assertEqual([row["reason"] for row in run.preview()["others"]], [selection.NO_POLICY])
		with self.assertRaisesRegex(frappe.ValidationError, "disabled"):
			dunning_factories.a_run(self.cooperative, CONTROL, self.policy)
		offered = self.offered(request.member)
		self.assertNotIn(self.policy.name, offered)
		self.assertIn(dunning_factories.a_policy().name, self.offered(request.member))

	def test_a_picker_asked_for_nonsense(self):
		"""Whatever stands in its filters, or a party of a DocType that this host does not have: no row, and no error."""
		member = dunning_factories.a_late_request(self.cooperative, DUE).member
		for filters in (
			None, "", "x", "3", "[]", "null", '"Member"', "{}", 3, [], {"party": member}, {"party_type": "Member"},
			{"party_type": "Member", "party": None}, {"party_type": "Member", "party": [member]},
			{"party_type": ["Member"], "party": member}, {"party_type": {}, "party": {}},
			{"party_type": "User", "party": "Administrator"}, {"party_type": "No such", "party": "x"}, "[" * 900,
		):  # fmt: skip
			with self.subTest(filters):
				self.assertEqual(dunning.search_fitting("Dunning Policy", "", "name", 0, 20, filters), [])
		with patch.object(host, "has_doctype", return_value=False):
			party = {"party_type": "Customer", "party": "x"}
			self.assertEqual(dunning.search_fitting("Dunning Policy", "", "name", 0, 20, party), [])
			for asked in (dunning.get_follow_up, dunning.history):
				with self.assertRaises((frappe.ValidationError, frappe.PermissionError)):
					asked("Customer", "x")

	def offered(self, member: str) -> list[str]:
		party = {"party_type": "Member", "party": member}
		found = dunning.search_fitting("Dunning Policy", "", "name", 0, 20, party)
		return [name for (name,) in found]


class TestLists(dunning_factories.DunningCase):
	def setUp(self):
		super().setUp()
		level = {**dunning_factories.ONE_WEEK, "channel": "Phone"}
		self.policy = dunning_factories.a_policy(level, dunning_factories.FIFTEEN_MORE)
		self.cooperative = factories.a_cooperative(dunning_policy=self.policy.name)

	def test_analysis(self):
		"""One debtor of level 1, 40 days late; one of level 2, 100 days late; one that was never reminded. Each line by
		policy and level, in its age; together 150."""
		old = dunning_factories.a_late_request(self.cooperative, add_days(today(), -100))
		dunning_factories.sent(dunning_factories.computed(self.cooperative, add_days(today(), -80)))
		recent = dunning_factories.a_late_request(self.cooperative, add_days(today(), -40))
		dunning_factories.sent(dunning_factories.computed(self.cooperative, today()))
		dunning_factories.a_late_request(self.cooperative, add_days(today(), -1))
		columns, rows, _message, chart = dunning_analysis.execute({"cooperative": self.cooperative.name})
		self.assertEqual(
			[
				(row["level"], row["documents"], row["balance"], row["age_60"], row["age_more"])
				for row in rows
			],
			[(2, 1, 75, 0, 75), (1, 1, 75, 75, 0)],
		)
		self.assertEqual({row["policy"] for row in rows}, {self.policy.name})
		debtors = [self.debtor_of(request) for request in (old, recent)]
		self.assertEqual([row["party"] for row in rows], debtors)
		self.assertEqual(chart["data"]["datasets"][0]["values"], [75, 75])
		by_level = {"cooperative": self.cooperative.name, "group_by": dunning_analysis.BY_LEVEL, "level": 2}
		_columns, rows, *_rest = dunning_analysis.execute(by_level)
		self.assertEqual([(row["level"], row["balance"]) for row in rows], [(2, 75)])
		self.assertEqual(len(_columns), len(columns) - 2)

	def debtor_of(self, request) -> str:
		if request.get("sales_invoice"):
			return frappe.db.get_value("Sales Invoice", request.sales_invoice, "customer")
		return request.member

	def test_phone_list(self):
		"""A level by phone: number, amount, document and who calls; gone from the list when the call is done."""
		request = dunning_factories.a_late_request(self.cooperative, DUE, phone="+33 1 23 45 67 89")
		frappe.db.set_value("Member", request.member, "dunning_responsible", "Administrator")
		run = dunning_factories.computed(self.cooperative, CONTROL)
		run.set_state(None, "To Send")
		run.send()
		_columns, [row] = dunning_phone_list.execute({"run": run.name})
		self.assertEqual(
			(row.phone, row.total_due, row.documents, row.responsible),
			("+33 1 23 45 67 89", 75, dunning_factories.document_of(request), "Administrator"),
		)
		[notice] = dunning_factories.notices_of(run)
		run.set_state([notice.name], "Sent")
		self.assertEqual(dunning_phone_list.execute({"run": run.name})[1], [])


class TestInstalledPolicies(dunning_factories.DunningCase):
	def titles(self, language: str) -> dict[str, list[str]]:
		frappe.db.delete("Dunning Policy")
		frappe.db.delete("Dunning Policy Level")
		frappe.db.set_single_value("System Settings", "language", language)
		dunning_policies.add()
		found = frappe.get_all("Dunning Policy", pluck="name", order_by="creation")
		return {
			name: [level.title for level in frappe.get_doc("Dunning Policy", name).levels] for name in found
		}

	def test_in_the_language_of_the_site(self):
		"""A French site gets the three classic policies in French, any other one in English; only where there are none."""
		self.assertEqual(
			self.titles("fr"),
			{
				"Pas de relance": [],
				"Relance en 3 temps": ["Premier rappel", "Deuxième rappel", "Dernier rappel"],
				"Relance en 2 temps": ["Premier rappel", "Dernier rappel"],
			},
		)
		level = frappe.get_doc("Dunning Policy", "Relance en 3 temps").levels[0]
		self.assertIn("Nos enregistrements indiquent", level.letter_text)
		dunning_policies.add()
		self.assertEqual(frappe.db.count("Dunning Policy"), 3)
		self.assertEqual(list(self.titles("en")), ["No follow", "3 time policy", "2 time policy"])
