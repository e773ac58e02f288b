"""Two at once: real database connections and real commits, on MariaDB."""

from __future__ import annotations

import unittest

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.tests import dunning_factories, factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.tests.test_races import together

DUE, CONTROL = "2017-12-06", "2018-01-17"
COMPUTE = """
frappe.get_doc("Dunning Run", {name!r}).compute()
frappe.db.commit()
"""
SEND = """
from coop_membership.dunning.letters import sending
sending.send_in_background({names!r})
frappe.db.commit()
"""


@unittest.skipIf(frappe.conf.db_type == "sqlite", "SQLite has a single writer: there is no race to lose")
class TestRaces(FrappeTestCase):
	def setUp(self):
		frappe.flags.mute_member_mails = True
		self.addCleanup(frappe.flags.pop, "mute_member_mails", None)
		self.policy = dunning_factories.a_policy()
		self.cooperative = factories.a_cooperative(ELSEWHERE, dunning_policy=self.policy.name)
		for _number in range(3):
			dunning_factories.a_late_request(self.cooperative, DUE)
		frappe.db.commit()
		self.addCleanup(self.remove)

	def remove(self) -> None:
		mine = {"cooperative": self.cooperative.name}
		letters = frappe.get_all("Dunning Letter", mine, ["name", "email_queue"])
		queued = {"name": ["in", [letter.email_queue for letter in letters] or [""]]}
		frappe.db.delete("Email Queue", queued)
		frappe.db.delete(
			"Dunning Letter Document", {"parent": ["in", [letter.name for letter in letters] or [""]]}
		)
		for doctype in ("Dunning Letter", "Dunning Notice", "Dunning Run"):
			frappe.db.delete(doctype, mine)
		frappe.db.delete("Dunning Policy Level", {"parent": self.policy.name})
		frappe.db.delete("Dunning Policy", {"name": self.policy.name})
		factories.forget(self.cooperative)
		frappe.db.commit()

	def test_two_runs_at_once(self):
		"""Two runs of the same day are computed at the same moment: each document has one live draft, whichever run
		came last; the other run's are ignored, or that run was refused."""
		runs = [dunning_factories.a_run(self.cooperative, CONTROL) for _number in range(2)]
		frappe.db.commit()
		together(*(COMPUTE.format(name=run.name) for run in runs))
		drafts = frappe.get_all(
			"Dunning Notice", {"cooperative": self.cooperative.name, "state": "Draft"}, pluck="document"
		)
		self.assertEqual((len(drafts), len(set(drafts))), (3, 3))

	def test_one_run_computed_twice_at_once(self):
		"""A double click that reaches two workers: three notices, not six."""
		run = dunning_factories.a_run(self.cooperative, CONTROL)
		frappe.db.commit()
		together(*[COMPUTE.format(name=run.name)] * 2)
		self.assertEqual(frappe.db.count("Dunning Notice", {"cooperative": self.cooperative.name}), 3)

	def test_two_workers_send_the_same(self):
		"""Both are told to send all three: three letters, three mails."""
		run = dunning_factories.computed(self.cooperative, CONTROL)
		run.set_state(None, "To Send")
		names = [notice.name for notice in dunning_factories.notices_of(run)]
		frappe.db.commit()
		self.assertEqual(together(*[SEND.format(names=names)] * 2), [0, 0])
		letters = frappe.get_all("Dunning Letter", {"run": run.name}, pluck="email_queue")
		self.assertEqual((len(letters), len(set(letters))), (3, 3))
		self.assertEqual(frappe.db.count("Email Queue", {"name": ["in", letters]}), 3)
