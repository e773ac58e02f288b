"""Pure tests of moving in: what a file says becomes members and movements, and every mistake is named by its line."""

import dataclasses
import datetime
import unittest
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from coop_membership.moving_in import columns, files
from coop_membership.moving_in.cells import Wrong, amount
from coop_membership.moving_in.columns import COLUMNS, LANGUAGES, MEMBER_COLUMNS, fold
from coop_membership.moving_in.reader import plan, ranges
from coop_membership.moving_in.rows import Known, MemberRow, MovementRow, Plan, by_text
from coop_membership.moving_in.writer import Names, lines
from coop_membership.values import Place, names

TODAY = datetime.date(2026, 11, 22)
KNOWN = Known(
	classes={
		"a": ("Coop-A", Decimal("25.00")),
		"part a": ("Coop-A", Decimal("25.00")),
		"b": ("Coop-B", Decimal("12.50")),
	},
	countries={"belgium": "Belgium", "belgique": "Belgium", "be": "Belgium", "france": "France"},
	languages={"fr": "fr", "nl": "nl"},
	legal_forms={"asbl / vzw": "ASBL / VZW (Belgium)"},
)
NAMES = Names(
	classes={"Coop-A": "A", "Coop-B": "B"},
	countries={"Belgium": "Belgique"},
	legal_forms={"ASBL / VZW (Belgium)": "ASBL / VZW"},
)


def read(text: str, known: Known = KNOWN) -> Plan:
	return plan(files.read(text.encode()), known, TODAY)


def found(text: str, known: Known = KNOWN, notices: bool = False) -> list[tuple[int, str]]:
	return [(f.line, f.code) for f in read(text, known).findings if f.notice == notices]


class TestWhatListsDontSay(unittest.TestCase):
	"""Lists of an association's secretary: names, shares and what was paid; no date, no class."""

	LIST = "Nom;Parts\nDurand;2\nPetit;4\n"

	def test_one_answer_for_all_lines(self):
		"""Neither a date nor a class is in the list: each is asked for once, and one answer does for all lines."""
		plan = read(self.LIST)
		self.assertEqual(found(self.LIST), [(0, "missing_for_all"), (0, "missing_for_all")])
		self.assertEqual(plan.lacks, {"effective_date", "share_class"})
		day = datetime.date(2020, 1, 1)
		told = dataclasses.replace(KNOWN, for_all={"effective_date": day, "share_class": KNOWN.classes["b"]})
		plan = read(self.LIST, told)
		self.assertEqual(plan.findings, [])
		self.assertEqual({(row.effective_date, row.share_class) for row in plan.movements}, {(day, "Coop-B")})
		self.assertEqual(
			plan.lacks, {"effective_date", "share_class"}
		)  # so that the answer stays on the page

	def test_the_only_class_is_not_asked_for(self):
		only = dataclasses.replace(KNOWN, classes={"a": ("Coop-A", Decimal("25.00"))})
		self.assertEqual(read(self.LIST, only).lacks, {"effective_date"})

	def test_a_cell_that_is_empty_is_named_by_its_line(self):
		"""Where the column is there, each line without a date is found, unless one date is said for all of them."""
		text = "Nom;Parts;Date;Type de parts\nDurand;2;01/02/2020;A\nPetit;4;;A\n"
		self.assertEqual(found(text), [(3, "missing")])
		told = dataclasses.replace(KNOWN, for_all={"effective_date": datetime.date(2021, 1, 1)})
		self.assertEqual([row.effective_date.year for row in read(text, told).movements], [2020, 2021])

	def test_amounts_instead_of_prices_or_numbers(self):
		"""*Montant* is what all shares of the line cost: it says the price of one, or how many there are."""
		dated = "Nom;{};Montant;Date;Type de parts\nDurand;{};{};01/02/2020;A\n"
		(row,) = read(dated.format("Parts", 2, "50,00 €")).movements
		self.assertEqual((row.quantity, row.unit_price), (2, Decimal("25.00")))
		(row,) = read(dated.format("Prénom", "Ada", 75)).movements
		self.assertEqual((row.quantity, row.unit_price), (3, Decimal("25.00")))
		self.assertEqual(found(dated.format("Prénom", "Ada", 60)), [(2, "total_uneven"), (2, "missing")])
		self.assertEqual(found(dated.format("Parts", 3, 50)), [(2, "total_differs")])
		self.assertEqual(read(dated.format("Prénom", "Ada", 0)).movements, [])

	def test_price_beside_amount(self):
		text = "Nom;Parts;Valeur de la part;Montant;Date;Type de parts\nDurand;2;25;{};01/02/2020;A\n"
		self.assertEqual(found(text.format(50)), [])
		self.assertEqual(found(text.format(60)), [(2, "total_differs")])


