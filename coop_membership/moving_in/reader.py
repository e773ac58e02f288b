"""Moving in: the rows of a file become members and register movements, or findings by line. Pure.

One line is one member with at most one movement; further lines with the same member number add movements. A movement
is shares that a member received (quantity above zero), gave back (below zero), received from another member, or
converted. `findings.py` turns each Finding into a sentence; `writer.py` writes what `plan` reads.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal

from coop_membership.moving_in import remarks
from coop_membership.moving_in.cells import READERS, filled, refuse_failed
from coop_membership.moving_in.columns import BY_KEY, HEADERS, MOBILE, SEVERAL, Column, language_of
from coop_membership.moving_in.rows import (
	FOR_ALL,
	MEMBER_KEYS,
	MOVEMENT_KEYS,
	Finding,
	Known,
	MemberRow,
	MovementRow,
	Plan,
	Table,
	Title,
	Unread,
	letter,
	ranges,
)
from coop_membership.register.movements import gaps, holdings, overdrawn
from coop_membership.states.members import ACTIVE, CANDIDATE, FORMER, INDIVIDUAL, ORGANISATION
from coop_membership.values import Place, Wrong
from coop_membership.values.dates import OLDEST_YEAR
from coop_membership.values.postcodes import with_lost_zeros
from coop_membership.values.text import fold, same

NUMBER_FIRST = (
	"France",
	"Luxembourg",
	"United Kingdom",
	"Ireland",
	"United States",
	"Canada",
)  # 12 rue Haute
FAR = 2  # times the price of a class, or a part of it


def plan(rows: Table | Iterable[tuple[int, Sequence[object]]], known: Known, today: datetime.date) -> Plan:
	"""Read a file's rows. All that is wrong is in the findings, by line; then nothing else of the plan counts.

	Errors are found in three passes: cell by cell, member by member, and over the register as a whole.
	"""
	return Reader(known, today).read(rows)


class Reader:
	def __init__(self, known: Known, today: datetime.date):
		self.known, self.today = known, today
		self.plan = Plan()
		self.by_number: dict[int, MemberRow] = {}
		self.register_numbers: dict[int, int] = {}  # number: line, of readable operations and of others
		self.operations: dict[str, int] = {}  # what is said of each: line
		self.refused = False  # the titles are wrong: no line is read
		self.left_out: dict[int, Title] = {}  # columns that somebody chose to leave out
		self.titled: set[int] = set()
		self.mobiles: set[int] = set()  # columns with phones that people carry along
		self.of_country: dict[object, Known] = {}
		self.columns: set[str] = set()  # keys of those that the file has
		self.incomplete = False  # an operation could not be read: sums would be wrong

	def read(self, rows: Table | Iterable[tuple[int, Sequence[object]]]) -> Plan:
		if isinstance(rows, Table):
			self.plan.findings += rows.findings
			self.plan.lines, self.plan.left_out = max(rows.lines - 1, 0), rows.left_out
		columns: dict[int, Column] | None = None
		for line, cells in rows:
			if not any(filled(cell) for cell in cells):
				continue
			if columns is None:
				columns = self._columns(line, cells)
				continue
			self._sample(cells)
			if self.refused:
				continue
			self.plan.read += 1
			self._untitled(line, cells)
			self._line(line, self._by_key(columns, cells))
		if self.refused:
			return self.plan
		if not self.plan.members and not self.plan.errors:
			self._find(0, "nothing")
		for member in self.plan.members:
			self._member(member)
		for key in sorted(self.plan.lacks - self.columns - set(self.known.for_all)):
			self._find(0, "missing_for_all", key)
		self._doubles()
		if self._number_movements() and not self.incomplete:
			self._derive()
			self._number_members()
			self._totals()
		self.plan.findings.sort(key=lambda finding: finding.line)
		return self.plan

	def _find(self, line: int, code: str, column: str = "", notice: bool = False, **values) -> None:
		self.plan.findings.append(Finding(line, code, column, values, notice))

	# the header

	def _columns(self, line: int, cells: Sequence[object]) -> dict[int, Column]:
		columns: dict[int, Column] = {}
		for index, cell in enumerate(cells):
			if not filled(cell) or isinstance(cell, Unread):
				continue
			self.titled.add(index)
			title = " ".join(str(cell).split())
			key = self.known.titles.get(title, HEADERS.get(fold(title), ""))
			told = Title(letter(index), title[:140], key, left_out=title in self.known.titles and not key)
			self.plan.titles.append(told)
			if told.left_out:
				self.left_out[index] = told
			elif key not in BY_KEY:
				self._find(line, "column_unknown", title=title[:60], cell=letter(index))
			elif key not in SEVERAL and key in [column.key for column in columns.values()]:
				self._find(line, "column_twice", key)
			else:
				columns[index] = BY_KEY[key]
				if key == "phone" and MOBILE.search(fold(title)):
					self.mobiles.add(index)
		keys = self.columns = {column.key for column in columns.values()}
		if not keys & {"last_name", "organisation_name"} and keys:
			self._find(line, "column_missing", "last_name")
		if not keys:
			self.plan.findings = [
				finding for finding in self.plan.findings if finding.code != "column_unknown"
			]
			self._find(line, "no_header")
		self.refused = bool(self.plan.errors)
		if language := language_of(title.title for title in self.plan.titles):
			place = dataclasses.replace(self.known.place, language=language)
			self.known = dataclasses.replace(
				self.known, place=self.known.place if language == "en" else place
			)
		return columns

	def _sample(self, cells: Sequence[object]) -> None:
		"""A cell of each column, for whoever assigns it; what is in a column left out is counted."""
		titles = {title.letter: title for title in self.plan.titles}
		for index, cell in enumerate(cells):
			if not filled(cell):
				continue
			title = titles.get(letter(index))
			if title and not title.sample:
				title.sample = str(cell)[:60]
			if index in self.left_out:
				self.plan.left_out += 1

	def _untitled(self, line: int, cells: Sequence[object]) -> None:
		"""What stands beside the table, or under no title, would be lost."""
		for index, cell in enumerate(cells):
			if filled(cell) and index not in self.titled:
				at = letter(index)
				self._find(line, "cell_without_title", cell=f"{at}{line}", text=str(cell)[:40])

	# one line

	def _by_key(self, columns: dict[int, Column], cells: Sequence[object]) -> dict[str, list[object]]:
		"""The cells of a line that say something, by what their columns mean; mobile phones before others."""
		found: dict[str, list[object]] = {}
		for index in sorted(columns, key=lambda index: (index not in self.mobiles, index)):
			if index < len(cells) and filled(cells[index]):
				found.setdefault(columns[index].key, []).append(cells[index])
		return found

	def _line(self, line: int, cells: dict[str, list[object]]) -> None:
		values: dict[str, object] = {}
		unread = set()
		known = self.known
		for key in sorted(cells, key=lambda key: key != "country"):  # it decides how others are read
			try:
				values[key] = self._value(line, known, BY_KEY[key], cells[key])
				known = self._known_in(values["country"]) if key == "country" else known
			except Wrong as wrong:
				unread.add(key)
				self._find(line, wrong.code, key, **wrong.values)
		self._street(values)
		self._postcode(line, values)
		if values.get("total") == 0:  # who holds nothing has no operation
			del values["total"], cells["total"]
		member = self._member_of(line, values, unread)
		if any(key in cells for key in MOVEMENT_KEYS):
			self._movement(line, member, values, unread)

	def _postcode(self, line: int, values: dict[str, object]) -> None:
		country = values.get("country") or self.known.place.home
		written = values.get("postcode")
		if meant := with_lost_zeros(written, country):
			self._find(
				line,
				"postcode_short",
				"postcode",
				notice=True,
				text=written,
				country=country,
				suggestion=meant,
			)

	def _street(self, values: dict[str, object]) -> None:
		"""A house number of its own column goes to its street."""
		house, street = values.pop("house_number", None), values.get("address_line1") or ""
		if house and street.split()[-1:] != [house]:
			country = values.get("country") or self.known.place.home
			parts = (house, street) if country in NUMBER_FIRST else (street, house)
			values["address_line1"] = " ".join(filter(None, parts))

	def _value(self, line: int, known: Known, column: Column, cells: list[object]) -> object:
		"""The first cell that can be read; what another column for the same says besides is noted. Raises Wrong for none."""
		outcomes = [self._outcome(known, column, cell) for cell in cells]
		kept = next((value for value in outcomes if value is not None and not isinstance(value, Wrong)), None)
		wrong = next((value for value in outcomes if isinstance(value, Wrong)), None)
		if kept is None and wrong:
			raise wrong
		for cell, value in zip(cells, outcomes, strict=True):
			if value != kept:
				self._find(line, "not_kept", column.key, notice=True, text=str(cell)[:60], kept=str(kept))
				self.plan.left_out += 1
		return kept

	def _outcome(self, known: Known, column: Column, cell: object) -> object:
		try:
			refuse_failed(cell)
			return READERS[column.kind](known, column, cell)
		except Wrong as wrong:
			return wrong

	def _known_in(self, country: object) -> Known:
		"""The same for somebody who lives in a country: phone and registration numbers are of there."""
		home = self.known.place
		if not country or country == home.home:
			return self.known
		if country not in self.of_country:
			regions = tuple(dict.fromkeys(filter(None, (self.known.regions.get(country, ""), *home.regions))))
			place = Place(str(country), home.home, regions, home.language)
			self.of_country[country] = dataclasses.replace(self.known, place=place)
		return self.of_country[country]

	def _member_of(self, line: int, values: dict[str, object], unread: set[str]) -> MemberRow:
		"""The member whose line this is: a new one, or the one with this number, completed by what the line adds."""
		number = values.get("member_number")
		own = {key: values.get(key) for key in MEMBER_KEYS}
		member = self.by_number.get(number) if number else None
		if not member:
			member = MemberRow(line, own | {"unread": unread & set(MEMBER_KEYS)})
			self.plan.members.append(member)
			if number:
				self.by_number[number] = member
			return member
		for key, value in own.items():
			if value is None:
				continue
			if member.values[key] is None:
				member.values[key] = value
			elif member.values[key] != value:
				self._find(line, "differs", key, number=number, other=member.line)
		return member

	def _movement(self, line: int, member: MemberRow, values: dict[str, object], unread: set[str]) -> None:
		def missing(*keys: str) -> list[str]:
			return [key for key in keys if values.get(key) in (None, 0) and key not in unread]

		self._for_all(values, missing(*FOR_ALL))
		self._total(line, values)
		wanted = missing("effective_date", "share_class", "quantity")
		converted = [key for key in ("to_share_class", "to_quantity", "to_unit_price") if values.get(key)]
		if converted:
			wanted += missing("to_share_class", "to_quantity")
		for key in wanted:
			if key in self.columns or key not in FOR_ALL:
				self._find(line, "missing", key)
		number = values.get("register_number")
		if number in self.register_numbers:
			other = self.register_numbers[number]
			self._find(line, "register_number_twice", "register_number", number=number, other=other)
		elif number:
			self.register_numbers[number] = line
		if wanted or unread & set(MOVEMENT_KEYS):
			self.incomplete = True
			return
		share_class, price = values["share_class"]
		into, into_price = values.get("to_share_class") or ("", Decimal(0))
		row = MovementRow(
			line,
			member,
			values["effective_date"],
			share_class,
			-abs(values["quantity"]) if into else values["quantity"],
			price if values.get("unit_price") is None else values["unit_price"],
			number,
			values.get("from_member_number"),
			into,
			values.get("to_quantity") or 0,
			into_price if values.get("to_unit_price") is None else values["to_unit_price"],
		)
		if row.effective_date > self.today:
			self._find(line, "in_future", "effective_date")
		self._price(line, "unit_price", share_class, row.unit_price, price)
		if into:
			self._price(line, "to_unit_price", into, row.to_unit_price, into_price)
		if into == share_class:
			self._find(line, "same_class", "to_share_class")
		self._once(row)
		if row.from_member_number is not None:
			if row.quantity < 0:
				self._find(line, "two_givers", "from_member_number")
			elif row.from_member_number == member.number:
				self._find(line, "from_itself", "from_member_number")
		self.plan.movements.append(row)

	def _for_all(self, values: dict[str, object], missing: list[str]) -> None:
		"""What the line doesn't say is what was said for all lines; of one class of shares there is nothing to say."""
		if "share_class" in missing and len(only := set(self.known.classes.values())) == 1:
			values["share_class"] = only.pop()
			missing = [key for key in missing if key != "share_class"]
		self.plan.lacks.update(missing)
		values.update({key: self.known.for_all[key] for key in missing if key in self.known.for_all})

	def _total(self, line: int, values: dict[str, object]) -> None:
		"""The amount of all shares of a line says the price of one, or else how many there are."""
		total, quantity, share_class = (
			values.pop("total", None),
			values.get("quantity"),
			values.get("share_class"),
		)
		if not total or values.get("to_share_class"):
			return
		price = values.get("unit_price")
		if not quantity:
			price = price or (share_class and share_class[1])
			if price and not total % price:
				values["quantity"] = int(total / price)
			elif price:
				self._find(line, "total_uneven", "total", total=total, price=price)
		elif price is None:
			values["unit_price"] = one = (total / abs(quantity)).quantize(Decimal("0.01"))
			if one * abs(quantity) != total:
				self._find(line, "total_differs", "total", **_sum_of(quantity, one, total))
		elif price * abs(quantity) != total:
			self._find(line, "total_differs", "total", **_sum_of(quantity, price, total))

	def _once(self, row: MovementRow) -> None:
		"""A copied line doubles what somebody holds; numbers in the register tell two operations apart."""
		if row.number is not None:
			return
		said = dataclasses.replace(row, line=row.member.line, member=None)
		if other := self.operations.get(repr(said)):
			self._find(row.line, "operation_twice", "quantity", notice=True, other=other)
		self.operations[repr(said)] = row.line

	def _price(self, line: int, key: str, share_class: str, price: Decimal, expected: Decimal) -> None:
		"""Prices change over the years; not to a multiple. Mostly the value of all shares stands in the column."""
		if expected and not expected / FAR <= price <= expected * FAR:
			values = {"price": price, "share_class": share_class, "expected": expected}
			self._find(line, "price_far", key, notice=True, **values)

	# one member, when all of its lines are read

	def _member(self, member: MemberRow) -> None:
		values, line = member.values, member.line
		unread = values.pop("unread")
		if not values["member_type"]:
			values["member_type"] = ORGANISATION if values["organisation_name"] else INDIVIDUAL
		needed = "organisation_name" if member.is_organisation else "last_name"
		if not values[needed] and needed not in unread:
			code = "member_missing" if not member.name and member.number else "missing"
			self._find(line, code, needed, number=member.number)
		if said := remarks.of(values):
			self._find(line, "no_member", "", notice=True, text=said[:60])
		born = values["birth_date"]
		if born and born > self.today:
			self._find(line, "in_future", "birth_date")
		elif born and born.year < OLDEST_YEAR:
			self._find(line, "too_early", "birth_date", year=OLDEST_YEAR)
		for key in ("joined_on", "left_on"):
			if values[key] and values[key] > self.today:
				self._find(line, "in_future", key)
		if values["joined_on"] and values["left_on"] and values["left_on"] < values["joined_on"]:
			self._find(line, "left_before_joined", "left_on")
		if member.number in self.known.member_numbers:
			self._find(
				line,
				"number_taken",
				"member_number",
				number=member.number,
				name=self.known.member_numbers[member.number],
			)

	def _doubles(self) -> None:
		"""The same person or organisation twice is an error; what only looks alike is a notice."""
		registrations: dict[str, int] = {}
		names: dict[str, int] = {}
		persons = _Persons(self.known)
		for member in self.plan.members:
			line, values = member.line, member.values
			if member.is_organisation:
				number = values["registration_number"] or ""
				if number and number in self.known.registrations:
					self._find(line, "organisation_known", "registration_number", name=member.name)
				elif number and number in registrations:
					self._find(line, "organisation_twice", "registration_number", other=registrations[number])
				registrations.setdefault(number, line)
				self._named_alike(member, names)
			elif found := persons.like(member):
				code, column, other = found
				notice = code not in ("person_known", "person_twice")
				self._find(line, code, column, notice=notice, name=member.name, other=other)

	def _named_alike(self, member: MemberRow, names: dict[str, int]) -> None:
		"""An organisation without a number of its own that is called like another."""
		folded, number = fold(member.name), member.values["registration_number"]
		if not number and folded in self.known.organisations:
			self._find(
				member.line, "organisation_named_known", "organisation_name", notice=True, name=member.name
			)
		elif not number and folded in names:
			other = names[folded]
			self._find(member.line, "organisation_named_twice", "organisation_name", notice=True, other=other)
		names.setdefault(folded, member.line)

	# the register

	def _number_movements(self) -> bool:
		"""Put the operations in order and number them where nobody did. True when the register is without fault."""
		rows, known, errors = self.plan.movements, self.known, len(self.plan.errors)
		if rows and known.register == "live":
			self._find(rows[0].line, "register_live")
			return False
		if self.register_numbers:
			for row in rows:
				if row.number is None:
					self._find(row.line, "register_number_missing", "register_number")
			rows.sort(key=lambda row: row.number or 0)
			if not any(finding.column == "register_number" for finding in self.plan.errors):
				self._check_numbers()
		else:
			rows.sort(key=lambda row: (row.effective_date, row.line))
			for number, row in enumerate(rows, start=known.next_register_number):
				row.number = number
		for row in rows:
			giver = row.from_member_number if row.quantity > 0 else None
			if giver is not None and giver not in self.by_number:
				self._find(row.line, "giver_unknown", "from_member_number", number=giver)
		return len(self.plan.errors) == errors

	def _check_numbers(self) -> None:
		"""From the next number of the site's register to the last one here, each is there."""
		numbers, expected = self.register_numbers, self.known.next_register_number
		first, last = min(numbers), max(numbers)
		if first < expected:
			self._find(
				numbers[first], "register_not_continuing", "register_number", number=first, expected=expected
			)
		elif last - expected > 2 * len(numbers) + 10**5:
			self._find(0, "register_far_apart", "register_number", first=first, last=last)
		elif absent := sorted(set(gaps(numbers, first=expected))):
			self._find(0, "register_gaps", "register_number", numbers=ranges(absent))

	def _derive(self) -> None:
		"""Status, first and last dates from the movements, where the file does not say them."""
		held, first, last = self._holdings_by_line()
		for member in self.plan.members:
			values, shares = member.values, held.get(member.line, 0)
			moved = member.line in first
			status = values["status"]
			if not status:
				status = self._status(member, shares, moved)
			if not status:
				self._find(member.line, "status_missing", "status")
			elif status == ACTIVE and not shares and self.known.classes:
				self._find(member.line, "active_without_shares", "status")
			elif status != ACTIVE and shares > 0:
				self._find(member.line, "shares_without_status", "status", shares=shares)
			elif status == ACTIVE and values["left_on"]:
				self._find(member.line, "active_but_left", "left_on")
			elif status == CANDIDATE and (member.number or moved):
				self._find(member.line, "candidate_with_history", "status")
			values["status"] = status
			if moved and not values["joined_on"]:
				values["joined_on"] = first[member.line]
			if status == FORMER and moved and not values["left_on"]:
				values["left_on"] = last[member.line]

	def _status(self, member: MemberRow, shares: int, moved: bool) -> str:
		if shares > 0:
			return ACTIVE
		if moved or member.values["left_on"]:
			return FORMER
		return "" if member.number else CANDIDATE

	def _holdings_by_line(self) -> tuple[dict[int, int], dict[int, datetime.date], dict[int, datetime.date]]:
		"""Shares, first and last date of each member, by the line that introduced it."""
		held: dict[int, int] = {}
		first: dict[int, datetime.date] = {}
		last: dict[int, datetime.date] = {}
		for row in self.plan.movements:
			after = row.quantity + row.to_quantity
			touched = [(row.member, after)]
			if row.from_member_number in self.by_number:
				touched.append((self.by_number[row.from_member_number], -row.quantity))
			for member, change in touched:
				day = row.effective_date
				held[member.line] = held.get(member.line, 0) + change
				first[member.line] = min(day, first.get(member.line, day))
				last[member.line] = max(day, last.get(member.line, day))
		return held, first, last

	def _number_members(self) -> None:
		"""Members without a number who are or were members get the next ones, in order of date."""
		following = max(self.known.next_member_number, self.plan.highest_member_number + 1)
		nameless = [m for m in self.plan.members if not m.number and m.values["status"] != CANDIDATE]
		if not self.plan.errors and (absent := self._member_gaps()):
			self._find(0, "member_gaps", "member_number", notice=True, numbers=ranges(absent))
		late = datetime.date.max
		for member in sorted(nameless, key=lambda m: (m.values["joined_on"] or late, m.line)):
			member.values["member_number"] = following
			self.by_number[following] = member
			following += 1

	def _member_gaps(self) -> list[int]:
		"""Member numbers that nobody has, from the first one free on this site to the highest of the file."""
		first, last = self.known.next_member_number, self.plan.highest_member_number
		if last - first > 2 * len(self.by_number) + 10**5:
			return [first, last]
		return gaps((number for number in self.by_number if number >= first), first)

	def _totals(self) -> None:
		movements = [row.movement() for row in self.plan.movements]
		lines = {row.number: row.line for row in self.plan.movements}
		for movement, number, _share_class, held in overdrawn(movements):
			name = self.by_number[int(number)].name
			self._find(
				lines[movement.number], "overdrawn", "quantity", name=name, held=held + movement.quantity
			)
		for number, classes in holdings(movements).items():
			member = self.by_number[int(number)]
			member.shares = sum(h.quantity for h in classes.values())
			member.value = sum((h.value for h in classes.values()), Decimal(0))
			for share_class, held in classes.items():
				shares, value = self.plan.sums.get(share_class, (0, Decimal(0)))
				self.plan.sums[share_class] = (shares + held.quantity, value + held.value)


