"""Who is the same person: rules without a database."""

from __future__ import annotations

import unittest

from hypothesis import given
from hypothesis import strategies as st

from coop_membership.people import persons
from coop_membership.people.persons import BIRTH_DATE, FIRST_NAME, NAME, NATIONAL_NUMBER, Person

LEA = Person("Léa", "Martin", "1990-02-03", "90.02.03-001.23")
PEOPLE = st.builds(
	Person,
	st.sampled_from(["", None, "Léa", "Lea", "Marc", "Anne Marie", "Anne"]),
	st.sampled_from(["", None, "Martin", "MARTIN", "Marie Durand", "Durand"]),
	st.sampled_from(["", None, "1990-02-03", "1960-02-03"]),
	st.sampled_from(["", None, "90020300123", "90.02.03-001.23", "60020300177"]),
)


MOTHER = LEA._replace(birth_date="1960-02-03", national_number=None)


class TestNamesakes(unittest.TestCase):
	def test_of_several_people_of_one_mailbox(self):
		"""Mother and daughter are called Léa Martin and share a mailbox: the birth date tells whom a request is about, and
		without one nobody is chosen. One person noted twice is the first of both.
		"""
		unborn = LEA._replace(birth_date=None, national_number=None)
		for known, person, expected in (
			((MOTHER, LEA), LEA, 1),
			((LEA, MOTHER), LEA, 0),
			((MOTHER, LEA), MOTHER, 0),
			((MOTHER, LEA), unborn, None),
			((unborn, LEA), LEA, 1),
			((unborn, LEA), MOTHER, 0),  # Léa of 1990 it is not
			((LEA, LEA), LEA, 0),
			((unborn, unborn), LEA, 0),
			((MOTHER,), LEA, None),
			((LEA._replace(first_name="Marc"),), LEA, None),
			((), LEA, None),
		):
			with self.subTest(known=known, person=person):
				self.assertEqual(persons.the_one(person, known), expected)

	@given(PEOPLE, st.lists(PEOPLE, max_size=4))
	def test_who_is_chosen_contradicts_nothing(self, person, known):
		which = persons.the_one(person, known)
		if which is not None:
			self.assertIsNone(persons.contradiction(person, known[which]))
			self.assertTrue(persons.likeness(known[which], person))


class TestContradiction(unittest.TestCase):
	def test_pairs(self):
		"""Each boundary beside the case: unknown, written otherwise, another one."""
		for other, expected in (
			(LEA, None),
			(LEA._replace(first_name="LEA", last_name="martin"), None),
			(LEA._replace(birth_date=None), None),
			(LEA._replace(birth_date="1990-02-03 00:00:00"), None),
			(LEA._replace(national_number="90020300123"), None),
			(LEA._replace(last_name="Moreau"), None),  # she married
			(LEA._replace(first_name=None), None),
			(LEA._replace(birth_date="1990-02-04"), BIRTH_DATE),
			(LEA._replace(national_number="90020300222"), NATIONAL_NUMBER),
			(LEA._replace(first_name="Lena"), FIRST_NAME),  # twins
			(
				LEA._replace(birth_date="1962-07-01", national_number=None),
				BIRTH_DATE,
			),  # her mother, called Léa too
		):
			with self.subTest(other):
				self.assertEqual(persons.contradiction(LEA, other), expected)

	def test_one_name_cut_in_two_ways(self):
		self.assertIsNone(
			persons.contradiction(Person("Anne Marie", "Durand"), Person("Anne", "Marie Durand"))
		)

	def test_likeness(self):
		"""By name, after a marriage by the birth date, and never on a last name alone."""
		for other, expected in (
			(Person("Léa", "Martin"), NAME),
			(LEA._replace(last_name="Moreau"), BIRTH_DATE),
			(Person("Léa", "Moreau"), None),
			(Person(None, "Martin"), None),
			(Person(), None),
		):
			with self.subTest(other):
				self.assertEqual(persons.likeness(LEA, other), expected)

	@given(PEOPLE, PEOPLE)
	def test_both_ways(self, one, other):
		"""Who is compared with whom makes no difference."""
		self.assertEqual(persons.contradiction(one, other), persons.contradiction(other, one))
		self.assertEqual(persons.likeness(one, other), persons.likeness(other, one))

	@given(PEOPLE, PEOPLE)
	def test_what_differs_is_never_alike(self, one, other):
		if persons.contradiction(one, other):
			self.assertIsNone(persons.likeness(one, other))

	@given(PEOPLE)
	def test_nobody_contradicts_themselves(self, one):
		self.assertIsNone(persons.contradiction(one, one))

	@given(PEOPLE, PEOPLE)
	def test_knowing_less_never_makes_a_contradiction(self, one, other):
		if not persons.contradiction(one, other):
			for field in Person._fields[2:]:
				self.assertIsNone(persons.contradiction(one, other._replace(**{field: None})))
