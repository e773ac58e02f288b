"""Background jobs without a worker: they run in the same process, after the transaction that asked for them.

As with a worker, a job sees only what was committed, has a transaction of its own, and its failure is an Error Log,
not an error of the one who asked. Unlike with a worker, a rollback takes back the jobs it asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe

pending: set[str] = set()
waiting: list[
	tuple
] = []  # what `run` is called with; a list of our own, as a job's rollback empties that of the engine


def enqueue(
	method: str | Callable,
	queue: str = "default",
	timeout: int | None = None,
	event: str | None = None,
	is_async: bool = True,
	job_name: str | None = None,
	now: bool = False,
	enqueue_after_commit: bool = False,
	*,
	on_success: Callable | None = None,
	on_failure: Callable | None = None,
	at_front: bool = False,
	job_id: str | None = None,
	deduplicate: bool = False,
	at_front_when_starved: bool = False,
	**kwargs: Any,
) -> Any:
	"""Run the method now if that was asked for, otherwise after the commit."""
	is_async = kwargs.pop("async", is_async)
	if now or (not is_async and not frappe.in_test):
		return frappe.call(method, **kwargs)
	if deduplicate and not job_id:
		frappe.throw("`job_id` paramater is required for deduplication.")
	if job_id and job_id in pending:
		if deduplicate:
			return None
	if job_id:
		pending.add(job_id)
		frappe.db.after_rollback.add(lambda: pending.discard(job_id))

	if not waiting:
		frappe.db.after_commit.add(run_waiting)
		frappe.db.after_rollback.add(waiting.clear)
	waiting.append((method, event, job_name, frappe.session.user, job_id, kwargs))
	return None


def run_waiting() -> None:
	"""Run what the transaction that just ended asked for, in order."""
	jobs = [*waiting]
	waiting.clear()
	for job in jobs:
		run(*job)


def run(
	method: str | Callable,
	event: str | None,
	job_name: str | None,
	user: str,
	job_id: str | None,
	kwargs: dict,
) -> None:
	"""Run a job as the user who asked for it. The engine logs, commits or rolls back."""
	from frappe.utils.background_jobs import execute_job

	session, form = frappe.local.session, frappe.local.form_dict
	# somebody may have logged in since the job was asked for
	present = {field: session.get(field) for field in ("user", "sid", "data")}
	try:
		if user != present["user"]:
			frappe.set_user(user)
		execute_job(frappe.local.site, method, event, job_name, kwargs, user=user, is_async=False)
	except Exception:
		pass  # logged by execute_job, as a worker would
	finally:
		pending.discard(job_id)
		frappe.local.job = None
		if user != present["user"]:
			frappe.set_user(present["user"])
			session.update(present)
			frappe.local.form_dict = form


def is_job_enqueued(job_id: str) -> bool:
	"""Tell whether a job of that name waits for the commit."""
	return job_id in pending
