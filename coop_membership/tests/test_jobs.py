"""The one loop of background work, and the one way to try a part of a transaction."""

from __future__ import annotations

import re
from pathlib import Path
from unittest.mock import patch

import frappe

import coop_membership
from coop_membership import host, jobs
from coop_membership.accounting.books import ELSEWHERE
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

APP = Path(coop_membership.__file__).parent
ITEMS = ("ToDo A", "ToDo B", "ToDo C")


def a_task(title: str) -> str:
	return frappe.get_doc({"doctype": "ToDo", "description": title}).insert().name


def exists(title: str) -> bool:
	return bool(frappe.db.exists("ToDo", {"description": title}))


class TestEach(FrappeTestCase):
	def setUp(self):
		self.mark = factories.unique()

	def step(self, item: str) -> str:
		a_task(f"{item} {self.mark}")
		if item == "ToDo B":
			frappe.msgprint("halfway through B")
			frappe.throw("B can't be done.")
		return item

	def test_one_that_fails_does_not_stop_the_others(self):
		"""A, B and C; B fails after it wrote something: A and C stay, of B nothing does but a line in the error log."""
		title = f"Loop {self.mark}"
		outcome = jobs.each(ITEMS, self.step, title)
		self.assertEqual([item for item, _value in outcome.done], ["ToDo A", "ToDo C"])
		self.assertEqual(
			[(item, str(error)) for item, error in outcome.failed], [("ToDo B", "B can't be done.")]
		)
		self.assertEqual([exists(f"{item} {self.mark}") for item in ITEMS], [True, False, True])
		self.assertEqual(frappe.db.count("Error Log", {"method": title}), 1)

	def test_the_log_leads_to_the_document(self):
		"""The items are names of documents: the error log links to the one that failed."""
		name, title = a_task(self.mark), f"Loop {self.mark}"

		def fail(_name: str) -> None:
			frappe.throw("No.")

		jobs.each([name], fail, title, "ToDo")
		logged = {"method": title, "reference_doctype": "ToDo", "reference_name": name}
		self.assertTrue(frappe.db.exists("Error Log", logged))

	def test_what_is_written_about_a_failure_stays(self):
		"""B fails; the note about it is saved, what B itself told is not shown."""
		shown = len(frappe.local.message_log)

		def note(item: str, error: Exception) -> None:
			a_task(f"{item} failed {self.mark}: {error}")

		jobs.each(ITEMS, self.step, "Loop", on_failure=note)
		self.assertTrue(exists(f"ToDo B failed {self.mark}: B can't be done."))
		self.assertEqual(len(frappe.local.message_log), shown)

	def test_a_lock_is_tried_once_more(self):
		"""B meets a deadlock, then goes through; C meets one each time and is listed."""
		met = []

		def step(item: str) -> str:
			met.append(item)
			if item == "ToDo C" or (item == "ToDo B" and met.count("ToDo B") == 1):
				raise frappe.QueryDeadlockError
			return item

		outcome = jobs.each(ITEMS, step, "Loop")
		self.assertEqual(met, ["ToDo A", "ToDo B", "ToDo B", "ToDo C", "ToDo C"])
		self.assertEqual([item for item, _error in outcome.failed], ["ToDo C"])

	def test_progress(self):
		"""Three items: a third, two thirds, all of it; one that fails counts as well."""
		with patch.object(frappe, "publish_progress") as shown:
			jobs.each(ITEMS, self.step, "Loop", progress="Doing it")
		self.assertEqual(
			[call.kwargs["description"] for call in shown.call_args_list], ["1 / 3", "2 / 3", "3 / 3"]
		)

	def test_saved_item_by_item(self):
		"""Outside of tests each item is saved by itself, and a failure takes back its own transaction only."""
		events = []
		with (
			patch.dict(frappe.flags, {"in_test": False}),
			patch.object(frappe.db, "commit", side_effect=lambda: events.append("commit")),
			patch.object(frappe.db, "rollback", side_effect=lambda **_kw: events.append("rollback")),
			patch.object(frappe, "log_error"),
		):
			jobs.each(("A", "ToDo B"), lambda item: events.append(item) or self.step(item), "Loop")
		self.assertEqual(events, ["commit", "A", "commit", "commit", "ToDo B", "rollback", "commit"])


