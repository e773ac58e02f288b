"""Runs: who is chased, who is not and why; on every host, with that host's default books."""

from __future__ import annotations

import frappe
from frappe.utils import add_days, flt, getdate, today

from coop_membership.dunning.rules import selection
from coop_membership.dunning.rules.schedule import END_OF_MONTH, NET_DAYS, PREVIOUS_NOTICE
from coop_membership.tests import dunning_factories, factories

DUE, CONTROL = "2017-12-06", "2018-01-17"


class TestRun(dunning_factories.DunningCase):
	def cooperative(self, policy=None, **values):
		return factories.a_cooperative(dunning_policy=policy and policy.name, dunning_tolerance=0.1, **values)

	def reason_of(self, run, subscription) -> str | None:
		rows = [
			row
			for row in run.preview()["others"]
			if row["document"] == dunning_factories.document_of(subscription)
		]
		return rows[0]["reason"] if rows else None

	def test_the_worked_example(self):
		"""Seed 004: due on 06/12/2017, run of 17/01/2018, level 1 after a week. One draft, by e-mail."""
		policy = dunning_factories.a_policy()
		cooperative = self.cooperative(policy)
		request = dunning_factories.a_late_request(cooperative, DUE)
		run = dunning_factories.computed(cooperative, CONTROL, policy)
		self.assertEqual(run.notice_count, 1)
		[notice] = dunning_factories.notices_of(run)
		self.assert_notice(
			notice,
			control_date=CONTROL,
			due_date=DUE,
			level=1,
			is_manual=0,
			state="Draft",
			channel="E-mail",
			document=dunning_factories.document_of(request),
			party_name="Camille Durand",
			member=request.member,
			amount=75,
			balance=75,
			currency="EUR",
			payment_reference=request.payment_reference,
			level_title="Première relance par email",
			policy=policy.name,
			run=run.name,
			letter=None,
			sent_on=None,
		)

	def test_several_runs(self):
		"""Three time policy, due 06/12/2017: level 1 on 16/12, nothing on 30/01, level 2 on 31/01, nothing on 09/02,
		level 3 on 10/02, nothing ever after."""
		policy = dunning_factories.a_policy(
			{"level": 1, "title": "1", "delay_days": 10, "computation": NET_DAYS},
			{"level": 2, "title": "2", "delay_days": 30, "computation": END_OF_MONTH},
			{"level": 3, "title": "3", "delay_days": 10, "computation": PREVIOUS_NOTICE},
		)
		cooperative = self.cooperative(policy)
		dunning_factories.a_late_request(cooperative, DUE)
		for day, expected in [
			("2017-12-15", []),
			("2017-12-16", [1]),
			("2018-01-30", []),
			("2018-01-31", [2]),
			("2018-02-09", []),
			("2018-02-10", [3]),
			("2020-01-01", []),
		]:
			with self.subTest(day):
				run = dunning_factories.computed(cooperative, day)
				self.assertEqual([notice.level for notice in dunning_factories.notices_of(run)], expected)
				dunning_factories.sent(run)

	def test_preview_writes_nothing(self):
		"""Who, which level, how much; and afterwards neither notices nor a submitted run."""
		policy = dunning_factories.a_policy()
		cooperative = self.cooperative(policy)
		request = dunning_factories.a_late_request(cooperative, DUE)
		run = dunning_factories.a_run(cooperative, CONTROL)
		seen = run.preview()
		self.assertEqual(seen["count"], 1)
		[row] = seen["chased"]
		self.assertEqual(
			(row["document"], row["level"], row["balance"]), (dunning_factories.document_of(request), 1, 75)
		)
		self.assertIn(policy.name, seen["report"])
		self.assertFalse(frappe.db.exists("Dunning Notice", {"cooperative": cooperative.name}))
		self.assertEqual(frappe.db.get_value("Dunning Run", run.name, "docstatus"), 0)

	def test_nothing_to_chase(self):
		cooperative = self.cooperative(dunning_factories.a_policy())
		run = dunning_factories.computed(cooperative, CONTROL)
		self.assertEqual((run.notice_count, run.status), (0, "Done"))
		self.assertIn("Nothing to chase", run.report)

	def test_without_a_policy_it_says_where_to_choose_one(self):
		"""A treasurer looks at a first run: the cooperative has no policy yet, so nobody is chased. The report says so,
		and leads to the cooperative and to the policies."""
		cooperative = self.cooperative(None)
		dunning_factories.a_late_request(cooperative, DUE)
		report = dunning_factories.a_run(cooperative, CONTROL).preview()["report"]
		self.assertIn("without a dunning policy: 1", report)
		self.assertIn("/cooperative/", report)
		self.assertIn("/dunning-policy", report)

	def test_why_not_the_others(self):
		"""One request for each reason; the preview names it."""
		policy = dunning_factories.a_policy()
		cooperative = self.cooperative(policy)
		ignore = dunning_factories.a_policy(title=f"No {factories.unique()}", ignore=1)
		early = dunning_factories.a_late_request(cooperative, "2018-01-16")
		promised = dunning_factories.a_late_request(cooperative, DUE)
		frappe.db.set_value("Member", promised.member, "dunning_promise_until", "2018-02-01")
		ignored = dunning_factories.a_late_request(cooperative, DUE)
		frappe.db.set_value("Member", ignored.member, "dunning_policy", ignore.name)
		run = dunning_factories.a_run(cooperative, CONTROL)
		self.assertEqual(self.reason_of(run, early), selection.TOO_EARLY)
		self.assertEqual(self.reason_of(run, promised), selection.PROMISED)
		self.assertEqual(self.reason_of(run, ignored), selection.IGNORED)

	def test_policy_order(self):
		"""The document's policy wins over the member's, the member's over the cooperative's."""
		first, second, third = (
			dunning_factories.a_policy(),
			dunning_factories.a_policy(),
			dunning_factories.a_policy(),
		)
		cooperative = self.cooperative(first)
		plain, of_member, of_document = (
			dunning_factories.a_late_request(cooperative, DUE) for _number in range(3)
		)
		for request in (of_member, of_document):
			frappe.db.set_value("Member", request.member, "dunning_policy", second.name)
		doctype = "Sales Invoice" if of_document.get("sales_invoice") else "Share Subscription"
		frappe.db.set_value(doctype, dunning_factories.document_of(of_document), "dunning_policy", third.name)
		run = dunning_factories.computed(cooperative, CONTROL)
		found = {notice.document: notice.policy for notice in dunning_factories.notices_of(run)}
		expected = {plain: first, of_member: second, of_document: third}
		self.assertEqual(
			found,
			{dunning_factories.document_of(request): policy.name for request, policy in expected.items()},
		)

	def test_tolerance(self):
		"""75 are open: chased with a tolerance of 75, not with 75.01."""
		cooperative = self.cooperative(dunning_factories.a_policy())
		request = dunning_factories.a_late_request(cooperative, DUE)
		run = dunning_factories.a_run(cooperative, CONTROL)
		frappe.db.set_value("Cooperative", cooperative.name, "dunning_tolerance", 75.01)
		frappe.clear_document_cache("Cooperative", cooperative.name)
		self.assertEqual(self.reason_of(run, request), selection.TOLERATED)
		frappe.db.set_value("Cooperative", cooperative.name, "dunning_tolerance", 75)
		frappe.clear_document_cache("Cooperative", cooperative.name)
		self.assertEqual(run.compute(), 1)

	def test_highest_level(self):
		"""One debtor with two requests, one reminded already: with the option both get level 2, without it 2 and 1."""
		for option, levels in ((1, [2, 2]), (0, [1, 2])):
			with self.subTest(apply_highest_level=option):
				policy = dunning_factories.a_policy(apply_highest_level=option)
				cooperative = self.cooperative(policy)
				first = dunning_factories.a_late_request(cooperative, DUE)
				dunning_factories.sent(dunning_factories.computed(cooperative, "2017-12-20"))
				second = dunning_factories.a_late_request(cooperative, DUE)
				for doctype, name in (
					("Share Subscription", second.name),
					("Sales Invoice", second.get("sales_invoice")),
				):
					if name and doctype == "Share Subscription":
						frappe.db.set_value(doctype, name, "member", first.member)
					elif name:
						customer = frappe.db.get_value("Member", first.member, "customer")
						frappe.db.set_value(doctype, name, "customer", customer)
				run = dunning_factories.computed(cooperative, CONTROL)
				self.assertEqual(sorted(notice.level for notice in dunning_factories.notices_of(run)), levels)
				frappe.db.delete("Dunning Run", {"cooperative": cooperative.name})
				for request in (first, second):
					frappe.db.set_value(
						"Sales Invoice" if request.get("sales_invoice") else "Share Subscription",
						dunning_factories.document_of(request),
						"outstanding_amount",
						0,
					)

	def test_computing_twice_is_computing_once(self):
		"""A double click, or a retry by a client: the same count, no second notice."""
		cooperative = self.cooperative(dunning_factories.a_policy())
		dunning_factories.a_late_request(cooperative, DUE)
		run = dunning_factories.a_run(cooperative, CONTROL)
		self.assertEqual((run.compute(), run.compute()), (1, 1))
		self.assertEqual(len(dunning_factories.notices_of(run)), 1)

	def test_ignored_and_drafts_come_back(self):
		"""A draft that nobody decided on and one that was ignored are made again by the next run; the old draft is
		ignored. One that is to send stays, and nothing is added to it."""
		cooperative = self.cooperative(dunning_factories.a_policy())
		requests = [dunning_factories.a_late_request(cooperative, DUE) for _number in range(3)]
		run = dunning_factories.computed(cooperative, CONTROL)
		by_document = {notice.document: notice.name for notice in dunning_factories.notices_of(run)}
		draft, ignored, to_send = (
			by_document[dunning_factories.document_of(request)] for request in requests
		)
		run.set_state([ignored], "Ignored")
		run.set_state([to_send], "To Send")
		again = dunning_factories.computed(cooperative, "2018-01-18")
		self.assertEqual(
			{notice.document for notice in dunning_factories.notices_of(again)},
			{dunning_factories.document_of(request) for request in requests[:2]},
		)
		states = [frappe.db.get_value("Dunning Notice", name, "state") for name in (draft, ignored, to_send)]
		self.assertEqual(states, ["Ignored", "Ignored", "To Send"])

	def test_no_run_before_a_later_one(self):
		"""After the run of 17/01, one of 16/01 is refused; a second one of the same day is allowed."""
		cooperative = self.cooperative(dunning_factories.a_policy())
		dunning_factories.computed(cooperative, CONTROL)
		with self.assertRaisesRegex(frappe.ValidationError, "later"):
			dunning_factories.computed(cooperative, "2018-01-16")
		dunning_factories.computed(cooperative, CONTROL)

	def test_no_run_in_the_future(self):
		cooperative = self.cooperative(dunning_factories.a_policy())
		with self.assertRaisesRegex(frappe.ValidationError, "future"):
			dunning_factories.a_run(cooperative, str(add_days(today(), 1)))

	def test_other_cooperatives_policy_is_refused(self):
		other = factories.a_cooperative()
		policy = dunning_factories.a_policy(cooperative=other.name)
		with self.assertRaisesRegex(frappe.ValidationError, "another cooperative"):
			dunning_factories.a_run(self.cooperative(), CONTROL, policy)

	def test_cancelling_a_run_takes_its_drafts_along(self):
		"""Only while nobody decided on one of them."""
		cooperative = self.cooperative(dunning_factories.a_policy())
		dunning_factories.a_late_request(cooperative, DUE)
		run = dunning_factories.computed(cooperative, CONTROL)
		run.set_state(None, "To Send")
		with self.assertRaisesRegex(frappe.ValidationError, "ready"):
			run.cancel()
		run.reload()
		run.set_state(None, "Draft")
		run.cancel()
		self.assertEqual(dunning_factories.notices_of(run), [])
		self.assertEqual(frappe.db.get_value("Dunning Run", run.name, "status"), "Cancelled")

	def test_a_run_is_submitted_by_computing_only(self):
		run = dunning_factories.a_run(self.cooperative(dunning_factories.a_policy()), CONTROL)
		with self.assertRaises(frappe.ValidationError):
			run.submit()

	def test_set_based(self):
		"""Ten documents or two: the same number of queries."""
		cooperative = self.cooperative(dunning_factories.a_policy())

		def queries(count: int) -> int:
			for _number in range(count):
				dunning_factories.a_late_request(cooperative, DUE)
			run = dunning_factories.a_run(cooperative, CONTROL)
			run.preview()
			sql, made = frappe.db.sql, []
			frappe.db.sql = lambda *args, **kwargs: (made.append(args[0]), sql(*args, **kwargs))[1]
			try:
				run.compute()
			finally:
				frappe.db.sql = sql
			return len(made)

		few = queries(2)
		self.assertLessEqual(queries(8), few)

	def test_default_policies(self):
		"""The three classic policies are there after install, with their levels, and a run uses them as they are."""
		found = {
			doc.name: (doc.ignore, [(row.delay_days, row.computation, row.channel) for row in doc.levels])
			for doc in (
				frappe.get_doc("Dunning Policy", frappe._(title))
				for title in ("No follow", "3 time policy", "2 time policy")
			)
		}
		self.assertEqual(
			list(found.values()),
			[
				(1, []),
				(
					0,
					[(10, NET_DAYS, "E-mail"), (30, END_OF_MONTH, "E-mail"), (10, PREVIOUS_NOTICE, "Letter")],
				),
				(0, [(30, END_OF_MONTH, "E-mail"), (60, PREVIOUS_NOTICE, "Letter")]),
			],
		)
		cooperative = factories.a_cooperative(dunning_policy=list(found)[1])
		dunning_factories.a_late_request(cooperative, str(add_days(today(), -11)))
		self.assertEqual(dunning_factories.computed(cooperative).notice_count, 1)


