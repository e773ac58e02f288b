"""The members and movements of a cooperative, as the import reads them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from babel import Locale

import frappe
from frappe.utils import getdate

from coop_membership.moving_in import writer
from coop_membership.moving_in.check import classes, spoken_of
from coop_membership.moving_in.people import MEMBER_FIELDS
from coop_membership.moving_in.rows import MEMBER_KEYS, MemberRow, MovementRow
from coop_membership.moving_in.writer import Names
from coop_membership.people import private
from coop_membership.register import ledger
from coop_membership.values.person_fields import PRIVATE


def exported(cooperative: str, language: str) -> Iterator[list]:
	"""Rows of `export`: what an import of them would make again."""
	members = {row.name: _member_row(row) for row in _stored_members(cooperative)}
	for name, function in _functions(cooperative):
		members[name].values["representative_function"] = function or None
	movements = [_movement_row(row, members) for row in ledger.movements(cooperative)]
	languages = Locale.parse(language).territories
	names = Names(
		classes={row.name: row.code for row in classes(cooperative)},
		countries={
			row.name: languages[row.code.upper()]
			for row in frappe.get_all("Country", fields=["name", "code"])
			if spoken_of(row, languages)
		},
		legal_forms={row.name: row.title for row in frappe.get_all("Legal Form", fields=["name", "title"])},
	)
	return writer.lines(members.values(), movements, names, language)


def _stored_members(cooperative: str) -> list:
	fields = [field for field in MEMBER_FIELDS if field not in PRIVATE]
	rows = frappe.get_all(
		"Member", {"cooperative": cooperative}, ["name", *fields], order_by="member_number, name"
	)
	details = private.of_many("Member", [row.name for row in rows])
	for row in rows:
		row.update(details[row.name])
	return rows


def _functions(cooperative: str) -> list[tuple[str, str]]:
	"""(member, function) of the first representative of each organisation."""
	line, member = frappe.qb.DocType("Member Representative"), frappe.qb.DocType("Member")
	return (
		frappe.qb.from_(line)
		.join(member)
		.on(line.parent == member.name)
		.select(line.parent, line["function"])
		.where((member.cooperative == cooperative) & (line.idx == 1))
		.run()
	)


def _member_row(row) -> MemberRow:
	values = {key: row.get(key) or None for key in MEMBER_KEYS}
	for key in ("birth_date", "joined_on", "left_on"):
		values[key] = getdate(values[key]) if values[key] else None
	return MemberRow(0, values)


def _movement_row(row, members: dict[str, MemberRow]) -> MovementRow:
	given_back = bool(row.from_member and not row.to_member) or bool(row.to_share_class)
	giver = members.get(row.from_member)
	return MovementRow(
		line=0,
		member=giver if given_back else members[row.to_member],
		effective_date=getdate(row.effective_date),
		share_class=row.share_class,
		quantity=-row.quantity if given_back else row.quantity,
		unit_price=Decimal(str(row.unit_price)).quantize(Decimal("0.01")),
		number=row.number,
		from_member_number=giver.number if giver and not given_back else None,
		to_share_class=row.to_share_class or "",
		to_quantity=row.to_quantity or 0,
		to_unit_price=Decimal(str(row.to_unit_price or 0)).quantize(Decimal("0.01")),
	)
