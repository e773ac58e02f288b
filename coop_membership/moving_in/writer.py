"""The same tables written: members and movements as lines of cells, for the template and the export. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from coop_membership.moving_in.columns import COLUMNS, MEMBER_COLUMNS, MOVEMENT_COLUMNS, WORDS, word
from coop_membership.moving_in.rows import MEMBER_KEYS, MemberRow, MovementRow


@dataclass(frozen=True)
class Names:
	"""How stored names are written in a file: {stored name: text} of classes, countries and legal forms."""

	classes: Mapping[str, str] = field(default_factory=dict)
	countries: Mapping[str, str] = field(default_factory=dict)
	legal_forms: Mapping[str, str] = field(default_factory=dict)


def header(language: str) -> list[str]:
	"""The titles of all columns in a language."""
	return [column.label(language) for column in COLUMNS]


def lines(
	members: Iterable[MemberRow], movements: Iterable[MovementRow], names: Names, language: str
) -> Iterator[list[object]]:
	"""The file that `plan` reads these from: members by number, then those without one; movements by number."""
	yield header(language)
	own: dict[int, list[MovementRow]] = {}
	for row in sorted(movements, key=lambda row: row.number):
		own.setdefault(id(row.member), []).append(row)
	for member in sorted(members, key=lambda m: (m.number is None, m.number or 0, m.line)):
		first, *others = own.get(id(member), [None])
		yield _member_cells(member, names, language) + _movement_cells(first, names)
		for row in others:
			yield [member.number] + [None] * (len(MEMBER_COLUMNS) - 1) + _movement_cells(row, names)


def _member_cells(member: MemberRow, names: Names, language: str) -> list[object]:
	values = dict(member.values)
	for key in WORDS:
		values[key] = word(key, values[key], language) if values.get(key) else None
	values["country"] = names.countries.get(values.get("country"), values.get("country"))
	values["legal_form"] = names.legal_forms.get(values.get("legal_form"), values.get("legal_form"))
	return [values.get(key) for key in MEMBER_KEYS]


def _movement_cells(row: MovementRow | None, names: Names) -> list[object]:
	if not row:
		return [None] * len(MOVEMENT_COLUMNS)
	return [
		row.number,
		row.effective_date,
		names.classes.get(row.share_class, row.share_class),
		row.quantity,
		row.unit_price,
		row.from_member_number,
		names.classes.get(row.to_share_class, row.to_share_class) or None,
		row.to_quantity or None,
		row.to_unit_price if row.to_share_class else None,
	]
