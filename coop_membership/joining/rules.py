"""What a membership application must satisfy. Pure: no database, no clock, no language.

`check` yields problems as codes with values; `problems.py` turns each into a sentence. Rules and their sources:
required fields and age as the public forms of the field's peers; minimum and maximum quantity, maximum amount and
the single class rule hold for every source, not only for the website (peers.md 1.3 [B]).
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coop_membership.states.members import INDIVIDUAL, ORGANISATION
from coop_membership.values import Place, Wrong, person

MOST_SHARES = 1_000_000  # more is a slip of the keyboard, and no column's size is ever met
GENDERS = ("", "Female", "Male", "Other")
APPLICANT_TYPES = (INDIVIDUAL, ORGANISATION)

PUBLIC_REQUIRED = (
	"first_name",
	"last_name",
	"email",
	"birth_date",
	"address_line1",
	"postcode",
	"city",
	"country",
)
OF_ORGANISATIONS = ("organisation_name", "organisation_email", "registration_number")


@dataclass(frozen=True)
class Problem:
	"""One thing that is wrong: a code of `problems.MESSAGES`, the field it is about, and values for the sentence."""

	code: str
	field: str = ""
	values: Mapping = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class ClassTerms:
	"""What a share class allows. Quantities in shares, price in the cooperative's currency; a maximum of 0 is none."""

	title: str
	unit_price: float
	cooperative: str = ""
	minimum_quantity: int = 1
	enforce_minimum: bool = False
	maximum_quantity: int = 0
	for_individuals: bool = True
	for_organisations: bool = True
	on_website: bool = True
	disabled: bool = False


@dataclass(frozen=True)
class ConsentTerms:
	title: str
	shown: bool = True
	required: bool = True


@dataclass(frozen=True)
class Terms:
	"""What the cooperative asks. `held` is what the matched member holds already: {share class: (shares, value)}."""

	cooperative: str
	minimum_age: int = 0
	maximum_amount: float = 0
	single_share_class: bool = False
	has_shares: bool = True  # an association has none
	dues_suffice: bool = False  # who asks for dues alone joins too
	require_iban: bool = False
	classes: Mapping[str, ClassTerms] = dataclasses.field(default_factory=dict)
	consents: Mapping[str, ConsentTerms] = dataclasses.field(default_factory=dict)
	held: Mapping[str, tuple[int, float]] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Request:
	"""What the person wrote. `lines` are (share class, quantity); `values` the other fields by name."""

	values: Mapping[str, object]
	lines: Sequence[tuple[str, int]]
	consents: Sequence[str] = ()
	public: bool = False
	place: Place | None = None  # without one, the country that the person names
	plan: str = ""
	covered: bool = False  # by the dues of somebody else


def check(request: Request, terms: Terms, today: datetime.date) -> Iterator[Problem]:
	"""Everything that is wrong with the request, in the order of the form."""
	yield from _person(request, terms, today)
	yield from _values(request, today)
	if terms.require_iban and request.public and not str(request.values.get("iban") or "").strip():
		yield Problem("iban_missing", "iban")
	yield from _shares(request, terms)
	if request.public:
		yield from _consents(request, terms)


def room_for(share_class: str, terms: Terms) -> int:
	"""How many more shares of a class the member may subscribe, by the maximum quantity, the maximum amount and the
	single class rule; 0 when none."""
	terms_of_class = terms.classes[share_class]
	if terms.single_share_class and {name for name, (shares, _value) in terms.held.items() if shares} - {
		share_class
	}:
		return 0
	room = (terms_of_class.maximum_quantity or MOST_SHARES) - terms.held.get(share_class, (0, 0))[0]
	if terms.maximum_amount and terms_of_class.unit_price:
		left = terms.maximum_amount - sum(value for _shares, value in terms.held.values())
		room = min(room, int(round(left / terms_of_class.unit_price, 6)))
	return max(room, 0)


