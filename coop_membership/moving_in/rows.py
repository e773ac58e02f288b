"""What a file says, line by line, and what is to be made of it. Pure."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from coop_membership.moving_in.columns import MEMBER_COLUMNS, MOVEMENT_COLUMNS, TOTAL
from coop_membership.register.movements import Movement
from coop_membership.states.members import ORGANISATION
from coop_membership.values import Place
from coop_membership.values.text import same

OPENING = "Opening"
AS_EXPLAINED = Place(language="en-GB")  # the template explains dates as 31/12/2019


MOST_LINES = 200_000

Row = tuple[int, Sequence[object]]

# findings that one person or organisation may become two members, one purchase two, or a line that is none a member
DOUBLES = (
	"looks_alike",
	"named_twice",
	"no_member",
	"operation_twice",
	"organisation_named_known",
	"organisation_named_twice",
	"person_alike_known",
	"person_born_known",
	"person_named_known",
)

MEMBER_KEYS = tuple(column.key for column in MEMBER_COLUMNS)
MOVEMENT_KEYS = (*(column.key for column in MOVEMENT_COLUMNS), TOTAL.key)
FOR_ALL = ("effective_date", "share_class")  # what may be said once for all lines that don't say it


@dataclass(frozen=True)
class Finding:
	"""Something about a line: a code of `findings.MESSAGES`, the column, values for the sentence.

	Line 0 is the file as a whole. A notice does not prevent the import.
	"""

	line: int
	code: str
	column: str = ""
	values: Mapping = dataclasses.field(default_factory=dict)
	notice: bool = False


class Unreadable(Exception):
	"""The file can't be read whole: a code of `findings.MESSAGES`, the line, and values for its sentence."""

	def __init__(self, code: str, line: int = 0, **values: object):
		super().__init__(code)
		self.code, self.line, self.values = code, line, values


@dataclass(frozen=True)
class Unread:
	"""A cell that holds something which can't be read: a code of `findings.MESSAGES`."""

	code: str


@dataclass
class Table:
	"""What a file holds: its rows with their line numbers, how many lines say something, and what was found on the way.

	`left_out` counts what was not looked at, such as other sheets.
	"""

	rows: list[Row] = field(default_factory=list)
	lines: int = 0
	findings: list[Finding] = field(default_factory=list)
	left_out: int = 0

	def __iter__(self) -> Iterator[Row]:
		return iter(self.rows)


@dataclass(frozen=True)
class Known:
	"""What the site knows already.

	Keys of `classes` and `legal_forms` are codes and names as they are written, and without capitals (`text.same`); those
	of `countries` and `languages` are words, folded (`text.fold`). `classes`: {text: (Share Class, its price)}.
	`member_numbers`: numbers that are given, with the member's name. `persons`: (e-mail, name as `text.same`) of the
	members in person, `births` their birth dates; `namesakes`: {name, folded: (e-mail, birth date) of each member in person
	who is called so}; `registrations`: registration numbers of the organisations, `organisations` their names, folded.
	`next_register_number` is the first number free; `register` says what the register holds: nothing, `opening` entries
	only, or `live` ones. `place` is where the file was written, `regions` the ISO codes of countries; `titles` are columns
	as somebody assigned them by hand: {title: key, or "" to leave it out}; `for_all` is what counts for lines that don't say
	it, by the keys of FOR_ALL, as their cells would be read.
	"""

	classes: Mapping[str, tuple[str, Decimal]] = field(default_factory=dict)
	countries: Mapping[str, str] = field(default_factory=dict)
	languages: Mapping[str, str] = field(default_factory=dict)
	legal_forms: Mapping[str, str] = field(default_factory=dict)
	member_numbers: Mapping[int, str] = field(default_factory=dict)
	persons: frozenset[tuple[str, str]] = frozenset()
	registrations: frozenset[str] = frozenset()
	next_member_number: int = 1
	next_register_number: int = 1
	register: str = ""
	place: Place = AS_EXPLAINED
	births: Mapping[tuple[str, str], frozenset[datetime.date]] = field(default_factory=dict)
	namesakes: Mapping[str, Sequence[tuple[str, datetime.date | None]]] = field(default_factory=dict)
	organisations: frozenset[str] = frozenset()
	regions: Mapping[str, str] = field(default_factory=dict)
	titles: Mapping[str, str] = field(default_factory=dict)
	for_all: Mapping[str, object] = field(default_factory=dict)