class TestReading(unittest.TestCase):
	def test_a_member_with_two_purchases_and_one_return(self):
		"""Ada bought 4 and 2 shares and gave 1 back; Zoé left when she gave Ada her 3."""
		result = read(
			"Numéro de membre;Prénom;Nom;Courriel;Numéro d'opération;Date de l'opération;Type de parts;"
			"Nombre de parts;Prix d'une part;Reçu du membre numéro\n"
			"1;Ada;Lovelace;ADA@example.org;1;01/02/2019;A;4;20;\n"
			"1;;;;3;03/02/2019;Part A;2;;\n"
			"2;Zoé;Dupont;;2;2/2/2019;a;3;25,00;\n"
			"1;;;;4;2020-01-01;A;-1;25;\n"
			"1;;;;5;1.3.2020;A;3;25;2\n"
		)
		self.assertEqual(result.findings, [])
		ada, zoe = result.members
		self.assertEqual((ada.shares, ada.value, ada.values["status"]), (8, Decimal("180.00"), "Active"))
		self.assertEqual(ada.values["joined_on"], datetime.date(2019, 2, 1))
		self.assertEqual(ada.values["email"], "ada@example.org")
		self.assertEqual((zoe.shares, zoe.values["status"]), (0, "Former"))
		self.assertEqual(zoe.values["left_on"], datetime.date(2020, 3, 1))
		moved = [(row.number, row.giver, row.receiver, row.quantity) for row in result.movements]
		self.assertEqual(
			moved, [(1, None, 1, 4), (2, None, 2, 3), (3, None, 1, 2), (4, 1, None, -1), (5, 2, 1, 3)]
		)

	def test_numbers_are_given_where_the_file_has_none(self):
		"""Without any number: operations by date, members by the day they joined; a candidate gets none."""
		result = read(
			"Last name;Date;Share class;Number of shares\n"
			"Second;02/01/2020;A;1\n"
			"First;01/01/2020;A;1\n"
			"Candidate;;;\n",
			Known(**(vars(KNOWN) | {"next_member_number": 8})),
		)
		self.assertEqual([m.number for m in result.members], [9, 8, None])
		self.assertEqual([(r.number, r.member.name) for r in result.movements], [(1, "First"), (2, "Second")])

	def test_a_conversion_keeps_the_member_and_changes_the_class(self):
		result = read(
			"Last name;Member number;Date;Share class;Number of shares;Converted into share class;"
			"Number of shares after conversion\n"
			"Ada;1;01/01/2020;A;2;;\n"
			";1;02/01/2020;A;2;B;4\n"
		)
		self.assertEqual(result.findings, [])
		self.assertEqual((result.members[0].shares, result.members[0].value), (4, Decimal("50.00")))

	def test_an_organisation_with_its_representative(self):
		result = read(
			"organisation_name;legal_form;registration_number;last_name;first_name;function of the representative;country\n"
			"Le Potager;ASBL / VZW;0403.170.701;Lovelace;Ada;présidente;be\n"
		)
		[member] = result.members
		self.assertEqual((member.name, member.person), ("Le Potager", "Ada Lovelace"))
		self.assertEqual(member.values["legal_form"], "ASBL / VZW (Belgium)")
		self.assertEqual(member.values["country"], "Belgium")
		self.assertEqual(member.values["representative_function"], "présidente")

	def test_every_mistake_is_named_by_its_line(self):
		for text, expected in (
			("", [(0, "nothing")]),
			("Last name", [(0, "nothing")]),
			("a;b\n1;2", [(1, "no_header")]),
			("\nLast name;Shoe size\nx;42", [(2, "column_unknown")]),
			("Last name;Nom\nx;y", [(1, "column_twice")]),
			("First name\nx", [(1, "column_missing")]),
			("Last name;First name\n;Ada", [(2, "missing")]),
			("Last name;E-mail\nx;nobody", [(2, "email_wrong")]),
			("Last name;E-mail\nx;a@b.org, c@d.org", [(2, "email_wrong")]),
			("Last name;Phone\nx;call me", [(2, "phone_wrong")]),
			("Last name;IBAN\nx;BE71 0961 2345 6760", [(2, "iban_wrong")]),
			("Last name;Birth date\nx;31/02/2000", [(2, "date_wrong")]),
			("Last name;Birth date\nx;12/31/2000", [(2, "date_wrong")]),
			("Last name;Birth date\nx;1/1/2030", [(2, "in_future")]),
			("Last name;Birth date\nx;1/1/1830", [(2, "too_early")]),
			("Last name;Gender\nx;cat", [(2, "choice_wrong")]),
			("Last name;Country\nx;Atlantis", [(2, "country_unknown")]),
			("Last name;Language\nx;Klingon", [(2, "language_unknown")]),
			("Last name;Legal form\nx;Club", [(2, "legal_form_unknown")]),
			("Last name;City\nx;http://x", [(2, "no_links")]),
			("Last name\n" + "x" * 141, [(2, "too_long")]),
			("Last name;Member number\nx;0", [(2, "number_wrong")]),
			("Last name;Member number\nx;1.5", [(2, "number_wrong")]),
			("Last name;Member number\nx;7", [(2, "status_missing")]),
			("Last name;Member number\nx;7\ny;7", [(2, "status_missing"), (3, "differs")]),
			("Last name;Member number;Joined on;Left on\nx;7;1/1/2020;1/1/2019", [(2, "left_before_joined")]),
			("Last name;Status\nx;active", [(2, "active_without_shares")]),
			("Last name;E-mail;First name\nx;a@b.org;y\nX;A@b.org;Y", [(3, "person_twice")]),
			("Organisation name;Registration number\nx;1.2\ny;12", [(3, "organisation_twice")]),
		):
			with self.subTest(text):
				self.assertEqual(found(text), expected)

	def test_every_mistake_in_an_operation_is_named_by_its_line(self):
		titles = (
			"Member number;Last name;Register number;Date;Share class;Number of shares;Price of one share;"
			"Received from member number;Status;Converted into share class\n"
		)
		for text, expected in (
			("1;x;;;A;1;;;;", [(2, "missing")]),
			("1;x;;1/1/2020;;1;;;;", [(2, "missing")]),
			("1;x;;1/1/2020;A;;;;;", [(2, "missing")]),
			("1;x;;1/1/2020;Z;1;;;;", [(2, "class_unknown")]),
			("1;x;;1/1/2020;A;0;;;;", [(2, "quantity_zero")]),
			("1;x;;1/1/2020;A;many;;;;", [(2, "number_wrong")]),
			("1;x;;1/1/2020;A;1;1.000;;;", [(2, "amount_ambiguous")]),
			("1;x;;1/1/2020;A;1;-5;;;", [(2, "amount_wrong")]),
			("1;x;;1/1/2030;A;1;;;;", [(2, "in_future")]),
			("1;x;;1/1/2020;A;1;;1;;", [(2, "from_itself")]),
			("1;x;;1/1/2020;A;1;;9;;", [(2, "giver_unknown")]),
			("1;x;;1/1/2020;A;-1;;2;;", [(2, "two_givers"), (2, "overdrawn")]),
			("1;x;;1/1/2020;A;-1;;;;", [(2, "overdrawn")]),
			("1;x;;1/1/2020;A;1;;;former;", [(2, "shares_without_status")]),
			("1;x;;1/1/2020;A;1;;;candidate;", [(2, "shares_without_status")]),
			("1;x;;1/1/2020;A;1;;;;A", [(2, "missing")]),
			("1;x;2;1/1/2020;A;1;;;;", [(0, "register_gaps")]),
			("1;x;1;1/1/2020;A;1;;;;\n1;;;1/1/2020;A;1;;;;", [(3, "register_number_missing")]),
			("1;x;1;1/1/2020;A;1;;;;\n1;;1;1/1/2020;A;1;;;;", [(3, "register_number_twice")]),
			("1;x;1;1/1/2020;A;1;;;;\n2;;2;1/1/2020;A;1;;;;", [(3, "member_missing")]),
			("1;x;9999999;1/1/2020;A;1;;;;", [(0, "register_far_apart")]),
		):
			with self.subTest(text):
				self.assertEqual(found(titles + text), expected)

	def test_one_reading_finds_what_is_wrong_in_lines_and_in_the_register(self):
		"""A wrong account, an unreadable class and a gap: the gap doesn't count the line that can't be read."""
		text = (
			"Last name;IBAN;Register number;Date;Share class;Number of shares\n"
			"x;BE1;1;1/1/2020;A;1\ny;;2;1/1/2020;Z;1\nz;;4;1/1/2020;A;-1\n"
		)
		self.assertEqual(found(text), [(0, "register_gaps"), (2, "iban_wrong"), (3, "class_unknown")])
		text = text.replace(";Z;", ";A;").replace(";4;", ";3;")
		self.assertEqual(found(text), [(2, "iban_wrong"), (4, "overdrawn")])

	def test_missing_register_numbers_are_listed(self):
		[finding] = read(
			"Last name;Register number;Date;Share class;Number of shares\n"
			"x;1;1/1/2020;A;1\ny;3;1/1/2020;A;1\nz;8;1/1/2020;A;1"
		).findings
		self.assertEqual(finding.values["numbers"], "2, 4-7")

	def test_what_the_site_has_already_is_not_made_again(self):
		known = Known(
			**(
				vars(KNOWN)
				| {
					"member_numbers": {7: "Ada Lovelace"},
					"persons": frozenset([("ada@example.org", "ada lovelace")]),
					"registrations": frozenset(["0403170701"]),
					"next_register_number": 4,
					"register": "opening",
				}
			)
		)
		self.assertEqual(found("Last name;Member number;Left on\nx;7;1/1/2020", known), [(2, "number_taken")])
		self.assertEqual(
			found("First name;Last name;E-mail\nAda;LOVELACE;ada@example.org", known), [(2, "person_known")]
		)
		self.assertEqual(
			found("Organisation name;Registration number\nx;0403.170.701", known), [(2, "organisation_known")]
		)
		titles = "Last name;Register number;Date;Share class;Number of shares\n"
		self.assertEqual(found(titles + "x;3;1/1/2020;A;1", known), [(2, "register_not_continuing")])
		self.assertEqual(found(titles + "x;5;1/1/2020;A;1", known), [(0, "register_gaps")])
		self.assertEqual(found(titles + "x;4;1/1/2020;A;1", known), [])
		live = Known(**(vars(known) | {"register": "live"}))
		self.assertEqual(found(titles + "x;4;1/1/2020;A;1", live), [(2, "register_live")])
		self.assertEqual(found("Last name\nx", live), [])

	def test_what_only_looks_alike_is_a_notice(self):
		"""A couple shares an e-mail address; two people of one name were born on the same day."""
		text = "First name;Last name;E-mail;Birth date\nAda;x;a@b.org;\nBob;x;a@b.org;\n"
		self.assertEqual((found(text), found(text, notices=True)), ([], [(3, "email_shared")]))
		text = "First name;Last name;Birth date\nAda;x;1/2/1980\nada;X;1/2/1980\n"
		self.assertEqual((found(text), found(text, notices=True)), ([], [(3, "looks_alike")]))


