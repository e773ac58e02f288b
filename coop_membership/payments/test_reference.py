"""Pure tests of payment references and EPC codes."""

import unittest
from unittest.mock import patch

import segno.helpers
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649
from stdnum.be import ogm_vcs

from coop_membership.payments import epc
from coop_membership.payments.epc import qr_code
from coop_membership.payments.reference import compact, references_in, structured_reference

NAMES = st.text(min_size=1, max_size=60)  # of whatever can be stored: no surrogates


def is_valid(reference: str) -> bool:
	"""A Belgian communication or an ISO 11649 reference whose check digits are right."""
	return ogm_vcs.is_valid(reference.replace("+", "")) or iso11649.is_valid(reference)


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

	@given(
		NAMES,
		st.sampled_from(["Belgium", "France"]),
		st.sampled_from(["", "dues 2026 ", "VIR/INST. "]),
		st.booleans(),
	)
	def test_a_reference_is_found_in_what_a_payer_wrote(self, name, country, words, spaced):
		reference = structured_reference(name, country)
		written = (
			words + (" ".join(reference) if spaced else reference.lower()) + (" merci" if spaced else "")
		)
		self.assertIn(reference, references_in(written))

	def test_what_is_no_reference_names_nothing(self):
		for written in (None, "", "dues 2026", "+++123/4567/89003+++", "RF00SUB1", "RF", "1234567890"):
			self.assertEqual(references_in(written), set(), written)

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

	def test_what_the_standard_has_no_code_for_gets_none(self):
		"""Amounts below a cent or above 999,999,999.99, a reference of 141 signs, no reference or name, an account or a
		BIC stored long ago that is none: no code, and no error. At the limits there is one."""
		whole = {
			"name": "Coop",
			"iban": "BE71096123456769",
			"amount": 75,
			"reference": "SUB-1",
			"bic": "GEBABEBB",
		}
		for field, values in {
			"amount": (0, 0.004, -75, 1_000_000_000, 999_999_999.996, 1e40, float("nan"), float("inf"), None),
			"reference": ("x" * 141, "", " ", None),
			"name": ("", "\u00a0", None),
			"iban": ("BE71096123456760", "BE71", "XX", "not known", None),
			"bic": ("GEBA", "GEBABEB1B", "12345678", "see below"),
		}.items():
			for value in values:
				with self.subTest(field, value=value):
					self.assertEqual(qr_code(**{**whole, field: value}), "")
		for field, values in {
			"amount": (0.01, 0.005, 999_999_999.99),
			"reference": ("x" * 140, "RF55 SUB2 0260 0001"),
			"name": ("Coopérative " * 20, "Ελληνική " * 4, "A\nB"),
			"bic": ("", None, "GEBA BE BB", "geba be bb xxx"),
		}.items():
			for value in values:
				with self.subTest(field, value=value):
					self.assertTrue(qr_code(**{**whole, field: value}))

	def test_too_many_bytes_in_all(self):
		"""Each field within its length, yet more than 331 bytes together: 70 Chinese signs and a text of 140."""
		self.assertEqual(qr_code("合" * 70, "BE71096123456769", 75, "作" * 140), "")

	def test_the_code_holds_the_one_form_of_each_value(self):
		"""GEBA BE BB and spaces in the IBAN: without them in the code; a line break can't begin another field."""
		with patch.object(epc, "make_epc_qr", wraps=segno.helpers.make_epc_qr) as made:
			qr_code("Les\nJardins", "BE71 0961 2345 6769", 0.1, "A\nB", "GEBA BE BB")
		said = made.call_args.kwargs
		self.assertEqual((said["bic"], said["iban"]), ("GEBABEBB", "BE71096123456769"))
		self.assertEqual((said["name"], said["text"], str(said["amount"])), ("Les Jardins", "A B", "0.10"))

	@given(
		st.text(), st.text(), st.floats(allow_nan=True, allow_infinity=True), st.text(), st.text() | st.none()
	)
	def test_never_an_error(self, name, iban, amount, reference, bic):
		"""Whatever is stored, a page can be printed."""
		qr_code(name, iban, amount, reference, bic)
		qr_code(name, "BE71096123456769", amount, reference)
