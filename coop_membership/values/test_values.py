"""Pure tests of the values: each kind has one stored form, reads as itself again, and says why it refuses."""

import datetime
import posixpath
import unicodedata
import unittest
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st
from stdnum import iban as iban_rules

from coop_membership.values import (
	NOWHERE,
	Place,
	Wrong,
	amounts,
	bank,
	dates,
	file_addresses,
	mailboxes,
	names,
	numbers,
	phones,
	postcodes,
	text,
)

BELGIUM = Place("Belgium", "Belgium", ("BE",), "fr")
FRANCE = Place("France", "France", ("FR",), "fr")
SWITZERLAND = Place("Switzerland", "Switzerland", ("CH",), "de")
TODAY = datetime.date(2026, 11, 22)
INVISIBLE = "\u200b\u200c\u200d\ufeff\u2060\u00ad\u200e\u200f\u061c\u2066\u2069\u202a\u202c\u180e\u3164\u034f\U000e0041"


def outcome(rule, *written):
	"""What a rule stores, or the code of what it refuses."""
	try:
		return rule(*written)
	except Wrong as wrong:
		return wrong.code


class TestText(unittest.TestCase):
	def test_signs_that_nobody_sees_are_taken_out(self):
		for sign in INVISIBLE:
			with self.subTest(sign=f"U+{ord(sign):04X}"):
				self.assertEqual(text.line(f"{sign}Du{sign}pont{sign}"), "Dupont")
		self.assertEqual(text.line("  Anne \t Marie\u00a0Léa\n"), "Anne Marie Léa")
		self.assertEqual(text.line("Zoe\u200d\u0308"), "Zoë", "an accent behind a joiner finds its letter")

	def test_what_misleads_or_was_lost_is_refused(self):
		for written, code in (
			("Du\ud83dpont", "unreadable_sign"),
			("D\ufffdpont", "unreadable_sign"),
			("L\x92Heureux", "unreadable_sign"),
			("Dupont\u202etnopuD", "hidden_order"),
			("\u202dDupont", "hidden_order"),
			("x" * 141, "too_long"),
			("x" * 140, "x" * 140),
		):
			with self.subTest(written=ascii(written)):
				self.assertEqual(outcome(text.line, written), code)

	def test_several_lines_stay_several(self):
		self.assertEqual(
			text.lines(" Rue Haute 1 \r\n1000\tBruxelles\u200b\n\n"), "Rue Haute 1\n1000 Bruxelles"
		)

	@given(st.text())
	@example("e\u200d\u0301")
	def test_clean_text_is_clean(self, written):
		for rule in (text.line, text.lines):
			found = outcome(rule, written)
			if found not in ("too_long", "unreadable_sign", "hidden_order"):
				self.assertEqual(rule(found), found)
				self.assertEqual(unicodedata.normalize("NFC", found), found)
				found.encode()  # no half sign


class TestNames(unittest.TestCase):
	def test_names_are_no_advertisements(self):
		for written in (
			"http://buy.example",
			"www.buy.example",
			"Anne https://x",
			"buy.example/now",
			"<b>Anne</b>",
			"&lt;img src=x&gt;",
			"Anne &#60;b",
			"Anne &#X3c;b",
			"{{ 7*7 }}",
			"javascript:alert(1)",
			"ｗｗｗ.buy.example",
			"h\u200bttp://x",
			"mailto:a@b.org",
		):
			with self.subTest(written):
				self.assertEqual(outcome(names.name, written), "no_links")
		for written in ("buy-now.com", "anne@example.org"):
			self.assertEqual(outcome(names.person, written), "no_links")
		self.assertEqual(names.name("Dupont & Fils; Lyon"), "Dupont & Fils; Lyon")
		self.assertEqual(names.name("Terre-en-vue.be"), "Terre-en-vue.be", "organisations are called so")

	def test_real_names_pass(self):
		for written in (
			"J.-P. D'Hondt",
			"M.Martin",
			"St. John",
			"Łukasz Ğ",
			"李小龙",
			"-",
			"van der Stræten",
			"Ó Súilleabháin",
		):
			self.assertEqual(names.person(written), written)

	def test_first_and_last_name_are_one_name_for_the_hosts(self):
		self.assertEqual(outcome(names.whole, "x" * 60, "y" * 49), "x" * 60 + " " + "y" * 49)
		self.assertEqual(outcome(names.whole, "x" * 60, "y" * 50), "name_too_long")