def of_site(**changes) -> Known:
	return Known(**(vars(KNOWN) | changes))


class TestIdentity(unittest.TestCase):
	"""What is one thing and what are two: by the exact text; anything looser is only suggested."""

	def test_share_classes_that_differ_in_a_sign_are_two(self):
		"""`A` at 25 and `A+` at 100, `B` and `B'`, `C1` and `C-1`: each line gets its own class and price."""
		prices = {"A": 25, "A+": 100, "B": 10, "B'": 20, "C1": 1, "C-1": 2, "Part A": 3}
		classes = by_text([(code, (code, Decimal(price))) for code, price in prices.items()])
		known = of_site(classes=classes)
		titles = "Last name;Date;Share class;Number of shares\n"
		for code, price in prices.items():
			for written in (code, code.lower(), f" {code} "):
				[movement] = read(f"{titles}x;1/1/2020;{written};1", known).movements
				self.assertEqual((movement.share_class, movement.unit_price), (code, price))
		for written, suggestion in (
			("A +", "A+"),
			("a +", "A+"),
			("C - 1", "C-1"),
			("C 1", "C1"),
			("part-a", "Part A"),
			("PartA", "Part A"),
		):
			[finding] = read(f"{titles}x;1/1/2020;{written};1", known).errors
			self.assertEqual(
				(finding.code, finding.column), ("class_unknown_but_alike", "share_class"), written
			)
			self.assertEqual(finding.values["suggestion"], suggestion)
		for written, suggestions in (("C.1", "C-1, C1"), ("A-", "A, A+"), ("B*", "B, B'"), ("Á", "A, A+")):
			[finding] = read(f"{titles}x;1/1/2020;{written};1", known).errors
			self.assertEqual((finding.code, finding.values["suggestions"]), ("several_alike", suggestions))
		self.assertEqual(found(f"{titles}x;1/1/2020;Z;1", known), [(2, "class_unknown")])

	def test_a_code_wins_over_a_title_and_two_of_one_name_are_none(self):
		"""The class with the code B is meant by `B`, though another has that title; of two titled `Part` neither is."""
		names = by_text([("A", 1), ("B", 2), ("C", 3)], [("B", 1), ("Part", 2), ("Part", 3), ("part", 3)])
		self.assertEqual((names["A"], names["B"], names["part"]), (1, 2, 3))
		self.assertNotIn("Part", names)

	def test_legal_forms_and_registration_numbers(self):
		known = of_site(legal_forms=by_text([("SA", "SA"), ("S.A.", "S.A. (Other)")]))
		titles = "Organisation name;Legal form;Registration number\n"
		rows = read(titles + "x;SA;12/34\ny;S.A.;1234\nz;sa;12-34", known)
		self.assertEqual([m.values["legal_form"] for m in rows.members], ["SA", "S.A. (Other)", "SA"])
		self.assertEqual(rows.findings, [])
		self.assertEqual(found(titles + "x;S A;", known), [(2, "legal_form_unknown_but_alike")])

	def test_persons(self):
		"""José is not Jose, and the son of the same name and address is not his father: both are kept, and it is asked."""
		titles = "First name;Last name;E-mail;Birth date\n"
		for rows, errors, notices in (
			("José;x;a@b.org;\nJose;x;a@b.org;", [], ["person_alike"]),
			("Jean;x;a@b.org;1/1/1950\nJean;x;a@b.org;1/1/1980", [], ["person_alike"]),
			("Jean;x;a@b.org;1/1/1950\nJean;X;A@b.org;", ["person_twice"], []),
			("Jean;x;a@b.org;1/1/1950\nJean;x;;1/1/1950", [], ["looks_alike"]),
		):
			with self.subTest(rows):
				codes = [code for _line, code in found(titles + rows)]
				self.assertEqual(
					(codes, [c for _line, c in found(titles + rows, notices=True)]), (errors, notices)
				)
		person = ("a@b.org", "jean x")
		known = of_site(persons=frozenset([person]), births={person: frozenset([datetime.date(1950, 1, 1)])})
		for row, errors, notices in (
			("Jean;x;a@b.org;1/1/1950", ["person_known"], []),
			("Jean;X;a@b.org;", ["person_known"], []),
			("Jean;x;a@b.org;1/1/1980", [], ["namesake_known"]),
			("Jéan;x;a@b.org;", [], ["person_alike_known"]),
			("Jean;x;c@b.org;1/1/1950", [], []),  # of the file's own lines only
		):
			with self.subTest(row):
				codes = [code for _line, code in found(titles + row, known)]
				told = [code for _line, code in found(titles + row, known, notices=True)]
				self.assertEqual((codes, told), (errors, notices))

	def test_the_same_person_in_two_files_without_an_address(self):
		"""Jean Petit, born on 1 January 1950, moved in last week, without a mailbox. This week's file has him again: both would
		be kept, so it is asked. What tells two namesakes apart, a mailbox or a birth date, is no question.
		"""
		born = datetime.date(1950, 1, 1)
		titles = "First name;Last name;E-mail;Birth date\n"
		for known, row, told in (
			([("", born)], "Jean;Petit;;1/1/1950", ["person_born_known"]),
			([("a@b.org", born)], "JEAN;Petit;c@b.org;1/1/1950", ["person_born_known"]),
			([("", None)], "Jean;Petit;;1/1/1950", ["person_named_known"]),
			([("", None)], "Jean;Petit;c@b.org;", ["person_named_known"]),
			([("", born)], "Jean;Petit;;", ["person_named_known"]),
			([("", born)], "Jean;Petit;;2/1/1950", []),
			([("a@b.org", None)], "Jean;Petit;c@b.org;", []),
			([("", None)], "Jeanne;Petit;;", []),
		):
			site = of_site(namesakes={"jeanpetit": known})
			with self.subTest(known=known, row=row):
				result = read(titles + row, site)
				self.assertEqual(([f.code for f in result.findings], result.errors), (told, []))
				self.assertEqual(result.doubles, len(told))

	def test_a_suggested_class_is_the_one_that_was_meant(self):
		"""Classes A, "Part A", of 25 € and A+, "Part A+", of 50 €. "Part A +" is the dearer one, by its title too."""
		rows = [("A", ("A", Decimal(25))), ("A+", ("A+", Decimal(50)))]
		titled = [(f"Part {code}", value) for code, value in rows]
		known = of_site(classes=by_text(rows, titled))
		for written, suggestion in (
			("A +", "A+"),
			("Part A +", "Part A+"),
			("part  a+ ", None),
			("PARTA+", "Part A+"),
		):
			result = read(f"Last name;Date;Share class;Number of shares\nx;1/1/2020;{written};1", known)
			with self.subTest(written):
				self.assertEqual(
					[f.values.get("suggestion") for f in result.errors], [suggestion] if suggestion else []
				)

	def test_one_operation_twice(self):
		"""Léa's one share of 1 January 2020 stands in two lines: did she buy twice, or was a line copied? It is asked. Two
		numbers in the register, or another day, quantity or giver, are an answer.
		"""
		titles = "Member number;Last name;E-mail;Share class;Number of shares;Date;Register number;Received from member number\n"
		lea = "1;D;l@x.example;A;1;01/01/2020;{};{}\n"
		asked = read(titles + lea.format("", "") * 3)
		self.assertEqual(
			[(f.line, f.code) for f in asked.findings], [(3, "operation_twice"), (4, "operation_twice")]
		)
		self.assertEqual(
			([f.values["other"] for f in asked.findings], asked.errors, asked.doubles), ([2, 3], [], 2)
		)
		for other in (
			lea.format(2, ""),
			lea.format("", "").replace("01/01", "02/01"),
			lea.format("", "").replace("A;1;", "A;2;"),
			lea.format("", "").replace("A;1;", "B;1;"),
		):
			first = lea.format(1, "") if ";2;\n" in other else lea.format("", "")
			with self.subTest(other):
				self.assertEqual(read(titles + first + other).findings, [])

	def test_lines_that_are_no_members(self):
		"""Totals, legends, titles of a second page and notes stand among the members of a real list. They are asked; people
		whose names only begin like one are not.
		"""
		titles = "Nom;Prénom;Ville\n"
		for row in (
			"TOTAL;;",
			"Total;x;",
			"TOTAL GÉNÉRAL;;",
			"Totaux :;;",
			"Sous-total;;",
			"Gesamt;;",
			"Totaal leden;;",
			"Légende : * = à jour de cotisation;x;",
			"* = à jour;;",
			"Liste arrêtée au 31/12/2023;;",
			"45 membres;;",
			"Nom;Prénom;Ville",
			"NOM;PRENOM;",
			";Total;",
			"x;Total;",
		):
			result = read(titles + "Dupont;Léa;Namur\n" + row)
			with self.subTest(row):
				self.assertIn((3, "no_member"), [(f.line, f.code) for f in result.findings if f.notice])
				self.assertEqual(result.doubles, 1)
		for row in ("Totalo;Max;", "De Somme;Léa;", "Dupont;Léa;Total", "Summer;Ann;", "O'Neill (Sam);Al;"):
			with self.subTest(row):
				self.assertEqual(read(titles + row).findings, [])
		for row in ("123;456;", "Dupont;2;", "TOTAL;2;"):
			self.assertIn("not_a_name", [code for _line, code in found(titles + row)], row)
		organisation = read("Raison sociale;Ville\n3F;Paris\nTotal;\nEspace 1789 : théâtre;Saint-Ouen")
		self.assertEqual([(f.line, f.code) for f in organisation.findings], [(3, "no_member")])

	def test_the_same_person_twice_in_one_file(self):
		"""Two lines of one name, and nothing else known: one person who bought twice, or two? It is asked."""
		titles = "First name;Last name;E-mail;Birth date\n"
		for rows, told in (
			("Jean;Petit;;\nJean;Petit;;", ["named_twice"]),
			("Jean;Petit;a@b.org;\nJean;Petit;;1/1/1950", ["named_twice"]),
			("Jean;Petit;a@b.org;\nJean;Petit;c@b.org;", []),
			("Jean;Petit;;1/1/1950\nJean;Petit;;2/1/1950", []),
		):
			with self.subTest(rows):
				self.assertEqual([f.code for f in read(titles + rows).findings], told)

	def test_organisations_of_one_name(self):
		"""The garden without a number, in two files or twice in one."""
		titles = "Organisation name;Registration number\n"
		site = of_site(organisations=frozenset(["lepotager"]))
		for row, told in (
			("Le Potager;", ["organisation_named_known"]),
			("LE POTAGER;", ["organisation_named_known"]),
			("Le Verger;", []),
		):
			self.assertEqual([f.code for f in read(titles + row, site).findings], told, row)
		twice = read(titles + "Le Potager;\nLe potager;")
		self.assertEqual([(f.line, f.code) for f in twice.findings], [(3, "organisation_named_twice")])

	def test_a_postcode_that_lost_its_zero(self):
		"""01000 Bourg-en-Bresse went through a spreadsheet: 1000 is asked. In Belgium and Switzerland it is a postcode."""
		titles = "Last name;Postcode;Country\n"
		for row, told in (
			("x;1000;France", ["postcode_short"]),
			("x;75011;France", []),
			("x;01000;France", []),
			("x;1000;Belgium", []),
			("x;100;France", ["postcode_wrong"]),  # two zeros begin no postcode there
			("x;1000;", []),  # of the cooperative's country, as a form has it
		):
			result = read(titles + row, of_site(place=Place("", "Belgium", ("BE",), "en-GB")))
			with self.subTest(row):
				self.assertEqual([f.code for f in result.findings], told)
				if told == ["postcode_short"]:
					self.assertEqual(result.findings[0].values["suggestion"], "01000")
		at_home = read("Last name;Postcode\nx;1000", of_site(place=Place("", "France", ("FR",), "fr")))
		self.assertEqual([f.code for f in at_home.findings], ["postcode_short"])

	def test_a_price_far_from_the_class(self):
		"""Class A costs 25. 20 and 50 were its price in other years; 100 for four shares is the price of all of them."""
		titles = "Last name;Date;Share class;Number of shares;Price of one share\n"
		for price, told in (
			("25", []),
			("20", []),
			("50", []),
			("12,50", []),
			("100", ["price_far"]),
			("0.25", ["price_far"]),
		):
			with self.subTest(price):
				result = read(titles + f"x;1/1/2020;A;4;{price}")
				self.assertEqual([f.code for f in result.findings], told)