class TestAttempt(FrappeTestCase):
	def test_the_rest_of_the_transaction_stands(self):
		"""Before it, in it and after it something is written; it fails: what was in it is gone."""
		mark = factories.unique()
		a_task(f"before {mark}")
		with jobs.attempt(f"Attempt {mark}") as tried:
			a_task(f"inside {mark}")
			frappe.throw("It can't be done.")
		a_task(f"after {mark}")
		self.assertEqual((tried.failed, tried.sentence), (True, "It can't be done."))
		self.assertEqual(
			[exists(f"{when} {mark}") for when in ("before", "inside", "after")], [True, False, True]
		)

	def test_one_within_another(self):
		"""The inner one succeeds and the outer one fails afterwards: nothing of either is left."""
		mark = factories.unique()
		with jobs.attempt("Outer"):
			a_task(f"outer {mark}")
			with jobs.attempt("Inner"):
				a_task(f"inner {mark}")
			frappe.throw("No.")
		self.assertFalse(exists(f"outer {mark}") or exists(f"inner {mark}"))

	def test_a_deadlock_is_for_who_began(self):
		"""The database has forgotten the savepoint, and all before it."""
		with self.assertRaises(frappe.QueryDeadlockError), jobs.attempt("Attempt"):
			raise frappe.QueryDeadlockError


class TestAgain(FrappeTestCase):
	"""An action that two others' locks were in the way of."""

	def setUp(self):
		for patched in (
			patch.object(frappe.db, "rollback", self.took_back),
			patch("coop_membership.jobs.time.sleep"),
		):
			patched.start()
			self.addCleanup(patched.stop)
		self.calls, self.rollbacks = 0, 0

	def took_back(self, **_to):
		self.rollbacks += 1

	def locked_twice(self) -> str:
		self.calls += 1
		frappe.msgprint(f"attempt {self.calls}")
		if self.calls < 3:
			raise frappe.QueryDeadlockError
		return "done"

	def begin(self, writes: int = 0):
		return patch.object(frappe.db, "transaction_writes", writes)

	def test_the_third_time_succeeds(self):
		"""What the first two said is forgotten with what they did."""
		frappe.clear_messages()
		with self.begin():
			self.assertEqual(jobs.again(self.locked_twice), "done")
		self.assertEqual((self.calls, self.rollbacks, len(frappe.local.message_log)), (3, 2, 1))

	def test_somebody_elses_work_is_not_taken_back(self):
		"""The transaction holds what was written before the action: the deadlock is for who began."""
		with self.begin(writes=1), self.assertRaises(frappe.QueryDeadlockError):
			jobs.again(self.locked_twice)
		self.assertEqual((self.calls, self.rollbacks), (1, 0))

	def test_never_after_something_was_saved(self):
		def saves_and_is_locked():
			self.calls += 1
			frappe.flags.saves = (frappe.flags.saves or 0) + 1
			raise frappe.QueryTimeoutError

		with self.begin(), self.assertRaises(frappe.QueryTimeoutError):
			jobs.again(saves_and_is_locked)
		self.assertEqual((self.calls, self.rollbacks), (1, 0))

	def test_an_action_within_an_action_leaves_it_to_the_outer_one(self):
		with self.begin():
			self.assertEqual(jobs.again(lambda: jobs.again(self.locked_twice)), "done")
		self.assertEqual((self.calls, self.rollbacks), (3, 2))


class TestOnePlace(FrappeTestCase):
	def test_nowhere_else_is_committed_or_a_savepoint_set(self):
		"""A search through the app's own modules."""
		found = [
			str(path.relative_to(APP))
			for path in APP.rglob("*.py")
			if "tests" not in path.parts
			and not path.name.startswith("test_")
			and re.search(r"\.(commit|savepoint)\(", path.read_text())
		]
		self.assertEqual(found, ["jobs.py"])

	def test_an_empty_list_finds_nothing(self):
		"""Where there is no name to look for, "" would find whoever has none; `host.NOTHING` finds nobody."""
		here = {"cooperative": factories.a_cooperative(ELSEWHERE).name}
		factories.a_member(here["cooperative"])
		self.assertFalse(frappe.get_all("Member", {**here, "merged_into": ["in", [host.NOTHING]]}))
		written = [
			str(path.relative_to(APP))
			for path in APP.rglob("*.py")
			if "tests" not in path.parts
			and not path.name.startswith("test_")
			and re.search(r"""or \[(""|'')\]""", path.read_text())
		]
		self.assertEqual(written, [])
