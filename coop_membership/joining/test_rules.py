"""Pure tests of the application rules: every problem that the rules know is met here once, and a good request passes."""

import datetime
import unittest

from hypothesis import given
from hypothesis import strategies as st

from coop_membership.joining.rules import ClassTerms, ConsentTerms, Request, Terms, age_on, check, room_for

TODAY = datetime.date(2026, 11, 22)
GOOD = {
	"applicant_type": "Individual",
	"first_name": "Anne-Marie",
	"last_name": "D'Hondt",
	"email": "anne@example.org",
	"phone": "+32 470 12 34 56",
	"birth_date": datetime.date(1980, 2, 29),
	"address_line1": "Rue Haute 1",
	"postcode": "1000",
	"city": "Bruxelles",
	"country": "Belgium",
	"iban": "BE71 0961 2345 6769",
	"gender": "",
}
TERMS = Terms(
	cooperative="Coop",
	minimum_age=18,
	maximum_amount=1000,
	classes={
		"A": ClassTerms("Part A", 25, "Coop", minimum_quantity=2, enforce_minimum=True, maximum_quantity=30),
		"B": ClassTerms("Part B", 100, "Coop", for_individuals=False),
		"C": ClassTerms("Part C", 10, "Coop", for_organisations=False),
		"D": ClassTerms("Part D", 10, "Coop", on_website=False),
		"E": ClassTerms("Part E", 10, "Coop", disabled=True),
		"F": ClassTerms("Part F", 10, "Other Coop"),
	},
	consents={"statutes": ConsentTerms("Statuts"), "news": ConsentTerms("News", required=False)},
)


def codes(lines=(("A", 2),), consents=("statutes",), terms=TERMS, public=True, **changes) -> list[str]:
	request = Request(GOOD | changes, lines, consents, public)
	return [problem.code for problem in check(request, terms, TODAY)]