class TestNumbers(unittest.TestCase):
	def test_whole_numbers_are_read_or_asked(self):
		"""1.000 shares are neither one nor a thousand for sure; 1 000 are. So for member, register and giver numbers."""
		titles = "Member number;Last name;Register number;Date;Share class;Number of shares;Received from member number\n"
		for written, expected in (("1 000", 1000), ("1'000", 1000), ("1.000.000", 10**6), ("12,0", 12)):
			result = read(f"{titles}7;x;1;1/1/2020;A;{written};")
			self.assertEqual(result.movements[0].quantity, expected)
			self.assertEqual(
				read(f"Member number;Last name;Left on\n{written};x;1/1/2020").members[0].number, expected
			)
		for written in ("1.000", "1,000", "12.000", "999,999"):
			for row, column in (
				(f"{written};x;1;1/1/2020;A;1;", "member_number"),
				(f"7;x;{written};1/1/2020;A;1;", "register_number"),
				(f"7;x;1;1/1/2020;A;{written};", "quantity"),
				(f"7;x;1;1/1/2020;A;1;{written}", "from_member_number"),
			):
				with self.subTest(row):
					codes = [(f.line, f.column, f.code) for f in read(titles + row).errors]
					self.assertIn((2, column, "number_ambiguous"), codes)


