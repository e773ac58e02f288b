"""The one way to do many things, or one that may fail, without losing what else was done.

`each` is the loop of a background job: every item in a transaction of its own, on a fresh snapshot; one that fails is
logged with its document and the others go on. What is saved stays: a job that is started again asks its own query what
is left. `saved` is one such transaction. `attempt` is a part of somebody's transaction that must not undo the rest of it.
`again` is a whole action that a lock may end before anything of it was saved.

Nowhere else does the app commit. Tests run in one transaction, so there only the savepoints are real.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import frappe
from frappe.model.document import Document

from coop_membership import host

# another one was in the way; trying again helps
LOCKED = (frappe.QueryDeadlockError, frappe.QueryTimeoutError)
WAITS = (0.2, 0.8)  # seconds at most, before the second and the third time


@dataclass
class Attempt:
	"""What became of a step: its `value`, or the `error` that ended it."""

	value: Any = None
	error: Exception | None = None

	@property
	def failed(self) -> bool:
		return self.error is not None

	@property
	def sentence(self) -> str:
		"""The error as people read it."""
		text = frappe.utils.strip_html_tags(str(self.error or ""))[:300]
		return text or (type(self.error).__name__ if self.error else "")


@dataclass
class Outcome:
	"""What became of a loop: (item, what its step returned) and (item, error) in order."""

	done: list[tuple[Any, Any]] = field(default_factory=list)
	failed: list[tuple[Any, Exception]] = field(default_factory=list)

	@property
	def count(self) -> int:
		"""How many steps said that they did something."""
		return sum(bool(value) for _item, value in self.done)


def again(step: Callable[[], Any]) -> Any:
	"""Do what a button or a program asked for; anew, twice at most, when somebody else's lock was in the way.

	Only where the transaction began with it, so that nothing of anybody else is taken back, and nothing of it was saved
	(`save`): mails and jobs follow the commit, so none has left. Each time starts from what is saved by then.
	"""
	if frappe.db.transaction_writes or frappe.flags.starts_again:
		return step()
	saves, messages = frappe.flags.saves, list(frappe.local.message_log)
	frappe.flags.starts_again = True
	try:
		for wait in WAITS:
			frappe.flags.holds = None
			try:
				return step()
			except LOCKED:
				if frappe.flags.saves != saves:
					raise
				frappe.db.rollback()
				frappe.local.message_log = list(messages)
				time.sleep(random.uniform(wait / 2, wait))  # two that met would meet again
		frappe.flags.holds = None
		return step()
	finally:
		frappe.flags.starts_again = frappe.flags.holds = None


@contextmanager
def attempt(title: str, doctype: str | None = None, name: str | None = None) -> Iterator[Attempt]:
	"""Do what is in the block, or nothing of it: a failure is taken back, logged about a document, and told by `failed`.

	A deadlock is raised: the database has rolled the whole transaction back, and only who began it can start again.
	"""
	tried, messages = Attempt(), list(frappe.local.message_log)
	with _savepoint() as savepoint:
		try:
			yield tried
		except frappe.QueryDeadlockError:
			raise
		except Exception as error:  # of whatever kind: the caller's own work stands
			frappe.db.rollback(save_point=savepoint)
			_note(tried, error, messages, title, doctype, name)


def rehearse(name: str) -> None:
	"""From here on, work is done that `forget` can take back: what only has to take as long as the real thing, or may find
	that somebody else was first.
	"""
	frappe.flags.holds = True  # no lock ends the transaction from here on: see host.wait_for
	frappe.db.savepoint(name)


def forget(name: str) -> None:
	"""Take back all that was done since `rehearse`."""
	frappe.db.rollback(save_point=name)


def saved(
	step: Callable[[], Any],
	title: str,
	doctype: str | None = None,
	name: str | None = None,
	on_failure: Callable[[Exception], None] | None = None,
) -> Attempt:
	"""Do one step of a job in a transaction of its own, and again once when a lock was in the way.

	A failure is taken back and logged about a document; what `on_failure` writes about it is saved.
	"""
	save()
	tried, messages = Attempt(), list(frappe.local.message_log)
	with _savepoint() as savepoint:
		for again in (True, False):
			try:
				tried.value = step()
				break
			except Exception as error:  # one that fails is listed, the others go on
				_take_back(savepoint)
				if again and isinstance(error, LOCKED):
					continue
				_note(tried, error, messages, title, doctype, name)
				if on_failure:
					on_failure(error)
				break
	save()
	return tried


def each(
	items: Iterable,
	step: Callable[[Any], Any],
	title: str,
	doctype: str | None = None,
	on_failure: Callable[[Any, Exception], None] | None = None,
	progress: str | None = None,
) -> Outcome:
	"""Do a step for each item, see `saved`. With `doctype`, items are names of its documents, and failures link to them.

	`progress`: title of the progress bar that the user who asked for the job sees.
	"""
	items, outcome = list(items), Outcome()
	for position, item in enumerate(items, start=1):
		tried = saved(
			lambda item=item: step(item),
			title,
			doctype,
			item if doctype else None,
			(lambda error, item=item: on_failure(item, error)) if on_failure else None,
		)
		if tried.failed:
			outcome.failed.append((item, tried.error))
		else:
			outcome.done.append((item, tried.value))
		if progress:
			show_progress(progress, position, len(items))
	return outcome


def hand_out(method: Callable[[list[str]], Any], names: list[str], size: int) -> None:
	"""Leave a long list to background jobs that call `method` with so many `names` each, side by side where the site has
	workers for it. Whatever of it is done already must not be done again.
	"""
	for start in range(0, len(names), size):
		part = names[start : start + size]
		frappe.enqueue(method, queue="long", timeout=3600, enqueue_after_commit=True, names=part)


def insert_named(document: Document) -> None:
	"""Insert a document that hosts name by what it is called. The caller's line says who was checked and how.

	Two of one name at the same moment don't see one another: the second gets a sign of its own behind the name.
	"""
	with _savepoint() as savepoint:
		try:
			document.insert(ignore_permissions=True)  # as said
		except frappe.DuplicateEntryError:
			frappe.db.rollback(save_point=savepoint)
			frappe.clear_last_message()
			name = f"{str(document.name)[:120]}-{frappe.generate_hash(length=8)}"
			document.flags.name_set = False  # v15 would keep the first one
			document.insert(ignore_permissions=True, set_name=name)  # as said


def save() -> None:
	"""The boundary of a job: what was done stays, and what follows sees what others saved meanwhile."""
	if not host.in_test():
		frappe.db.commit()
		frappe.flags.saves = (frappe.flags.saves or 0) + 1


def show_progress(title: str, done: int, total: int) -> None:
	frappe.publish_progress(done * 100 / total, title=title, description=f"{done} / {total}")


@contextmanager
def _savepoint() -> Iterator[str]:
	"""A savepoint that no step inside another one takes over."""
	depth = (frappe.flags.savepoint_depth or 0) + 1
	frappe.flags.savepoint_depth = depth
	name = f"step_{depth}"
	try:
		frappe.db.savepoint(name)
		yield name
	finally:
		frappe.flags.savepoint_depth = depth - 1


def _take_back(savepoint: str) -> None:
	"""All of the step's transaction; in a test the step alone, as nothing before it is saved."""
	if host.in_test():
		frappe.db.rollback(save_point=savepoint)
	else:
		frappe.db.rollback()  # also after a deadlock, when the database forgot the savepoint


def _note(
	tried: Attempt, error: Exception, messages: list, title: str, doctype: str | None, name: str | None
) -> None:
	tried.error = error
	frappe.local.message_log = messages  # what the step told was about something that did not happen
	frappe.log_error(
		title=title, message=frappe.get_traceback(), reference_doctype=doctype, reference_name=name
	)
