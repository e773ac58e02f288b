"""Whom a run chases and why not the others, without a database."""

import unittest
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from coop_membership.accounting.receivables import Receivable
from coop_membership.dunning.rules import selection
from coop_membership.dunning.rules.schedule import END_OF_MONTH, NET_DAYS, PREVIOUS_NOTICE, Level
from coop_membership.dunning.rules.selection import History, Policy, Verdict

TODAY = date(2018, 1, 17)
USERS_OWN = Policy(
	"Users' own", (Level(1, NET_DAYS, 7), Level(2, PREVIOUS_NOTICE, 15)), frozenset({"416000"})
)
HIGHEST = Policy("Highest", USERS_OWN.levels, frozenset(), apply_highest_level=True)
POLICIES = {
	policy.name: policy
	for policy in (
		USERS_OWN,
		HIGHEST,
		Policy("No follow", ignore=True),
		Policy("Late", (Level(1, END_OF_MONTH, 30),)),
	)
}


def receivable(document="INV-1", **values) -> Receivable:
	plain = dict(
		party="Individuel Deux",
		due_date=date(2017, 12, 6),
		balance=100.0,
		currency="EUR",
		policy=USERS_OWN.name,
		account="416000",
	)
	return Receivable(document=document, **{**plain, **values})


def judge(row: Receivable, last: History | None = None, chosen=frozenset(POLICIES)) -> Verdict:
	return selection.judge(row, POLICIES, chosen, last, TODAY)


def select(*rows: Receivable, history=None, credits=None) -> selection.Selection:
	return selection.select(rows, POLICIES, frozenset(POLICIES), history or {}, credits or {}, TODAY)


class TestJudgement(unittest.TestCase):
	def test_the_users_example(self):
		self.assertEqual(judge(receivable()), Verdict(level=1))

	def test_why_not(self):
		"""Each reason by itself, with the day that ends it."""
		done = History(1, date(2018, 1, 10), USERS_OWN.name, True)
		cases = [
			(receivable(policy=None), None, selection.NO_POLICY, None),
			(receivable(policy="Disabled one"), None, selection.NO_POLICY, None),
			(receivable(policy="No follow"), None, selection.IGNORED, None),
			(receivable(account="400000"), None, selection.OTHER_ACCOUNT, None),
			(receivable(tolerance=100.01), None, selection.TOLERATED, None),
			(receivable(promised_until=TODAY), None, selection.PROMISED, TODAY),
			(receivable(), done._replace(is_done=False), selection.PENDING, None),
			(receivable(), done._replace(policy="Late"), selection.OTHER_POLICY, None),
			(receivable(), done._replace(level=2), selection.FINISHED, None),
			(receivable(), done, selection.TOO_EARLY, date(2018, 1, 25)),
			(receivable(due_date=date(2018, 1, 12)), None, selection.TOO_EARLY, date(2018, 1, 19)),
		]
		for row, last, reason, until in cases:
			with self.subTest(reason):
				self.assertEqual(judge(row, last), Verdict(None, reason, until))

	def test_policy_outside_the_run(self):
		self.assertEqual(judge(receivable(), chosen=frozenset({"Late"})).reason, selection.OTHER_RUN)

	def test_a_policy_without_accounts_covers_all(self):
		self.assertEqual(
			judge(receivable(policy="Late", account="4000", due_date=date(2017, 12, 1))).level, 1
		)

	def test_a_promise_that_is_over(self):
		self.assertEqual(judge(receivable(promised_until=date(2018, 1, 16))).level, 1)


class TestSelection(unittest.TestCase):
	def test_highest_level_of_the_debtor(self):
		"""One invoice is at level 2, another at level 1: the debtor gets both at level 2, another debtor keeps level 1."""
		rows = [
			receivable("A", policy="Highest"),
			receivable("B", policy="Highest"),
			receivable("C", policy="Highest", party="Someone else"),
			receivable("D"),
		]
		outcome = select(*rows, history={"A": History(1, date(2018, 1, 1), "Highest", True)})
		self.assertEqual(
			{row.document: level for row, level in outcome.chased}, {"A": 2, "B": 2, "C": 1, "D": 1}
		)

	def test_not_due_is_not_pulled_along(self):
		"""An invoice that is not late at all isn't chased because another one is."""
		rows = [receivable("A", policy="Highest"), receivable("B", policy="Highest", due_date=TODAY)]
		self.assertEqual([row.document for row, _level in select(*rows).chased], ["A"])

	def test_open_credit_that_covers_all(self):
		"""100 and 50 asked: a credit of 150 leaves nothing to ask, one of 149.99 does; another currency doesn't count."""
		rows = [receivable("A"), receivable("B", balance=50.0), receivable("C", currency="CHF")]
		covered = select(*rows, credits={("Individuel Deux", "EUR"): 150.0})
		self.assertEqual([row.document for row, _level in covered.chased], ["C"])
		self.assertEqual({verdict.reason for _row, verdict in covered.others}, {selection.COVERED})
		self.assertEqual(len(select(*rows, credits={("Individuel Deux", "EUR"): 149.99}).chased), 3)

	@given(
		st.lists(
			st.builds(
				receivable,
				st.uuids().map(str),
				party=st.sampled_from("abc"),
				balance=st.floats(0.01, 1000),
				tolerance=st.sampled_from([0.0, 5.0]),
				policy=st.sampled_from([None, *POLICIES]),
				due_date=st.dates(date(2017, 6, 1), date(2018, 2, 1)),
			),
			max_size=30,
		),
		st.dictionaries(st.tuples(st.sampled_from("abc"), st.just("EUR")), st.floats(0, 2000)),
	)
	def test_every_document_is_chased_or_explained(self, rows, credits):
		outcome = select(*rows, credits=credits)
		found = [row.document for row, _level in outcome.chased] + [
			row.document for row, _why in outcome.others
		]
		self.assertEqual(sorted(found), sorted(row.document for row in rows))
		self.assertTrue(all(verdict.reason for _row, verdict in outcome.others))
