"""The context managers of frappe.tests, which the fork made do nothing; behaviour of Frappe 15 and 16."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import frappe


@contextmanager
def change_settings(
	doctype: str, settings_dict: dict | None = None, /, commit: bool = False, **settings: Any
) -> Iterator:
	"""Change a Single for the time of a test or block."""
	wanted = {**(settings_dict or {}), **settings}

	def write(values: dict) -> None:
		document = frappe.get_doc(doctype)
		document.update(values)
		document.save(ignore_permissions=True)
		frappe.db.value_cache.clear()
		if commit:
			frappe.db.commit()

	document = frappe.get_doc(doctype)
	before = {field: document.get(field) for field in wanted}
	write(wanted)
	try:
		yield
	finally:
		write(before)


@contextmanager
def patch_hooks(overridden: dict) -> Iterator:
	"""Let some hooks be others for the time of a test or block."""
	from unittest.mock import patch

	get_hooks = frappe.get_hooks

	def patched(
		hook: str | None = None, default: Any = "_KEEP_DEFAULT_LIST", app_name: str | None = None
	) -> Any:
		if hook in overridden:
			return overridden[hook]
		return get_hooks(hook, default, app_name)

	with patch.object(frappe, "get_hooks", patched):
		yield


def timeout(seconds: Any = 30, error_message: str = "Test timed out.") -> Any:
	"""Fail a test that takes longer. With or without arguments, as a decorator."""

	def decorate(function: Any) -> Any:
		def fail(*args: Any) -> None:
			raise TimeoutError(error_message)

		@wraps(function)
		def wrapper(*args: Any, **kwargs: Any) -> Any:
			signal.signal(signal.SIGALRM, fail)
			signal.alarm(30 if callable(seconds) else seconds)
			try:
				return function(*args, **kwargs)
			finally:
				signal.alarm(0)

		return wrapper

	return decorate(seconds) if callable(seconds) else decorate


@contextmanager
def trace_fields(*args: Any, **kwargs: Any) -> Iterator:
	"""Refuse: not offered here, and nothing that silently passes."""
	raise NotImplementedError("trace_fields is not offered by the embedded host")
	yield