class TestTitles(unittest.TestCase):
	def test_lists_as_people_keep_them(self):
		"""Five lists in five languages, none made from the template."""
		for text, expected in (
			(
				"N°;Civilité;Nom;Prénom;Né(e) le;Adresse;CP;Commune;Portable;Mail\n;Mme;Dupont;Léa;12/04/1985;Rue 1;01000;Bourg;06 12 34 56 78;l@x.org",
				{
					"gender": "Female",
					"last_name": "Dupont",
					"postcode": "01000",
					"phone": "+33612345678",
					"email": "l@x.org",
				},
			),
			(
				"Anrede;Vorname;Name;Geburtstag;Strasse;PLZ;Wohnort;Telefonnummer;E-Mail;w/m\nFrau;Lea;Meier;12.4.1985;Gasse 1;8000;Zürich;+41 79 123 45 67;l@x.org;",
				{"gender": "Female", "address_line1": "Gasse 1"},
			),
			(
				"Vorname;Name;Geburtstag;Adresse;PLZ;Ort;Telefonnummer;w/m\nLea;Meier;12.4.1985;Gasse 1;8000;Zürich;+41 79 123 45 67;w",
				{"gender": "Female", "address_line1": "Gasse 1", "postcode": "8000", "phone": "+41791234567"},
			),
			(
				"voornaam;naam;geboortedatum;straat;postcode;gemeente;gsm;geslacht\nLea;Peeters;12/04/1985;Straat 1;1000;Brussel;+32470123456;v",
				{"gender": "Female", "last_name": "Peeters", "city": "Brussel", "phone": "+32470123456"},
			),
			(
				"First name;Surname;Date of birth;Address;Zip;Town;Mobile;Sex\nLea;Smith;12/04/1985;Road 1;X1;Leeds;+44 7911 123456;F",
				{"gender": "Female", "last_name": "Smith", "postcode": "X1", "phone": "+447911123456"},
			),
			(
				"Nome;Cognome;Data di nascita;Indirizzo;CAP;Città;Cellulare;Sesso\nLea;Rossi;12/04/1985;Via 1;00100;Roma;+39 347 123 4567;f",
				{"first_name": "Lea", "last_name": "Rossi", "postcode": "00100", "phone": "+393471234567"},
			),
		):
			result = read(text, of_site(place=Place("", "", ("FR",), "fr")))
			with self.subTest(text):
				self.assertEqual(result.findings, [])
				[member] = result.members
				self.assertEqual({key: member.values[key] for key in expected}, expected)
				self.assertEqual(member.values["birth_date"], datetime.date(1985, 4, 12))

	def test_one_thing_in_two_columns(self):
		"""Landline and mobile, Anrede and w/m, two mailboxes: the mobile and the first count; what differs is said, counted as
		not read, and so asked before they move in. A name in two columns is still refused.
		"""
		site = of_site(place=Place("", "Belgium", ("BE",), "fr"))
		titles = "Nom;Téléphone;Portable;Mail;E-mail 2;Anrede;w/m\n"
		for row, phone, email, gender, told in (
			("x;02 123 45 67;0470 12 34 56;a@b.org;;Frau;w", "+32470123456", "a@b.org", "Female", ["phone"]),
			("x;02 123 45 67;;;a@b.org;;w", "+3221234567", "a@b.org", "Female", []),
			("x;0470123456;0470 12 34 56;a@b.org;A@b.org;Frau;", "+32470123456", "a@b.org", "Female", []),
			(
				"x;0470123456;call me;a@b.org;c@b.org;Familie;m",
				"+32470123456",
				"a@b.org",
				"Male",
				["phone", "email", "gender"],
			),
			("x;;;;;Herr;w", None, None, "Male", ["gender"]),
		):
			result = read(titles + row, site)
			with self.subTest(row):
				[member] = result.members
				self.assertEqual(
					[member.values[key] for key in ("phone", "email", "gender")], [phone, email, gender]
				)
				self.assertCountEqual([f.column for f in result.findings if f.code == "not_kept"], told)
				self.assertEqual((result.errors, result.is_whole), ([], not told))
		self.assertEqual(found(titles + "x;call;me;;;;", site), [(2, "phone_wrong")])
		self.assertEqual(found("Nom;Name\nx;y"), [(1, "column_twice")])

	def test_a_house_number_beside_the_street(self):
		for row, expected in (
			("Peeters;Kerkstraat;12;Belgium", "Kerkstraat 12"),
			("Peeters;Kerkstraat;12b;", "Kerkstraat 12b"),
			("Dupont;rue Haute;12;France", "12 rue Haute"),
			("Peeters;Kerkstraat 12;12;", "Kerkstraat 12"),
			("Peeters;Kerkstraat;;", "Kerkstraat"),
		):
			for title in ("Huisnummer", "Hausnr.", "N° de rue"):
				with self.subTest(row, title=title):
					result = read(f"Naam;Straat;{title};Land\n{row}")
					self.assertEqual(
						(result.findings, result.members[0].values["address_line1"]), ([], expected)
					)

	def test_more_titles(self):
		[title, *_rest] = read("N° coop;Nom;Date souscription;Parts;Type de part\n1;x;01/01/2020;2;A").titles
		self.assertEqual(title.key, "member_number")
		result = read("N° coop;Nom;Date souscription;Parts;Type de part\n1;x;2 janvier 2020;2;A")
		self.assertEqual(
			(result.findings, result.movements[0].effective_date), ([], datetime.date(2020, 1, 2))
		)

	def test_days_as_numbers_are_asked(self):
		"""43831 is 1 January 2020 in most spreadsheets; 30.07.85 may be of two centuries."""
		for written, code in (
			("43831", "date_serial"),
			("43831.0", "date_serial"),
			("30.07.85", "date_short_year"),
		):
			[finding] = read(f"Nom;Né le\nx;{written}").errors
			self.assertEqual(finding.code, code)
		[finding] = plan([(1, ["Nom", "Né le"]), (2, ["x", 43831])], KNOWN, TODAY).errors
		self.assertEqual((finding.code, finding.values["day"]), ("date_serial", datetime.date(2020, 1, 1)))
		self.assertEqual(found("Nom;Date d'adhésion\nx;02/01/2020 00:00:00"), [])

	def test_columns_assigned_by_hand(self):
		"""`Pseudo` is the last name here, and `Pointure` is left out: its two cells are counted as not read."""
		text = "Pseudo;Pointure;Prénom\nx;42;Léa\ny;43;\n"
		self.assertEqual(found(text), [(1, "column_unknown"), (1, "column_unknown"), (1, "column_missing")])
		samples = [(t.letter, t.title, t.key, t.sample) for t in read(text).titles]
		self.assertEqual(
			samples,
			[("A", "Pseudo", "", "x"), ("B", "Pointure", "", "42"), ("C", "Prénom", "first_name", "Léa")],
		)
		result = read(text, of_site(titles={"Pseudo": "last_name", "Pointure": ""}))
		self.assertEqual([m.name for m in result.members], ["Léa x", "y"])
		self.assertEqual((result.errors, result.left_out, result.is_whole), ([], 2, False))