class TestPhones(unittest.TestCase):
	def test_one_number_written_in_many_ways_is_one_number(self):
		for written in (
			"0470/12.34.56",
			"0470 12 34 56",
			"+32 470 12 34 56",
			"+32 (0)470 12 34 56",
			"0032 470 12 34 56",
			"(0470) 12-34-56",
			"470123456",
			"32470123456",
			"\u202d+32 470 12 34 56\u202c",
			"0470\u00a012\u00a034\u00a056",
			"０４７０１２３４５６",
			"+32470123456",
		):
			with self.subTest(written):
				self.assertEqual(phones.phone(written, BELGIUM), "+32470123456")

	def test_a_number_is_of_the_persons_country_first(self):
		both = Place("France", "Belgium", ("FR", "BE"), "fr")
		for written, place, stored in (
			("06 12 34 56 78", FRANCE, "+33612345678"),
			("06 12 34 56 78", both, "+33612345678"),
			("02 123 45 67", BELGIUM, "+3221234567"),
			("0470/12.34.56", both, "+33470123456"),
			("0496/12.34.56.", both, "+33496123456"),
			("079 123 45 67", SWITZERLAND, "+41791234567"),
			("0041 79 123 45 67", BELGIUM, "+41791234567"),
			("06 12 34 56 78", BELGIUM, "phone_country"),
			("0470 12 34 56", NOWHERE, "phone_country"),
		):
			with self.subTest(written):
				self.assertEqual(outcome(phones.phone, written, place), stored)

	def test_what_is_no_single_number_is_refused(self):
		for written in (
			"call me",
			"12",
			"+32",
			"0470 12 34 56 / 02 123 45 67",
			"0470 12 34 56 ext. 12",
			"+32 470 12 34 56 78 90 12 34",
			"0800 FLOWERS",
			"+0470123456",
		):
			with self.subTest(written):
				self.assertIn(outcome(phones.phone, written, BELGIUM), ("phone_wrong", "phone_country"))

	def test_it_is_shown_as_people_read_it(self):
		"""In groups, with the country code; and that is read again as the same number."""
		for stored, shown in (("+33612345678", "+33 6 12 34 56 78"), ("+32470123456", "+32 470 12 34 56")):
			self.assertEqual(phones.shown(stored), shown)
			self.assertEqual(phones.phone(shown, BELGIUM), stored)
		self.assertEqual(phones.shown("ask Anne"), "ask Anne")
		self.assertEqual(phones.shown(None), "")

	@given(st.from_regex(r"(\+|00?)?[0-9 ./()-]{0,16}", fullmatch=True))
	def test_what_is_stored_reads_as_itself(self, written):
		stored = outcome(phones.phone, written, BELGIUM)
		if stored.startswith("+"):
			self.assertEqual(phones.phone(stored, FRANCE), stored)
			self.assertRegex(stored, r"^\+[0-9]{4,17}$")


class TestMailboxes(unittest.TestCase):
	def test_what_the_hosts_cannot_write_to_is_refused(self):
		for written, code in (
			("a..b@example.org", "email_wrong"),
			(".a@example.org", "email_wrong"),
			("a.@example.org", "email_wrong"),
			("a@example", "email_wrong"),
			("a@@example.org", "email_wrong"),
			("a@-example.org", "email_wrong"),
			("a b@example.org", "email_wrong"),
			("a@b.org, c@d.org", "email_wrong"),
			("Anne <a@b.org>", "email_wrong"),
			('"a b"@example.org', "email_wrong"),
			("a@[127.0.0.1]", "email_wrong"),
			("josé@example.org", "email_letters"),
			("a" * 65 + "@example.org", "email_wrong"),
			("a@" + "b" * 60 + "." + "c" * 60 + "." + "d" * 20 + ".org", "email_wrong"),
		):
			with self.subTest(written):
				self.assertEqual(outcome(mailboxes.email, written), code)

	def test_one_address_is_stored_in_one_form(self):
		for written in (
			"ADA@Example.org",
			" ada@example.org\u200b",
			"ada@exam\u00adple.org",
			"ａda@example.org",
		):
			self.assertEqual(mailboxes.email(written), "ada@example.org")
		self.assertEqual(mailboxes.email("info@müller.de"), "info@xn--mller-kva.de")
		self.assertEqual(mailboxes.email("o'brien+coop@example.org"), "o'brien+coop@example.org")

	@given(
		st.one_of(
			st.emails(), st.text(max_size=20), st.from_regex(r"[a-zé.'+]{1,5}@[a-zü.-]{1,8}", fullmatch=True)
		)
	)
	def test_what_is_stored_reads_as_itself(self, written):
		stored = outcome(mailboxes.email, written)
		if "@" in stored:
			self.assertEqual(mailboxes.email(stored), stored)
			self.assertTrue(stored.isascii() and stored == stored.lower())