class TestPolicyRules(dunning_factories.DunningCase):
	def test_levels_are_a_chain(self):
		level = {"title": "x", "delay_days": 1}
		with self.assertRaisesRegex(frappe.ValidationError, "number of its own"):
			dunning_factories.a_policy({**level, "level": 1}, {**level, "level": 1})
		with self.assertRaisesRegex(frappe.ValidationError, "lowest"):
			dunning_factories.a_policy(
				{**level, "level": 1, "computation": PREVIOUS_NOTICE}, {**level, "level": 2}
			)
		with self.assertRaisesRegex(frappe.ValidationError, "fee"):
			dunning_factories.a_policy({**level, "level": 1, "charge": "Fixed"})

	def test_a_used_policy_is_not_deleted(self):
		policy = dunning_factories.a_policy()
		cooperative = factories.a_cooperative(dunning_policy=policy.name)
		dunning_factories.a_late_request(cooperative, DUE)
		dunning_factories.computed(cooperative, CONTROL)
		with self.assertRaisesRegex(frappe.ValidationError, "Disable"):
			policy.delete()


class TestByHand(dunning_factories.DunningCase):
	def setUp(self):
		super().setUp()
		self.policy = dunning_factories.a_policy()
		self.cooperative = factories.a_cooperative(dunning_policy=self.policy.name)
		self.request = dunning_factories.a_late_request(self.cooperative, DUE)
		self.run = dunning_factories.computed(self.cooperative, CONTROL)
		[self.notice] = dunning_factories.notices_of(self.run)

	def test_override(self):
		"""Level 2 at once, with a reason: the old notice is overridden, the new draft is of today and by hand, and the
		document follows that policy; a run leaves it alone until it is sent, then goes on after it."""
		name = self.notice.override(self.policy.name, 2, "Parti sans laisser d'adresse")
		self.assert_notice(self.notice, state="Overridden")
		self.assert_notice(
			name,
			level=2,
			state="Draft",
			is_manual=1,
			control_date=today(),
			override_reason="Parti sans laisser d'adresse",
		)
		self.assertEqual(dunning_factories.computed(self.cooperative).notice_count, 0)
		frappe.get_doc("Dunning Run", self.run.name)
		frappe.db.set_value("Dunning Notice", name, "state", "Sent")
		self.assertEqual(dunning_factories.computed(self.cooperative).notice_count, 0)

	def test_override_needs_a_level_of_the_policy(self):
		with self.assertRaisesRegex(frappe.ValidationError, "no level"):
			self.notice.override(self.policy.name, 7)

	def test_a_notice_by_hand(self):
		"""What it says comes from the books; while it waits, no second one is made."""
		self.notice.delete()
		manual = {
			"doctype": "Dunning Notice",
			"cooperative": self.cooperative.name,
			"policy": self.policy.name,
			"level": 2,
			"document_type": self.notice.document_type,
			"document": self.notice.document,
			"balance": 9999,
		}
		notice = frappe.get_doc(manual).insert()
		self.assert_notice(notice, is_manual=1, balance=75, party_name="Camille Durand", due_date=DUE)
		self.assertEqual(dunning_factories.computed(self.cooperative).notice_count, 0)
		frappe.db.set_value("Dunning Notice", notice.name, "state", "To Send")
		with self.assertRaisesRegex(frappe.ValidationError, "not sent yet"):
			frappe.get_doc(manual).insert()

	def test_states_by_hand(self):
		"""Draft, To Send, Ignored, Sent; never Queued or Failed, and what is sent stays sent."""
		for state in ("To Send", "Ignored", "Draft", "Sent"):
			self.assertEqual(self.run.set_state([self.notice.name], state), 1)
			self.assert_notice(self.notice, state=state)
		self.assertEqual(self.run.set_state([self.notice.name], "Draft"), 0)
		self.assert_notice(self.notice, state="Sent")
		for state in ("Queued", "Failed", "Overridden", "Nonsense"):
			with self.assertRaises(frappe.ValidationError):
				self.run.set_state([self.notice.name], state)

	def test_a_step_settled_by_hand_lets_the_next_level_follow(self):
		"""The first level was settled on the phone: level 2 is 15 days after the run of 17/01."""
		self.run.set_state([self.notice.name], "Sent")
		self.assertEqual(dunning_factories.computed(self.cooperative, "2018-01-31").notice_count, 0)
		[second] = dunning_factories.notices_of(dunning_factories.computed(self.cooperative, "2018-02-01"))
		self.assertEqual(second.level, 2)

	def test_only_drafts_are_deleted(self):
		self.run.set_state([self.notice.name], "To Send")
		with self.assertRaisesRegex(frappe.ValidationError, "Only drafts"):
			frappe.delete_doc("Dunning Notice", self.notice.name)
		self.run.set_state([self.notice.name], "Draft")
		frappe.delete_doc("Dunning Notice", self.notice.name)

	def test_what_the_books_say_is_not_edited(self):
		"""A client that writes another balance or state into a notice changes nothing."""
		for forged in ({"balance": 1}, {"state": "Sent"}, {"party_name": "X"}):
			self.notice.update(forged)
			with self.assertRaisesRegex(frappe.ValidationError, "can't be changed by hand"):
				self.notice.save()
			self.notice.reload()
		self.assert_notice(self.notice, balance=75, state="Draft", party_name="Camille Durand")

	def test_a_reminded_document_is_not_cancelled_in_silence(self):
		"""After a reminder the cancellation is refused with its date; drafts alone go with the document."""
		self.run.set_state([self.notice.name], "Sent")
		document = frappe.get_doc(self.notice.document_type, self.notice.document)
		with self.assertRaisesRegex(frappe.ValidationError, "was reminded"):
			document.cancel()

	def test_drafts_go_with_a_cancelled_document(self):
		frappe.get_doc("Share Subscription", self.request.name).cancel()
		self.assertFalse(frappe.db.exists("Dunning Notice", self.notice.name))

	def test_level_dates_are_those_of_the_run(self):
		self.assertEqual(getdate(self.notice.control_date), getdate(CONTROL))
		self.assertEqual(flt(self.notice.balance), 75)