class TestFiles(unittest.TestCase):
	def test_encodings_and_separators_are_found_out(self):
		text = 'Nom{0}Prénom{0}Ville\r\nÉtienne{0}"Zoé{0}\nMaël"{0}Liège\r\nD{0}E{0}F\r\n'
		for delimiter in ";,\t":
			for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
				with self.subTest((delimiter, encoding)):
					rows = list(files.read(text.format(delimiter).encode(encoding)))
					self.assertEqual(rows[1], (2, ["Étienne", f"Zoé{delimiter}\nMaël", "Liège"]))
					self.assertEqual(rows[2], (4, ["D", "E", "F"]))

	def test_a_picture_or_a_broken_workbook_is_unreadable(self):
		for content in (b"\x89PNG\r\n\x1a\n\0\0\0", b"PK\x03\x04 no workbook"):
			with self.subTest(content), self.assertRaises(files.Unreadable):
				list(files.read(content))

	def test_text_that_a_spreadsheet_would_calculate_stays_text(self):
		for text in ("=1+1", "+32 470", "-x", "@x", "'=1", "''=", "'t Hof"):
			rows = [["Nom"], [text]]
			self.assertEqual(list(files.read(files.write_csv(rows)))[1][1], [text])
			[_title, (_line, cells)] = files.read(files.write_xlsx({"x": rows}))
			self.assertEqual(list(cells), [text])
		self.assertIn("'=1+1", files.write_csv([["=1+1"]]).decode())

	def test_amounts_as_people_write_them(self):
		for text, expected in (
			("25", "25.00"),
			("25,5", "25.50"),
			("25.50", "25.50"),
			("1 234,50", "1234.50"),
			("1.234,50", "1234.50"),
			("1,234.50", "1234.50"),
			("1'234.50", "1234.50"),
			(25.1, "25.10"),
			(25, "25.00"),
		):
			with self.subTest(text):
				self.assertEqual(amount(None, None, text), Decimal(expected))
		for text in ("1.000", "abc", "1.234.567,8.9", "0.001", "-1", "1e5", "١.x"):
			with self.subTest(text), self.assertRaises(Wrong):
				amount(None, None, text)