class TestBank(unittest.TestCase):
	def test_accounts_and_banks(self):
		for written in (
			"BE71 0961 2345 6769",
			"be71096123456769",
			"IBAN: BE71-0961-2345-6769",
			"BE71\u00a00961\u200b23456769",
		):
			self.assertEqual(bank.iban(written), "BE71 0961 2345 6769")
		for written in ("GEBA BE BB", "gebabebb", "GEBABEBB", "BIC: GEBABEBB", "GEBA-BE-BB"):
			self.assertEqual(bank.bic(written), "GEBABEBB")
		self.assertEqual(bank.bic("GEBA BE BB 36A"), "GEBABEBB36A")
		for written in ("BE71 0961 2345 6760", "BE71", "FR76 3000 6000 0112 3456 7890 188", "x"):
			self.assertEqual(outcome(bank.iban, written), "iban_wrong")
		for written in ("GEBA", "GEBABEB", "GEBA12BB", "GEBABEBBXX"):
			self.assertEqual(outcome(bank.bic, written), "bic_wrong")

	def test_payment_references(self):
		"""One form for what has one; what a bank numbers by itself stays as it is."""
		for written, stored in (
			("***123/4567/89002***", "+++123/4567/89002+++"),
			(" *** 123 / 4567 / 89002 *** ", "+++123/4567/89002+++"),
			("+++123456789002+++", "+++123/4567/89002+++"),
			("***123/4567/89003***", "***123/4567/89003***"),
			("123456789002", "123456789002"),
			("rf18 5390 0754 7034", "RF18539007547034"),
			("RF00 5390", "RF00 5390"),
			("Virement  Dupont\u200b", "Virement Dupont"),
			(None, ""),
		):
			with self.subTest(written):
				self.assertEqual(bank.reference(written), stored)

	def test_structured_communications(self):
		for written in (
			"***123/4567/89002***",
			"+++123/4567/89002+++",
			"123/4567/89002",
			"123456789002",
			"*** 123 / 4567 / 89002 ***",
		):
			self.assertEqual(bank.belgian_communication(written), "+++123/4567/89002+++")
		for written in ("***123/4567/89003***", "12345678900", "hello", ""):
			self.assertEqual(bank.belgian_communication(written), "")

	def test_accounts_of_any_bank(self):
		"""BE68 5390 0754 7034 is the usual sample, of a bank that a list of banks lacks; so are 500, 503 and 882. Each has
		check digits of its own: one digit else, and it is refused, in Belgium by both of its checks.
		"""
		self.assertEqual(bank.iban("BE68 5390 0754 7034"), "BE68 5390 0754 7034")
		for code in ("500", "503", "539", "882", "001"):
			account = f"{code}1234567"
			national = f"{account}{int(account) % 97 or 97:02d}"
			found = f"BE{iban_rules.calc_check_digits(f'BE00{national}')}{national}"
			self.assertEqual(bank.iban(found).replace(" ", ""), found)
			self.assertEqual(outcome(bank.iban, f"{found[:-1]}{(int(found[-1]) + 1) % 10}"), "iban_wrong")
			lied = f"{account}{(int(account) + 1) % 97 or 97:02d}"  # right as an IBAN, wrong as a Belgian account
			lied = f"BE{iban_rules.calc_check_digits(f'BE00{lied}')}{lied}"
			self.assertEqual(outcome(bank.iban, lied), "iban_wrong")

	def test_postcodes_have_the_form_of_their_country(self):
		for written, country, stored in (
			("75011", "France", "75011"),
			("75 011", "France", "75 011"),
			("F-75011", "France", "F-75011"),
			("75011 Cedex 11", "France", "75011 Cedex 11"),
			("1000", "France", "1000"),  # a zero that a spreadsheet dropped is asked, not refused
			("ABC", "France", "postcode_wrong"),
			("750111", "France", "postcode_wrong"),
			("35000", "Belgium", "postcode_wrong"),
			("0100", "Belgium", "postcode_wrong"),
			("B-1000", "Belgium", "B-1000"),
			("1012 AB", "Netherlands", "1012 AB"),
			("1012", "Netherlands", "1012"),
			("L-1234", "Luxembourg", "L-1234"),
			("CH-1200", "Switzerland", "CH-1200"),
			("SW1A 1AA", "United Kingdom", "SW1A 1AA"),
			("", "France", ""),
		):
			with self.subTest(written, country=country):
				self.assertEqual(outcome(postcodes.postcode, written, Place(country, "Belgium")), stored)
		self.assertEqual(postcodes.postcode("35000", Place("", "Belgium")), "35000")  # who names no country
		self.assertEqual(outcome(postcodes.postcode, "ABC", Place("", "Belgium")), "postcode_wrong")
		self.assertEqual(postcodes.postcode("ABC", Place("", "Ireland")), "ABC")

	def test_names_have_letters(self):
		for written in ("123", "2", "45.", "7-8"):
			self.assertEqual(outcome(names.person, written), "not_a_name")