def age_on(birth_date: datetime.date, day: datetime.date) -> int:
	"""Full years on a day; somebody born on 29 February grows older on 1 March in other years."""
	return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def _person(request: Request, terms: Terms, today: datetime.date) -> Iterator[Problem]:
	values = request.values
	if values.get("applicant_type") not in APPLICANT_TYPES:
		yield Problem("applicant_type_unknown", "applicant_type")
	required = PUBLIC_REQUIRED if request.public else ("first_name", "last_name", "email")
	if values.get("applicant_type") == ORGANISATION:
		required = ("organisation_name", *(name for name in required if name != "birth_date"))
	for name in required:
		if not str(values.get(name) or "").strip():
			yield Problem("missing", name)
	for name in ("first_name", "last_name"):
		if (written := str(values.get(name) or "")).strip() and not any(char.isalpha() for char in written):
			yield Problem("not_a_name", name)
	if (values.get("gender") or "") not in GENDERS:
		yield Problem("gender_unknown", "gender")
	born = values.get("birth_date")
	if (
		isinstance(born, datetime.date)
		and values.get("applicant_type") == INDIVIDUAL
		and terms.minimum_age
		and age_on(born, today) < terms.minimum_age
		and born <= today
	):
		yield Problem("too_young", "birth_date", {"age": terms.minimum_age})


def _values(request: Request, today: datetime.date) -> Iterator[Problem]:
	"""What the rule of each field refuses; an organisation's fields count for organisations only."""
	values = request.values
	place = request.place or Place(country=str(values.get("country") or ""))
	is_organisation = values.get("applicant_type") == ORGANISATION
	for name, outcome in person.read(values, place, today):
		if isinstance(outcome, Wrong) and outcome.code == "not_a_name":
			continue  # said with the person
		if isinstance(outcome, Wrong) and (is_organisation or name not in OF_ORGANISATIONS):
			unreadable = outcome.code == "date_wrong"
			yield Problem("birth_date_unreadable" if unreadable else outcome.code, name, outcome.values)


def _shares(request: Request, terms: Terms) -> Iterator[Problem]:
	if request.covered:
		if request.lines or request.plan:
			yield Problem("covered_alone", "plan")
		return
	if not request.lines:
		if not terms.dues_suffice:
			yield Problem("no_shares", "shares")
		elif not request.plan:
			yield Problem("nothing_asked" if terms.has_shares else "no_plan", "plan")
		return
	if not terms.has_shares:
		yield Problem("shares_unknown", "shares")
		return
	names = [name for name, _quantity in request.lines]
	if len(names) != len(set(names)):
		yield Problem("class_twice", "shares")
	total = sum(value for _shares, value in terms.held.values())
	for name, quantity in request.lines:
		terms_of_class = terms.classes.get(name)
		if not terms_of_class or terms_of_class.cooperative not in ("", terms.cooperative):
			yield Problem("class_unknown", "shares")
			continue
		yield from _line(request, terms_of_class, quantity, terms.held.get(name, (0, 0))[0])
		total += max(quantity, 0) * terms_of_class.unit_price
	total = round(total, 2)  # 600 shares at 0.10 are 60.00, not a hair more
	if terms.maximum_amount and total > terms.maximum_amount:
		yield Problem("amount_too_high", "shares", {"maximum": terms.maximum_amount, "amount": total})
	held = {name for name, (shares, _value) in terms.held.items() if shares}
	if terms.single_share_class and len(held | set(names)) > 1:
		yield Problem("one_class_only", "shares")


def _line(request: Request, terms: ClassTerms, quantity: int, held: int) -> Iterator[Problem]:
	title = {"title": terms.title}
	if terms.disabled or (request.public and not terms.on_website):
		yield Problem("class_closed", "shares", title)
	elif request.values.get("applicant_type") == ORGANISATION:
		if not terms.for_organisations:
			yield Problem("not_for_organisations", "shares", title)
	elif not terms.for_individuals:
		yield Problem("not_for_individuals", "shares", title)
	if quantity < 1:
		yield Problem("quantity_wrong", "shares", title)
	elif terms.enforce_minimum and quantity + held < terms.minimum_quantity:
		yield Problem("below_minimum", "shares", title | {"minimum": terms.minimum_quantity - held})
	elif quantity + held > (maximum := terms.maximum_quantity or MOST_SHARES):
		yield Problem("above_maximum", "shares", title | {"maximum": max(maximum - held, 0)})


def _consents(request: Request, terms: Terms) -> Iterator[Problem]:
	for key in request.consents:
		if key not in terms.consents or not terms.consents[key].shown:
			yield Problem("consent_unknown", "consents")
	for key, consent in terms.consents.items():
		if consent.shown and consent.required and key not in request.consents:
			yield Problem("consent_missing", "consents", {"title": consent.title})