class TestLabels(unittest.TestCase):
	def test_no_title_means_two_columns(self):
		for column in COLUMNS:
			for label in column.labels:
				self.assertEqual(columns.HEADERS[fold(label)], column.key, label)

	def test_every_column_is_explained_in_every_language(self):
		for column in COLUMNS:
			for language in LANGUAGES:
				self.assertTrue(columns.explanation(column, language))
				self.assertNotIn("{", columns.explanation(column, language))

	def test_an_unknown_language_gets_english(self):
		self.assertEqual(
			[columns.spoken(x) for x in ("fr-CH", "de_AT", "it", None)], ["fr", "de", "en", "en"]
		)


def is_a_name(text: str) -> bool:
	"""Markup is none ("&a;")."""
	try:
		return bool(names.person(text))
	except Wrong:
		return False


WORDS = (
	st.text(st.sampled_from("abcé ß='+-;\"\t&Ω1"), min_size=1, max_size=12)
	.map(lambda text: " ".join(text.split()))
	.filter(is_a_name)
)
DAYS = st.dates(datetime.date(1990, 1, 1), TODAY)


@st.composite
def registers(draw) -> tuple[list[MemberRow], list[MovementRow]]:
	"""Members and operations as a cooperative may have them: nobody gives more than they hold."""
	members = []
	for number in range(1, draw(st.integers(1, 5)) + 1):
		values = dict.fromkeys(column.key for column in MEMBER_COLUMNS)
		values |= {
			"member_number": number * 3,
			"member_type": draw(st.sampled_from(["Individual", "Organisation"])),
			"last_name": f"{draw(WORDS)} N{number}",
			"first_name": draw(st.none() | WORDS),
			"email": draw(st.none() | st.just(f"m{number}@example.org")),
			"phone": draw(st.none() | st.just("+32470123456")),
			"birth_date": draw(st.none() | DAYS),
			"gender": draw(st.sampled_from([None, "Female", "Male", "Other"])),
			"language": draw(st.sampled_from([None, "fr", "nl"])),
			"country": draw(st.sampled_from([None, "Belgium", "France"])),
			"city": draw(st.none() | WORDS),
			"iban": draw(st.none() | st.just("BE71 0961 2345 6769")),
			"leaving_reason": draw(st.none() | WORDS),
		}
		if values["member_type"] == "Organisation":
			values |= {"organisation_name": f"{draw(WORDS)} {number}", "legal_form": "ASBL / VZW (Belgium)"}
		members.append(MemberRow(number, values))
	movements, day, held = [], datetime.date(2000, 1, 1), {}
	for number in range(1, draw(st.integers(0, 12)) + 1):
		day += datetime.timedelta(days=draw(st.integers(0, 90)))
		member = draw(st.sampled_from(members))
		share_class = draw(st.sampled_from(["Coop-A", "Coop-B"]))
		price = draw(st.decimals(0, 500, places=2))
		owned = held.get((member.line, share_class), 0)
		kind = draw(st.sampled_from(["in", "out", "transfer", "convert"])) if owned else "in"
		quantity = draw(st.integers(1, owned if kind != "in" else 9))
		row = MovementRow(number, member, day, share_class, quantity, price, number)
		held[member.line, share_class] = owned + (quantity if kind == "in" else -quantity)
		others = [m for m in members if m is not member]
		if kind == "transfer" and others:
			receiver = draw(st.sampled_from(others))
			row.member, row.from_member_number = receiver, member.number
			held[receiver.line, share_class] = held.get((receiver.line, share_class), 0) + quantity
		elif kind == "convert":
			row.quantity = -quantity
			row.to_share_class = "Coop-B" if share_class == "Coop-A" else "Coop-A"
			row.to_quantity, row.to_unit_price = draw(st.integers(1, 9)), price
			held[member.line, row.to_share_class] = (
				held.get((member.line, row.to_share_class), 0) + row.to_quantity
			)
		elif kind != "in":
			row.quantity = -quantity
		movements.append(row)
	for member in members:
		shares = sum(quantity for (line, _class), quantity in held.items() if line == member.line)
		touched = [m for m in movements if member.number in (m.giver, m.receiver)]
		member.values["status"] = "Active" if shares else "Former"
		member.values["joined_on"] = min((m.effective_date for m in touched), default=None)
		if not shares:
			member.values["left_on"] = max((m.effective_date for m in touched), default=TODAY)
		member.shares = shares
	return members, movements