@dataclass
class MemberRow:
	"""A member to make. `values` are those of the MEMBER_COLUMNS by key; shares and value are after all movements."""

	line: int
	values: dict[str, object]
	shares: int = 0
	value: Decimal = Decimal(0)

	@property
	def number(self) -> int | None:
		return self.values.get("member_number")

	@property
	def is_organisation(self) -> bool:
		return self.values.get("member_type") == ORGANISATION

	@property
	def person(self) -> str:
		return " ".join(filter(None, [self.values.get("first_name"), self.values.get("last_name")]))

	@property
	def name(self) -> str:
		return (self.values.get("organisation_name") if self.is_organisation else "") or self.person


@dataclass
class MovementRow:
	"""One operation of the register. `member` is whose line it is; `quantity` below zero leaves the member."""

	line: int
	member: MemberRow
	effective_date: datetime.date
	share_class: str
	quantity: int
	unit_price: Decimal
	number: int | None = None
	from_member_number: int | None = None
	to_share_class: str = ""
	to_quantity: int = 0
	to_unit_price: Decimal = Decimal(0)

	@property
	def giver(self) -> int | None:
		"""Member number of who gives the shares, None for the cooperative."""
		return self.member.number if self.quantity < 0 else self.from_member_number

	@property
	def receiver(self) -> int | None:
		return self.member.number if self.quantity > 0 or self.to_share_class else None

	def movement(self) -> Movement:
		"""As the register's arithmetic knows it, with member numbers for members."""
		return Movement(
			cooperative="",
			number=self.number or 0,
			entry_type=OPENING,
			effective_date=self.effective_date,
			share_class=self.share_class,
			quantity=abs(self.quantity),
			unit_price=self.unit_price,
			amount=abs(self.quantity) * self.unit_price,
			from_member=str(self.giver or ""),
			to_member=str(self.receiver or ""),
			to_share_class=self.to_share_class,
			to_quantity=self.to_quantity,
			to_unit_price=self.to_unit_price,
		)


@dataclass
class Title:
	"""A column of the file: its letter, its title, the key that it means ("" when it means none), a cell of it."""

	letter: str
	title: str
	key: str = ""
	sample: str = ""
	left_out: bool = False


@dataclass
class Plan:
	"""What an import will make: members in the order of the file, movements in the order of their numbers.

	`lines` are those of the file that say something, its titles aside; `read` those of them that were read. `sums` are
	(shares, value) by share class after all movements; `left_out` counts cells and sheets that nobody reads; `lacks` are
	those of FOR_ALL that some line doesn't say.
	"""

	lines: int = 0
	read: int = 0
	left_out: int = 0
	titles: list[Title] = field(default_factory=list)
	sums: dict[str, tuple[int, Decimal]] = field(default_factory=dict)
	members: list[MemberRow] = field(default_factory=list)
	movements: list[MovementRow] = field(default_factory=list)
	findings: list[Finding] = field(default_factory=list)
	lacks: set[str] = field(default_factory=set)

	@property
	def errors(self) -> list[Finding]:
		return [finding for finding in self.findings if not finding.notice]

	@property
	def is_whole(self) -> bool:
		"""True when nothing of the file was left unread."""
		return not self.left_out and self.lines == self.read

	@property
	def doubles(self) -> int:
		"""How many lines seem to say what is here already, or to be no member; it is asked before they move in."""
		return len({finding.line for finding in self.findings if finding.code in DOUBLES})

	@property
	def highest_member_number(self) -> int:
		return max((member.number or 0 for member in self.members), default=0)


def letter(index: int) -> str:
	"""What spreadsheets call the column with an index: 0 is A, 26 is AA."""
	name = ""
	index += 1
	while index:
		index, rest = divmod(index - 1, 26)
		name = chr(65 + rest) + name
	return name


def by_text(*ranks: Sequence[tuple[str | None, object]]) -> dict[str, object]:
	"""{text: what it names} for (text, named) pairs, codes before titles; a text that names two things names none.

	Each is found as it is written, and without capitals where that is no other's.
	"""
	found: dict[str, object] = {}
	for form in (str, same):
		for pairs in ranks:
			named: dict[str, list[object]] = {}
			for text, value in pairs:
				if text and form(text) not in found and value not in named.setdefault(form(text), []):
					named[form(text)].append(value)
			found |= {text: values[0] for text, values in named.items() if len(values) == 1}
	return found


def ranges(numbers: Sequence[int], most: int = 20) -> str:
	"""Numbers in few words: [3, 7, 8, 9] is "3, 7-9"; after `most` parts an ellipsis."""
	parts = []
	for _key, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
		run = [number for _index, number in group]
		parts.append(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}")
	return ", ".join(parts[:most]) + (", …" if len(parts) > most else "")