class _Persons:
	"""Who is who: one person is one e-mail address, one name and no other birth date. All else only looks alike."""

	def __init__(self, known: Known):
		self.known = known
		self.alike = {(email, fold(name)) for email, name in known.persons}
		self.persons: dict[tuple[str, str], list[tuple[int, object]]] = {}
		self.emails: dict[str, tuple[int, str]] = {}
		self.births: dict[tuple[str, object], int] = {}
		self.names: dict[str, list[tuple[int, str, object]]] = {}

	def like(self, member: MemberRow) -> tuple[str, str, int] | None:
		"""(finding, column, line of the other) when somebody seems to be this person; and remember the person."""
		email, born = member.values["email"] or "", member.values["birth_date"]
		name, folded = same(member.name), fold(member.name)
		found = self._known(email, name, folded, born) or self._in_file(email, name, folded, born)
		self.persons.setdefault((email, name), []).append((member.line, born))
		self.emails.setdefault(email, (member.line, folded))
		self.births.setdefault((folded, born), member.line)
		self.names.setdefault(folded, []).append((member.line, email, born))
		return found

	def _known(self, email: str, name: str, folded: str, born: object) -> tuple[str, str, int] | None:
		if email and (email, name) in self.known.persons:
			births = self.known.births.get((email, name), frozenset())
			differs = born and births and born not in births
			return ("namesake_known", "birth_date", 0) if differs else ("person_known", "email", 0)
		if email and (email, folded) in self.alike:
			return "person_alike_known", "email", 0
		namesakes = self.known.namesakes.get(folded, ())
		if born and any(other_born == born for _email, other_born in namesakes):
			return "person_born_known", "birth_date", 0
		if any(_may_be(email, born, *other) for other in namesakes):
			return "person_named_known", "last_name", 0
		return None

	def _in_file(self, email: str, name: str, folded: str, born: object) -> tuple[str, str, int] | None:
		for line, other_born in self.persons.get((email, name), []) if email else []:
			if not (born and other_born and born != other_born):
				return "person_twice", "email", line
		if email and email in self.emails:
			line, other = self.emails[email]
			return ("person_alike" if other == folded else "email_shared"), "email", line
		if born and (folded, born) in self.births:
			return "looks_alike", "birth_date", self.births[folded, born]
		for line, *other in self.names.get(folded, []):
			if _may_be(email, born, *other):
				return "named_twice", "last_name", line
		return None


def _may_be(email: str, born: object, other_email: str, other_born: object) -> bool:
	"""True when neither mailbox nor birth date tells two people of one name apart."""
	return not (email and other_email and email != other_email) and not (
		born and other_born and born != other_born
	)


def _sum_of(quantity: int, price: Decimal, total: Decimal) -> dict[str, object]:
	return {"quantity": abs(quantity), "price": price, "product": abs(quantity) * price, "total": total}
