"""Registers as files: a PDF that can be signed, a workbook that can be counted with."""

import datetime
import io
import json

from pypdf import PdfReader

import frappe
from frappe.utils.pdf import get_pdf

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.coop_membership.report.member_register import member_register
from coop_membership.coop_membership.report.share_register import share_register
from coop_membership.coop_membership.report.yearly_movements import yearly_movements
from coop_membership.desk import register_files, registers
from coop_membership.prints import page_numbers
from coop_membership.register import ledger
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

ROLES = ("Membership Manager", "Membership User", "Membership Board")


class TestRegisterFiles(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		"""Anna and Ben each 3 A in 2024; in 2025 Ben gives Anna 1, Anna makes 2 A (at 25) one B (at 50), the club Zéro
		joins with 3 and leaves again; Carla's entry is taken back the same day."""
		super().setUpClass()
		cls.cooperative = factories.a_cooperative(ELSEWHERE, postal_address="12 rue du Marché\n35000 Rennes")
		cls.a = factories.class_of(cls.cooperative)
		cls.b = factories.a_share_class(cls.cooperative, "B", 50).name
		cls.anna = factories.a_member(cls.cooperative, on="2024-01-10", first_name="Anna")
		cls.ben = factories.a_member(cls.cooperative, on="2024-02-10", first_name="Ben")
		cls.club = factories.a_member(cls.cooperative, on="2025-03-01", first_name="Zoé")
		frappe.db.set_value(
			"Member", cls.club.name, {"member_type": "Organisation", "display_name": "Club Zéro"}
		)
		frappe.db.set_value("Member", cls.anna.name, "display_name", "=1+1")
		carla = factories.an_approved_application(cls.cooperative, first_name="Carla").member
		cls.post("Transfer", 1, "2025-03-10", from_member=cls.ben.name, to_member=cls.anna.name)
		conversion = {"to_share_class": cls.b, "to_quantity": 1, "to_unit_price": 50}
		cls.post("Conversion", 2, "2025-04-10", from_member=cls.anna.name, **conversion)
		cls.post("Sell Back", 3, "2025-05-10", from_member=cls.club.name)
		wrong = cls.post("Subscription", 1, "2025-05-11", to_member=carla)
		cls.post("Reversal", 1, "2025-05-11", from_member=carla, reverses=wrong)

	@classmethod
	def post(cls, kind, quantity, day, **sides):
		return ledger.post(cls.cooperative.name, kind, cls.a, quantity, 25, effective_date=day, **sides)

	def filters(self, **values):
		return {"cooperative": self.cooperative.name, **values}

	def year(self, **values):
		return self.filters(from_date="2025-01-01", to_date="2025-12-31", **values)

	def test_no_sheet_holds_signatures_alone(self):
		"""Whatever the number of lines, at least three of them stand on the sheet that is signed, so that nobody can put it
		behind another register. The hosts' wkhtmltopdf can't be told so; there each sheet names the register's seal.
		"""
		if "embedded" not in get_pdf.__module__:
			self.skipTest("wkhtmltopdf knows no page-break-before: avoid")
		for lines in range(20, 34):
			rows = "".join(
				f"<tr><td style='padding: 4px'>line-{number}-</td></tr>" for number in range(lines)
			)
			values = {"letterhead": "", "table": f"<table><tbody>{rows}</tbody></table>", "proof": None}
			html = frappe.render_template(
				register_files.PAGE, values | {"printed_on": "", "board_representative": ""}
			)
			*_others, last = PdfReader(io.BytesIO(get_pdf(html, {}))).pages
			self.assertGreaterEqual(last.extract_text().count("line-"), 3, lines)

	def test_member_register_of_a_year(self):
		"""Who held shares in 2025, the club that left included; Carla never did."""
		_columns, rows = member_register.execute(self.year())
		shown = {
			row.get("member"): (row["opening"], row["received"], row["given"], row["shares"], row["value"])
			for row in rows
		}
		self.assertEqual(
			shown,
			{
				self.anna.name: (3, 2, 2, 3, 100.0),
				self.ben.name: (3, 0, 1, 2, 50.0),
				self.club.name: (0, 3, 3, 0, 0.0),
				None: (6, 5, 6, 5, 150.0),
			},
		)
		left = next(row for row in rows if row.get("member") == self.club.name)
		self.assertEqual(left["left_on"], datetime.date(2025, 5, 10))

	def test_persons_or_organisations(self):
		"""With former members: the club among the organisations, the two others among the persons."""
		for kind, expected in (
			("Organisation", [self.club.name]),
			("Individual", [self.anna.name, self.ben.name]),
		):
			rows = member_register.execute(self.filters(member_type=kind, former=1))[1]
			self.assertEqual([row["member"] for row in rows[:-1]], expected)

	def test_a_members_lines_and_balance(self):
		"""Anna: 3, then 4 with Ben's, then 3 when two become one."""
		columns, rows = share_register.execute(self.filters(member=self.anna.name))[:2]
		self.assertEqual([row["held_after"] for row in rows], [3, 4, 3])
		self.assertIn("held_after", [column["fieldname"] for column in columns])
		self.assertIn("Ben", rows[1]["from_name"])

	def test_yearly_movements(self):
		"""2025: 6 shares and 150 before, 3 in, 3 out, one transferred, 2 converted into 1; what there was and what
		changed is what there is, per class and in total, in shares, money and members."""
		_columns, rows = yearly_movements.execute(self.year())
		blocks, block = {}, None
		for row in rows:
			if "shares" not in row and "members" not in row:
				block = blocks.setdefault(row["label"], [])
			else:
				block.append(row)
		self.assertEqual(len(blocks), 3)
		for lines in blocks.values():
			for what in ("members", "shares", "capital"):
				before, *changes, after = [row.get(what) or 0 for row in lines]
				self.assertEqual(before + sum(changes), after, what)
		total = list(blocks.values())[-1]
		self.assertEqual([row.get("members") for row in total[:3]], [2, 1, -1])
		self.assertEqual((total[0]["shares"], total[0]["capital"]), (6, 150.0))
		self.assertEqual((total[-1]["shares"], total[-1]["capital"], total[-1]["members"]), (5, 150.0, 2))
		kinds = {row["label"]: (row["operations"], row["shares"]) for row in total if "operations" in row}
		self.assertEqual(
			kinds, {"Subscription": (1, 3), "Transfer": (1, 0), "Conversion": (1, -1), "Sell Back": (1, -3)}
		)
		with self.assertRaises(frappe.ValidationError):
			yearly_movements.execute(self.filters(from_date="2025-02-01", to_date="2025-01-01"))

	def test_pdf(self):
		"""Letterhead, names, numbered pages, place for two signatures, last entry with its hash, next numbers."""
		pages = PdfReader(io.BytesIO(register_files.pdf("Member Register", self.filters(former=1)))).pages
		text = " ".join(" ".join(page.extract_text() for page in pages).split())
		number, _colon, digest = ledger.state_of(self.cooperative.name).partition(":")
		for words in (
			"12 rue du Marché",
			"Club Zéro",
			"Odile Marchand",
			f"Page 1 of {len(pages)}",
			f"no. {number}",
		):
			self.assertIn(words, text)
		self.assertIn(digest, "".join(text.split()))
		self.assertGreater(pages[0].mediabox.width, pages[0].mediabox.height)

	def test_workbook(self):
		"""Numbers are numbers, dates dates, and a name that looks like a formula is a name."""
		from openpyxl import load_workbook

		content = register_files.xlsx("Member Register", self.filters())
		lines = list(load_workbook(io.BytesIO(content)).active.iter_rows(min_row=3))
		titles = [cell.value for cell in lines[0]]
		anna = dict(zip(titles, lines[1], strict=True))
		self.assertEqual((anna["Shares"].value, anna["Shares"].data_type), (3, "n"))
		self.assertEqual(
			(anna["Value of the shares"].value, anna["Value of the shares"].data_type), (100, "n")
		)
		self.assertEqual(anna["Joined on"].value, datetime.datetime(2024, 1, 10))
		self.assertEqual((anna["Name"].value, anna["Name"].data_type), ("=1+1", "s"))
		self.assertIn(ledger.state_of(self.cooperative.name), lines[-1][0].value)

	def test_a_long_register(self):
		"""More operations than a screen shows: the latest are shown and the note says so; the workbook has them all, with
		the same balance on the same line."""
		whole = share_register.execute(self.filters())[1]
		most, share_register.MOST = share_register.MOST, 4
		self.addCleanup(setattr, share_register, "MOST", most)
		_columns, rows, note = share_register.execute(self.filters())
		self.assertEqual(
			[row["running_capital"] for row in rows], [row["running_capital"] for row in whole[-4:]]
		)
		self.assertIn(str(len(whole)), note)
		from openpyxl import load_workbook

		sheet = load_workbook(io.BytesIO(register_files.xlsx("Share Register", self.filters()))).active
		numbers = [row[0] for row in sheet.iter_rows(min_row=4, values_only=True)][: len(whole)]
		self.assertEqual(numbers, [row["number"] for row in whole])

	def test_who_downloads(self):
		"""Each role that may see the register, any of its reports; nobody else; nothing that is no register."""
		for role in ROLES:
			with factories.as_user(factories.a_user(role)):
				for report in registers.REPORTS:
					if report != "Capital Accounts":
						registers.download(report, json.dumps(self.filters()), "XLSX")
						self.assertEqual(frappe.response.filecontent[:2], b"PK", (role, report))
				[log] = frappe.get_all(
					"Access Log", {"user": frappe.session.user, "report_name": "Share Register"}
				)
				self.assertTrue(log)
		for role in ("Dunning Manager", "Member"):
			with (
				factories.as_user(factories.a_user(role)),
				self.assertRaises(frappe.PermissionError, msg=role),
			):
				registers.download("Member Register", json.dumps(self.filters()), "XLSX")
		for report, filters in (
			("General Ledger", "{}"),
			("Member Register", "["),
			("Member Register", "[]"),
		):
			with self.assertRaises(frappe.ValidationError):
				registers.download(report, filters, "XLSX")

	def test_page_numbers(self):
		"""Signs that the fonts of a reader lack don't stop a print, and brackets are no orders."""
		from pypdf import PdfWriter

		writer, stream = PdfWriter(), io.BytesIO()
		for _page in range(2):
			writer.add_blank_page(842, 595)
		writer.write(stream)
		stamped = PdfReader(
			io.BytesIO(page_numbers.stamp(stream.getvalue(), r"Coop (é) \ 日本", "{0} / {1}"))
		).pages
		self.assertEqual([p.extract_text().split()[-3:] for p in stamped], [["1", "/", "2"], ["2", "/", "2"]])
		self.assertIn("Coop (é) \\", stamped[0].extract_text())
