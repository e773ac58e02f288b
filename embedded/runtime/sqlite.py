"""SQLite as Frappe's code expects its database to be: values, types, functions, locks.

On locks. MariaDB locks rows, SQLite the whole file, and a transaction that has read may not write once somebody else
has written ("database is locked", at once, whatever the timeout). So a transaction takes the write lock *before* its
first write or `FOR UPDATE`, by starting again: nothing was written yet, so nothing is lost, and what is read
from there on is what others have committed. Writers wait for one another, as they do for a locked row on MariaDB.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sqlite3
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from pypika.dialects import SQLLiteQueryBuilder as StockQueryBuilder
from pypika.dialects import SQLLiteValueWrapper
from pypika.enums import Dialects
from pypika.queries import QueryBuilder
from pypika.utils import builder

PLACEHOLDER = re.compile(r"%\((\w+)\)s|%s|%%")
FIRST_WORD = re.compile(r"\s*(\w+)")
FOR_UPDATE = re.compile(r"\s+FOR\s+UPDATE(\s+(NOWAIT|SKIP\s+LOCKED))?\s*(?=\)|;|/\*|$)", re.IGNORECASE)
INSERT_IGNORE = re.compile(r"^\s*INSERT\s+IGNORE\b", re.IGNORECASE)
WRITES = {"alter", "create", "delete", "drop", "insert", "replace", "savepoint", "update"}


class SQLLiteQueryBuilder(StockQueryBuilder):
	"""PyPika's own, accepting another `wrapper_cls` and the arguments of `for_update`."""

	def __init__(self, **kwargs: Any) -> None:
		kwargs.setdefault("wrapper_cls", SQLLiteValueWrapper)
		QueryBuilder.__init__(self, dialect=Dialects.SQLLITE, **kwargs)
		self._insert_or_replace = False

	@builder
	def for_update(self, nowait: bool = False, skip_locked: bool = False, of: tuple = ()) -> None:
		self._for_update = True


def execute(db: Any, query: str, values: Any = None) -> sqlite3.Cursor:
	"""Run a query written for MariaDB's driver: its placeholders, its value types, its locking clauses."""
	query, locking = FOR_UPDATE.subn("", query)
	query = INSERT_IGNORE.sub("INSERT OR IGNORE", query)
	query, arguments = bind(query, values)

	match = FIRST_WORD.match(query)
	word = match[1].lower() if match else ""
	if word == "begin":
		db.has_write_lock = False
	elif locking or word in WRITES:
		take_write_lock(db)
	return db._cursor.execute(query, arguments)


def take_write_lock(db: Any) -> None:
	"""Start the transaction again as a writing one, unless it is one already."""
	in_transaction = db._conn.in_transaction
	if (in_transaction and getattr(db, "has_write_lock", False)) or getattr(db, "read_only", False):
		return
	if in_transaction:
		db._cursor.execute("ROLLBACK")
	db._cursor.execute("BEGIN IMMEDIATE")
	db.has_write_lock = True


def bind(query: str, values: Any) -> tuple[str, list]:
	"""Turn `%s` and `%(name)s` into `?`, a list of values into as many."""
	if not values:
		return query, []
	if not PLACEHOLDER.search(query):
		return query, [convert(value) for value in values]

	arguments: list = []
	positional = iter(() if isinstance(values, dict) else values)

	def replace(match: re.Match) -> str:
		if match[0] == "%%":
			return "%"
		value = values[match[1]] if match[1] else next(positional)
		if isinstance(value, list | tuple | set | frozenset):
			items = list(value) or [None]
			arguments.extend(convert(item) for item in items)
			return f"({','.join('?' * len(items))})"
		arguments.append(convert(value))
		return "?"

	return PLACEHOLDER.sub(replace, query), arguments


def convert(value: Any) -> Any:
	"""Return the value as SQLite stores it."""
	match value:
		case dt.datetime():
			return value.isoformat(" ")
		case dt.date() | dt.time():
			return value.isoformat()
		case dt.timedelta():
			return str(value)
		case Decimal():
			return float(value)
		case list() | dict():
			return json.dumps(value)
	return value


def register_converters() -> None:
	"""Let columns come back in the types that MariaDB's driver gives."""
	for name in ("timestamp", "datetime"):
		sqlite3.register_converter(
			name, lambda text: dt.datetime.fromisoformat(text.decode()) if text else None
		)
	# a date column may have been given a date with a time: MariaDB cuts it off
	sqlite3.register_converter(
		"date", lambda text: dt.date.fromisoformat(text.decode()[:10]) if text else None
	)


def alter(table: Any) -> None:
	"""Add columns and indexes. SQLite does not enforce types, so that nothing else has to change."""
	import frappe

	name = table.table_name
	for column in table.columns.values():
		column.build_for_alter_table(table.current_columns.get(column.fieldname.lower()))
	for column in table.add_column:
		# SQLite cannot add a UNIQUE column, only a column and then a unique index
		definition = column.get_definition().removesuffix(" UNIQUE")
		frappe.db.sql_ddl(f"ALTER TABLE `{name}` ADD COLUMN `{column.fieldname}` {definition}")
	for kind, columns in (
		("UNIQUE INDEX", [*table.add_unique, *(c for c in table.add_column if c.unique)]),
		("INDEX", [*table.add_index, *(c for c in table.add_column if c.set_index and not c.unique)]),
	):
		for column in columns:
			index = f"{name}_{column.fieldname}_{kind.split()[0].lower()}"
			frappe.db.sql_ddl(f"CREATE {kind} IF NOT EXISTS `{index}` ON `{name}` (`{column.fieldname}`)")


def _when(value: Any) -> dt.datetime | None:
	from frappe.utils import get_datetime

	return get_datetime(value) if value else None


def _part(get: Callable[[dt.datetime], Any]) -> Callable[[Any], Any]:
	return lambda value: get(moment) if (moment := _when(value)) else None


def _now() -> str:
	from frappe.utils import now

	return now()


def _today() -> str:
	from frappe.utils import nowdate

	return nowdate()


def _datediff(later: Any, earlier: Any) -> int | None:
	return (_when(later).date() - _when(earlier).date()).days if later and earlier else None


def _date_format(value: Any, pattern: str) -> str | None:
	moment = _when(value)
	return moment.strftime(pattern.replace("%i", "%M").replace("%s", "%S")) if moment else None


def _concat(*values: Any) -> str | None:
	return None if None in values else "".join(map(str, values))


def _concat_ws(separator: str, *values: Any) -> str:
	return separator.join(str(value) for value in values if value is not None)


# name: number of arguments (-1: any), function
FUNCTIONS: dict[str, tuple[int, Callable]] = {
	"concat": (-1, _concat),
	"concat_ws": (-1, _concat_ws),
	"curdate": (0, _today),
	"date_format": (2, _date_format),
	"datediff": (2, _datediff),
	"dayofmonth": (1, _part(lambda moment: moment.day)),
	"greatest": (-1, lambda *values: None if None in values else max(values)),
	"if": (3, lambda condition, then, otherwise: then if condition else otherwise),
	"least": (-1, lambda *values: None if None in values else min(values)),
	"left": (2, lambda text, count: text and text[:count]),
	"locate": (2, lambda part, text: (text or "").lower().find((part or "").lower()) + 1),
	"month": (1, _part(lambda moment: moment.month)),
	"now": (0, _now),
	"unix_timestamp": (1, _part(lambda moment: moment.timestamp())),
	"year": (1, _part(lambda moment: moment.year)),
}