class TestNumbers(unittest.TestCase):
	def test_official_writings(self):
		for place, stored, ways in (
			(
				BELGIUM,
				"0477472701",
				(
					"TVA BE 0477.472.701",
					"BTW BE0477472701",
					"BE 0477.472.701",
					"477.472.701",
					"TVA : BE 0477.472.701",
					"BE 0477.472.701 RPM Bruxelles",
					"RPR Brussel 0477.472.701",
					"N° TVA : BE 0477 472 701",
					"KBO-BCE 0477.472.701",
				),
			),
			(BELGIUM, "0123456749", ("BE 0123.456.749",)),
			(
				SWITZERLAND,
				"CHE-100.155.212",
				(
					"CHE-100.155.212 MWST",
					"CHE-100.155.212 TVA",
					"CHE-100.155.212 IVA",
					"CHE-100.155.212 MWST/TVA/IVA",
					"che100155212mwst",
					"CHE-100.155.212 HR/MWST",
					"N° IDE : CHE-100.155.212",
				),
			),
			(
				FRANCE,
				"732829320",
				(
					"732 829 320",
					"N° SIREN 732 829 320",
					"FR 44 732 829 320",
					"732 829 320 RCS Paris",
					"RCS Paris B 732 829 320",
				),
			),
			(FRANCE, "73282932000074", ("732 829 320 00074", "SIRET : 732 829 320 00074")),
		):
			for written in ways:
				with self.subTest(written):
					self.assertEqual(outcome(numbers.registration, written, place), stored)
		self.assertEqual(outcome(numbers.registration, "0477.472.702", BELGIUM), "registration_number_wrong")

	def test_a_persons_number_is_the_countrys_or_the_cooperatives(self):
		worker = Place("France", "Belgium", ("FR", "BE"), "fr")
		for written, place, stored in (
			("85041212369", BELGIUM, "85.04.12-123.69"),
			("85.04.12-123.69", worker, "85.04.12-123.69"),
			("295109912611193", worker, "2 95 10 99 126 111 93"),
			("7569217076985", SWITZERLAND, "756.9217.0769.85"),
			("85.04.12-123.45", BELGIUM, "national_number_wrong"),
			("x-12", Place("Spain", "Belgium", ("ES", "BE"), "es"), "X-12"),
			("<b>1", Place("Spain", "Spain", ("ES",), "es"), "national_number_wrong"),
			("85.04.12-123.45", FRANCE, "85.04.12-123.45"),
			("2 95 10 99 126 111 94", FRANCE, "national_number_wrong"),
		):
			with self.subTest(written):
				found = outcome(numbers.national, written, place)
				self.assertEqual(found, stored)
				if "wrong" not in found:
					self.assertEqual(numbers.national(found, place), found)


