"""What a file says, line by line, and what is to be made of it. Pure."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from coop_membership.moving_in.columns import MEMBER_COLUMNS, MOVEMENT_COLUMNS
from coop_membership.register.movements import Movement
from coop_membership.register.states import ORGANISATION
from coop_membership.values import Place

OPENING = "Opening"
AS_EXPLAINED = Place(language="en-GB")  # the template explains dates as 31/12/2019


MEMBER_KEYS = tuple(column.key for column in MEMBER_COLUMNS)
MOVEMENT_KEYS = tuple(column.key for column in MOVEMENT_COLUMNS)


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


@dataclass(frozen=True)
class Known:
	"""What the site knows already. Keys of the mappings are folded (`columns.fold`).

	`classes`: {name, code or title: (Share Class, its price)}. `member_numbers`: numbers that are given, with the
	member's name. `persons`: (e-mail, folded name) of the members in person; `registrations`: folded registration
	numbers of the organisations. `next_register_number` is the first number free; `register` says what the register
	holds: nothing, `opening` entries only, or `live` ones. `place` is where the file was written.
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
class Plan:
	"""What an import will make: members in the order of the file, movements in the order of their numbers."""

	members: list[MemberRow] = field(default_factory=list)
	movements: list[MovementRow] = field(default_factory=list)
	findings: list[Finding] = field(default_factory=list)

	@property
	def errors(self) -> list[Finding]:
		return [finding for finding in self.findings if not finding.notice]

	@property
	def highest_member_number(self) -> int:
		return max((member.number or 0 for member in self.members), default=0)