class TestRules(unittest.TestCase):
	def test_a_good_request_has_no_problem(self):
		self.assertEqual(codes(), [])
		self.assertEqual(codes(consents=("statutes", "news")), [])

	def test_each_wrong_field_is_named(self):
		for change, code in (
			({"first_name": " "}, "missing"),
			({"last_name": ""}, "missing"),
			({"birth_date": None}, "missing"),
			({"address_line1": ""}, "missing"),
			({"postcode": ""}, "missing"),
			({"city": ""}, "missing"),
			({"country": ""}, "missing"),
			({"email": ""}, "missing"),
			({"email": "anne@example"}, "email_wrong"),
			({"email": "anne example.org"}, "email_wrong"),
			({"email": "a@b.org, c@d.org"}, "email_wrong"),
			({"phone": "call me"}, "phone_wrong"),
			({"iban": "BE71 0961 2345 6760"}, "iban_wrong"),
			({"gender": "Cat"}, "gender_unknown"),
			({"applicant_type": "Robot"}, "applicant_type_unknown"),
			({"first_name": "x" * 141}, "too_long"),
			({"last_name": "http://buy.example"}, "no_links"),
			({"city": "<script>"}, "no_links"),
			({"first_name": "12345"}, "not_a_name"),
			({"birth_date": datetime.date(2026, 11, 23)}, "born_in_future"),
			({"birth_date": datetime.date(1899, 12, 31)}, "born_too_early"),
			({"birth_date": datetime.date(2008, 11, 23)}, "too_young"),
			({"birth_date": "soon"}, "birth_date_unreadable"),
		):
			with self.subTest(change):
				self.assertEqual(codes(**change), [code])

	def test_shares(self):
		for lines, code in (
			([], "no_shares"),
			([("A", 0)], "quantity_wrong"),
			([("A", -3)], "quantity_wrong"),
			([("A", 1)], "below_minimum"),
			([("A", 31)], "above_maximum"),
			([("B", 1)], "not_for_individuals"),
			([("D", 1)], "class_closed"),
			([("E", 1)], "class_closed"),
			([("F", 1)], "class_unknown"),
			([("Z", 1)], "class_unknown"),
			([("A", 2), ("A", 3)], "class_twice"),
			([("A", 30), ("C", 26)], "amount_too_high"),
		):
			with self.subTest(lines):
				self.assertEqual(codes(lines), [code])

	def test_what_the_member_holds_counts_with_it(self):
		"""A holder of 30 A (750) may not exceed the maximum of 30, nor 1,000 in all; one A more passes the minimum."""
		terms = Terms(**(vars(TERMS) | {"held": {"A": (30, 750.0)}}))
		self.assertEqual(codes([("A", 1)], terms=terms), ["above_maximum"])
		self.assertEqual(codes([("C", 26)], terms=terms), ["amount_too_high"])
		terms = Terms(**(vars(TERMS) | {"held": {"A": (5, 125.0)}}))
		self.assertEqual(codes([("A", 1)], terms=terms), [])

	def test_single_class_rule(self):
		terms = Terms(**(vars(TERMS) | {"single_share_class": True}))
		self.assertEqual(codes([("A", 2), ("C", 1)], terms=terms), ["one_class_only"])
		terms = Terms(**(vars(terms) | {"held": {"C": (1, 10.0)}}))
		self.assertEqual(codes([("A", 2)], terms=terms), ["one_class_only"])

	def test_an_association_asks_for_dues(self):
		"""Where there are no shares, dues are enough and shares are refused; where both are had, either is enough."""

		def asked(terms, lines=(), plan=""):
			return [problem.code for problem in check(Request(GOOD, lines, plan=plan), terms, TODAY)]

		association = Terms("Coop", has_shares=False, dues_suffice=True)
		both = Terms("Coop", dues_suffice=True, classes=TERMS.classes)
		self.assertEqual(asked(association, plan="Yearly"), [])
		self.assertEqual(asked(association), ["no_plan"])
		self.assertEqual(asked(association, [("A", 2)], "Yearly"), ["shares_unknown"])
		self.assertEqual(asked(both, plan="Yearly"), [])
		self.assertEqual(asked(both, [("A", 2)]), [])
		self.assertEqual(asked(both), ["nothing_asked"])
		self.assertEqual(asked(TERMS, plan="Yearly"), ["no_shares"])

	def test_consents(self):
		self.assertEqual(codes(consents=()), ["consent_missing"])
		self.assertEqual(codes(consents=("statutes", "soul")), ["consent_unknown"])
		self.assertEqual(codes(consents=(), public=False), [])

	def test_an_iban_is_asked_only_when_the_cooperative_wants_it(self):
		self.assertEqual(codes(iban=""), [])
		terms = Terms(**(vars(TERMS) | {"require_iban": True}))
		self.assertEqual(codes(iban="", terms=terms), ["iban_missing"])

	def test_the_desk_may_know_less_but_the_share_rules_hold_there_too(self):
		"""peers.md 1.3 [B]: the peer checks quantities on the website only."""
		self.assertEqual(codes(public=False, birth_date=None, city="", postcode="", address_line1=""), [])
		self.assertEqual(codes([("A", 1)], public=False), ["below_minimum"])
		self.assertEqual(codes([("D", 1)], public=False), [])

	@given(st.dates(datetime.date(1900, 1, 1), TODAY), st.dates(datetime.date(1900, 1, 1), TODAY))
	def test_age_grows_by_one_each_birthday(self, born, day):
		born, day = min(born, day), max(born, day)
		age = age_on(born, day)
		self.assertGreaterEqual(age, 0)
		self.assertLess((day - born).days, (age + 1) * 366)
		self.assertGreaterEqual((day - born).days, age * 365)

	def test_somebody_turns_18_on_the_birthday_itself(self):
		self.assertEqual(age_on(datetime.date(2008, 11, 22), TODAY), 18)
		self.assertEqual(age_on(datetime.date(2008, 11, 23), TODAY), 17)


class TestRoom(unittest.TestCase):
	@given(
		held=st.integers(0, 40),
		others=st.integers(0, 40),
		maximum_quantity=st.integers(0, 40),
		maximum_amount=st.sampled_from([0, 60, 100, 999.99, 1000]),
		single=st.booleans(),
		price=st.sampled_from([10, 25, 33.33, 0.1]),
	)
	def test_one_share_more_than_there_is_room_for_is_refused(
		self, held, others, maximum_quantity, maximum_amount, single, price
	):
		"""What is offered passes the rules of a request, and the next share does not."""
		terms = Terms(
			cooperative="Coop",
			maximum_amount=maximum_amount,
			single_share_class=single,
			classes={"A": ClassTerms("Part A", price, "Coop", maximum_quantity=maximum_quantity)},
			held={"A": (held, held * price), "B": (others, others * 10.0)},
		)
		limits = {"above_maximum", "amount_too_high", "one_class_only"}

		def refused(quantity: int) -> bool:
			request = Request({"applicant_type": "Individual"}, [("A", quantity)])
			return bool(
				limits & {problem.code for problem in check(request, terms, datetime.date(2026, 3, 1))}
			)

		room = room_for("A", terms)
		self.assertTrue(refused(room + 1))
		if room:
			self.assertFalse(refused(room))