class TestDates(unittest.TestCase):
	def test_the_12th_of_april(self):
		"""12/04/1985 is 12 April in French, Dutch, German and for whoever writes to a Belgian cooperative; 4 December in
		the United States; asked where nobody knows."""
		april, december = datetime.date(1985, 4, 12), datetime.date(1985, 12, 4)
		for language, regions, expected in (
			("fr", (), april),
			("nl", (), april),
			("de", (), april),
			("it", (), april),
			("de-CH", (), april),
			("en", ("BE",), april),
			("", ("FR",), april),
			("en-US", ("BE",), december),
			("en", ("US",), december),
			("en", (), "date_ambiguous"),
			("", (), "date_ambiguous"),
			("xx", (), "date_ambiguous"),
		):
			with self.subTest(language=language, regions=regions):
				self.assertEqual(
					outcome(dates.date, "12/04/1985", Place("", "", regions, language)), expected
				)

	def test_writings(self):
		for written, expected in (
			("1985-04-12", datetime.date(1985, 4, 12)),
			("1985/4/12", datetime.date(1985, 4, 12)),
			("1985-04-12T00:00:00", datetime.date(1985, 4, 12)),
			("12.4.1985", datetime.date(1985, 4, 12)),
			("12. 4. 1985", datetime.date(1985, 4, 12)),
			("12-04-1985\u200b", datetime.date(1985, 4, 12)),
			(datetime.datetime(1985, 4, 12, 0, 0), datetime.date(1985, 4, 12)),
			("31/02/1985", "date_wrong"),
			("04/31/1985", "date_wrong"),
			("12/04/1985 00:00:00", datetime.date(1985, 4, 12)),
			("12/04/1985 00:00", datetime.date(1985, 4, 12)),
			("12/04/1985 10:30", "date_wrong"),
			("12 avril 1985", datetime.date(1985, 4, 12)),
			("12 AVRIL 1985", datetime.date(1985, 4, 12)),
			("1er août 1985", datetime.date(1985, 8, 1)),
			("2 janv. 1985", datetime.date(1985, 1, 2)),
			("12. April 1985", datetime.date(1985, 4, 12)),
			("3 maart 1985", datetime.date(1985, 3, 3)),
			("4 dicembre 1985", datetime.date(1985, 12, 4)),
			("2nd of May 1985", datetime.date(1985, 5, 2)),
			("April 12, 1985", datetime.date(1985, 4, 12)),
			("31 février 1985", "date_wrong"),
			("12 x 1985", "date_wrong"),
			("12/04/85", "date_short_year"),
			("30.07.85", "date_short_year"),
			("12041985", "date_wrong"),
			("12/04-1985", "date_wrong"),
			("soon", "date_wrong"),
			("", None),
		):
			with self.subTest(written):
				self.assertEqual(outcome(dates.date, written, FRANCE), expected)
		self.assertEqual(outcome(dates.date, "31/12/1985", NOWHERE), datetime.date(1985, 12, 31))
		self.assertEqual(outcome(dates.date, "04/04/1985", NOWHERE), datetime.date(1985, 4, 4))

	def test_people_live_between_1900_and_today(self):
		for written, expected in (
			("0080-01-01", "born_too_early"),
			("1899-12-31", "born_too_early"),
			("1900-01-01", datetime.date(1900, 1, 1)),
			("2026-11-22", TODAY),
			("2026-11-23", "born_in_future"),
			("2999-01-01", "born_in_future"),
		):
			self.assertEqual(outcome(dates.birth_date, written, TODAY, FRANCE), expected)

	@given(st.dates(), st.sampled_from((BELGIUM, NOWHERE)))
	def test_iso_is_read_everywhere(self, day, place):
		self.assertEqual(dates.date(day.isoformat(), place), day)


