"""Pure tests of payment references and EPC codes."""

import unittest

from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649
from stdnum.be import ogm_vcs

from coop_membership.payments.epc import qr_code
from coop_membership.payments.reference import compact, is_valid, structured_reference

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=60)


class TestReference(unittest.TestCase):
	@given(NAMES, st.integers(0, 5))
	def test_belgian_references_have_the_form_and_the_check_digits_of_febelfin(self, name, attempt):
		reference = structured_reference(name, "Belgium", attempt)
		self.assertRegex(reference, r"^\+\+\+\d{3}/\d{4}/\d{5}\+\+\+$")
		self.assertTrue(ogm_vcs.is_valid(compact(reference)))

	@given(NAMES, st.integers(0, 5))
	def test_other_references_are_iso_11649(self, name, attempt):
		reference = structured_reference(name, "France", attempt)
		self.assertTrue(iso11649.is_valid(reference))
		self.assertLessEqual(len(reference), 25)

	def test_the_same_document_has_the_same_reference_and_another_attempt_another_one(self):
		for country in ("Belgium", "Switzerland"):
			first = structured_reference("SUB-2026-00001", country)
			self.assertEqual(first, structured_reference("SUB-2026-00001", country))
			self.assertNotEqual(first, structured_reference("SUB-2026-00001", country, attempt=1))

	@given(st.integers(10**9, 10**10 - 1), st.integers(0, 11))
	def test_one_wrong_digit_is_noticed(self, base, position):
		"""A treasurer mistypes one digit of a Belgian communication: it is no longer valid."""
		digits = f"{base:010d}{ogm_vcs.calc_check_digits(str(base))}"
		wrong = digits[:position] + str((int(digits[position]) + 1) % 10) + digits[position + 1 :]
		self.assertTrue(is_valid(digits))
		self.assertFalse(is_valid(wrong))


class TestQrCode(unittest.TestCase):
	def test_a_code_needs_an_account_and_an_amount(self):
		self.assertEqual(qr_code("Coop", "", 75, "RF55SUB202600001"), "")
		self.assertEqual(qr_code("Coop", "BE71096123456769", 0, "RF55SUB202600001"), "")
		for reference in ("RF55SUB202600001", "+++363/8925/80502+++"):
			code = qr_code("Coop", "BE71 0961 2345 6769", 75, reference)
			self.assertTrue(code.startswith("data:image/png;base64,"))
