"""FrappeTestCase with what the one of Frappe 15 has and the fork's lacks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe
from frappe.tests.compat import FrappeTestCase as Base

from embedded.runtime import testing


class FrappeTestCase(Base):
	"""Base class of the site tests: one transaction per class, rolled back at its end."""

	change_settings = staticmethod(testing.change_settings)
	patch_hooks = staticmethod(testing.patch_hooks)

	@contextmanager
	def assertQueryCount(self, count: int) -> Iterator:
		"""Fail when more queries than that are sent."""
		queries = []
		sql = frappe.db.sql

		def counting(query: Any, *args: Any, **kwargs: Any) -> Any:
			queries.append(query)
			return sql(query, *args, **kwargs)

		frappe.db.sql = counting
		try:
			yield
		finally:
			del frappe.db.sql
		self.assertLessEqual(len(queries), count, "Queries executed:\n" + "\n\n".join(map(str, queries)))

	@contextmanager
	def freeze_time(self, time_to_freeze: Any, is_utc: bool = False, *args: Any, **kwargs: Any) -> Iterator:
		"""Stop the clock, at a time given in the site's time zone."""
		from datetime import timezone
		from zoneinfo import ZoneInfo

		from freezegun import freeze_time

		if not is_utc:
			moment = frappe.utils.get_datetime(time_to_freeze)
			zone = ZoneInfo(frappe.utils.get_system_timezone())
			time_to_freeze = moment.replace(tzinfo=zone).astimezone(timezone.utc).replace(tzinfo=None)
		with freeze_time(time_to_freeze, *args, **kwargs):
			yield