class TestAmounts(unittest.TestCase):
	def test_whole_numbers_have_one_reading(self):
		for written, expected in (
			("12", 12),
			("1 000", 1000),
			("1\u202f000", 1000),
			("1'000", 1000),
			("1’000", 1000),
			("1.000.000", 1000000),
			("1,000,000", 1000000),
			("12,00", 12),
			("12.0", 12),
			("-3", -3),
			("\u22123", -3),
			("1.000,00", 1000),
			(12.0, 12),
			("1.000", "number_ambiguous"),
			("1,000", "number_ambiguous"),
			("12.000", "number_ambiguous"),
			("-1.000", "number_ambiguous"),
			("0.500", "number_ambiguous"),
			("1 00", "number_wrong"),
			("1.5", "number_wrong"),
			(1.5, "number_wrong"),
			(True, "number_wrong"),
			("1e3", "number_wrong"),
			("２", 2),
			("2147483647", 2147483647),
			("2147483648", "number_wrong"),
			("", "number_wrong"),
			("nan", "number_wrong"),
			(float("nan"), "number_wrong"),
			(float("inf"), "number_wrong"),
			("1,000.000", "number_wrong"),
		):
			with self.subTest(written=written):
				self.assertEqual(outcome(amounts.whole, written), expected)

	def test_amounts_have_one_reading(self):
		for written, expected in (
			("25", "25.00"),
			("25,5", "25.50"),
			("1 234,50 €", "1234.50"),
			("EUR 25", "25.00"),
			("CHF 1'234.50", "1234.50"),
			("1.234,50", "1234.50"),
			("1,234.50", "1234.50"),
			("1.000", "amount_ambiguous"),
			("25.505", "amount_ambiguous"),
			("25.5055", "amount_wrong"),
			("-25", "amount_wrong"),
			(25.505, "amount_wrong"),
			(float("nan"), "amount_wrong"),
		):
			with self.subTest(written=written):
				expected = expected if expected.startswith("amount") else Decimal(expected)
				self.assertEqual(outcome(amounts.amount, written), expected)

	@given(st.integers(-amounts.HIGHEST, amounts.HIGHEST))
	def test_plain_numbers_are_themselves(self, number):
		self.assertEqual((amounts.whole(number), amounts.whole(str(number))), (number, number))


class TestFileAddresses(unittest.TestCase):
	def test_straight(self):
		"""What a host writes stays; every step aside is crooked, however it is written."""
		for address in (
			"/files/logo.png",
			"/private/files/Procès-verbal 2024 (signé).pdf",
			"/files/100%.pdf",
			"/files/a%20b.pdf",
			"/private/files/2024/a..b.pdf",
			"https://cdn.example/a//b.png",
		):
			self.assertTrue(file_addresses.is_straight(address), address)
		for address in (
			"",
			"logo.png",
			"/assets/logo.png",
			"/files/",
			"/files//a",
			"/files/a/",
			"/files/a/../b",
			"/files/%2e%2e/a",
			"/files/%25252e./a",
			"/files/a\x00",
			"/files/a%00",
			"/files\\a",
			" /files/a",
			"/Files/a",
			"file:///etc/passwd",
			"https://here/files/../a",
			"/files/" + "a" * 2000,
		):
			self.assertFalse(file_addresses.is_straight(address), address)

	@given(st.text(alphabet="./%25eEfF\\filesprivate", max_size=40))
	def test_what_is_straight_stays_in_its_folder(self, end):
		"""However it is decoded, the path is the one that stands there."""
		for folder in ("/files/", "/private/files/"):
			if file_addresses.is_straight(folder + end):
				for reading in file_addresses.readings(folder + end):
					self.assertEqual(posixpath.normpath(reading), reading)
					self.assertTrue(reading.startswith(folder))

	def test_the_private_part(self):
		for address in (
			"/private/files/a.pdf",
			"/%70rivate/files/a.pdf",
			"/%2570rivate/files/a.pdf",
			"https://here/private/files/a.pdf",
		):
			self.assertEqual(file_addresses.of_private(address), "/private/files/a.pdf")
		self.assertEqual(file_addresses.of_private("/files/a.pdf"), "")