class TestRoundTrip(unittest.TestCase):
	@settings(max_examples=150, deadline=None)
	@given(registers(), st.sampled_from(LANGUAGES), st.booleans())
	def test_what_is_written_is_read_again(self, register, language, as_workbook):
		"""Any members and register, written in any language as CSV or XLSX, come back as they were; so do totals."""
		members, movements = register
		rows = list(lines(members, movements, NAMES, language))
		content = files.write_xlsx({"x": rows}) if as_workbook else files.write_csv(rows)
		again = plan(files.read(content), KNOWN, TODAY)
		self.assertEqual(again.errors, [])
		self.assertEqual([m.values for m in again.members], [m.values for m in members])
		self.assertEqual([m.shares for m in again.members], [m.shares for m in members])
		self.assertEqual([m.movement() for m in again.movements], [m.movement() for m in movements])
		self.assertEqual(list(lines(again.members, again.movements, NAMES, language)), rows)

	@settings(max_examples=200, deadline=None)
	@given(st.binary(max_size=300))
	def test_no_file_breaks_the_reader(self, content):
		try:
			result = plan(files.read(content), KNOWN, TODAY)
		except files.Unreadable:
			return
		self.assertIsInstance(result.findings, list)

	@settings(max_examples=300, deadline=None)
	@given(
		st.lists(
			st.lists(st.text(max_size=8) | st.sampled_from(["A", "1", "-1", "1/1/2020"]), max_size=9),
			max_size=6,
		)
	)
	def test_whatever_stands_in_the_cells_becomes_a_plan_or_findings(self, rows):
		titles = [column.key for column in COLUMNS[:3] + COLUMNS[8:10] + COLUMNS[-9:-5]]
		result = plan(enumerate([titles, *rows], start=1), KNOWN, TODAY)
		for finding in result.findings:
			self.assertLessEqual(finding.line, len(rows) + 1)

	@given(st.sets(st.integers(1, 60)))
	def test_ranges_name_exactly_the_numbers(self, numbers):
		said = set()
		for part in filter(None, ranges(sorted(numbers), most=99).split(", ")):
			first, _dash, last = part.partition("-")
			said |= set(range(int(first), int(last or first) + 1))
		self.assertEqual(said, numbers)
