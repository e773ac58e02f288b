"""PDFs of many letters in one call of the engine: each debtor gets the own letter, and never a page of another one."""

from __future__ import annotations

import email
import io
from email import policy
from unittest.mock import patch

from pypdf import PdfReader

import frappe
from frappe.utils.pdf import get_pdf

from coop_membership.dunning.letters import delivery, pdfs, printing
from coop_membership.dunning.letters.test_delivery import CONTROL, DUE, DeliveryCase, text_of
from coop_membership.payments import epc
from coop_membership.tests import dunning_factories
from coop_membership.tests.case import FrappeTestCase


def a_page(number: str, lines: int = 3, end: str | None = None) -> str:
	"""One letter: its number on top, a picture of its own, and its number as its last words."""
	qr = epc.qr_code("Les Jardins", "FR1420041010050500013M02606", 75, number)
	text = "".join(f"<p>Facture {number.lower()}/{line}</p>" for line in range(lines))
	return f"<p>{number}</p><img src='{qr}'>{text}<p>{end or number}</p>"


def printed(*pages: str) -> bytes:
	return get_pdf(printing.page_of(pages))


class TestSplit(FrappeTestCase):
	numbers = [f"DL-2026-{number:06}" for number in range(1, 6)]

	def test_each_gets_its_own_pages(self):
		"""Five letters, the third one of several pages: five PDFs, each with its own number, lines and picture only."""
		pages = [a_page(number, 90 if number == self.numbers[2] else 3) for number in self.numbers]
		parts = pdfs.split(printed(*pages), self.numbers)
		self.assertEqual(list(parts), self.numbers)
		for number, part in parts.items():
			with self.subTest(number):
				text = "".join(text_of(part).split())
				for other in self.numbers:
					expected = 2 if other == number else 0
					self.assertEqual((text.count(other), other.lower() in text), (expected, bool(expected)))
				sheets = PdfReader(io.BytesIO(part)).pages
				self.assertEqual(len(sheets) > 1, number == self.numbers[2])
				pictures = [name for sheet in sheets for name in sheet["/Resources"].get("/XObject", {})]
				self.assertEqual(len(pictures), 1)

	def test_a_letter_that_does_not_start_a_page(self):
		"""Two letters on one sheet: nothing is split."""
		first, second = self.numbers[:2]
		self.assertEqual(pdfs.split(printed(f"<p>{first}</p><p>{second}</p>"), [first, second]), {})

	def test_other_order(self):
		first, second = self.numbers[:2]
		self.assertEqual(pdfs.split(printed(a_page(second), a_page(first)), [first, second]), {})

	def test_one_is_missing_or_too_many(self):
		first, second, third = self.numbers[:3]
		both = printed(a_page(first), a_page(second))
		self.assertEqual(pdfs.split(both, [first]), {})
		self.assertEqual(pdfs.split(both, [first, second, third]), {})

	def test_a_letter_whose_end_is_not_found(self):
		first, second = self.numbers[:2]
		self.assertEqual(pdfs.split(printed(a_page(first, end="Fin"), a_page(second)), [first, second]), {})


class TestPrepare(DeliveryCase):
	def three_letters(self) -> list:
		for name in ("Durand", "Martin", "Petit"):
			dunning_factories.a_late_request(self.cooperative, DUE, last_name=name)
		run = dunning_factories.computed(self.cooperative, CONTROL)
		run.set_state(None, "To Send")
		run.send()
		names = frappe.get_all("Dunning Letter", {"run": run.name}, pluck="name", order_by="name")
		return [frappe.get_doc("Dunning Letter", name) for name in names]

	def attachments(self, letter) -> list[dict]:
		return frappe.get_doc("Email Queue", letter.email_queue).attachments_list

	def delivered_pdf(self, letter) -> bytes:
		self.work(letter)
		self.assert_sent(letter)
		[raw] = [raw for address, raw in self.server.delivered if address == letter.recipients]
		[attachment] = email.message_from_string(raw, policy=policy.default).iter_attachments()
		self.assertEqual(attachment.get_filename(), f"{letter.name}.pdf")
		return attachment.get_payload(decode=True)

	def assert_sent(self, letter) -> None:
		delivery.refresh([letter.name])
		letter.reload()
		self.assertEqual(letter.state, "Sent")

	def test_mails_carry_the_prepared_file(self):
		"""Three mails wait; the job prints all at once. Each letter has its private PDF, and its mail
		delivers just that.
		"""
		three = self.three_letters()
		with patch.object(printing, "get_pdf", side_effect=printing.get_pdf) as engine:
			self.assertEqual(pdfs.prepare([letter.name for letter in three]), 3)
			self.assertEqual(engine.call_count, 1)
		for letter in three:
			[name] = frappe.get_all("File", {"attached_to_name": letter.name}, pluck="name")
			file = frappe.get_doc("File", name)
			self.assertTrue(file.is_private)
			self.assertEqual(self.attachments(letter), [{"fid": name}])
			pdf = self.delivered_pdf(letter)
			self.assertEqual(pdf, file.get_content())
			text = text_of(pdf)
			others = [other.party_name for other in three if other.name != letter.name]
			self.assertIn(letter.party_name, text)
			self.assertFalse([other for other in others if other in text])

	def test_the_engine_fails(self):
		"""It stumbles over the lot: nothing is prepared, and each mail prints its own letter when it is sent."""
		three = self.three_letters()
		with patch.object(printing, "get_pdf", side_effect=OSError("ContentNotFoundError")):
			self.assertEqual(pdfs.prepare([letter.name for letter in three]), 0)
		for letter in three:
			self.assertIn(letter.party_name, text_of(self.delivered_pdf(letter)))

	def test_the_sites_own_print_format(self):
		"""Another print format was chosen for letters: the mail queue prints that one, and nothing is prepared."""
		three = self.three_letters()
		with patch.object(printing, "format_of", return_value="Our Letter"):
			self.assertEqual(pdfs.prepare([letter.name for letter in three]), 0)
		theirs = {"attached_to_name": ["in", [letter.name for letter in three]]}
		self.assertEqual(frappe.get_all("File", theirs), [])

	def test_in_doubt_each_by_itself(self):
		three = self.three_letters()
		with patch.object(pdfs, "split", return_value={}):
			self.assertEqual(pdfs.prepare([letter.name for letter in three]), 0)
		self.assertIn(three[0].party_name, text_of(self.delivered_pdf(three[0])))

	def test_a_mail_that_is_being_sent_is_left_alone(self):
		"""Between printing and storing, a worker took the first mail: its row keeps its promise."""
		three = self.three_letters()
		split = pdfs.split

		def meanwhile(*args):
			frappe.db.set_value("Email Queue", three[0].email_queue, "status", "Sending")
			return split(*args)

		with patch.object(pdfs, "split", meanwhile):
			self.assertEqual(pdfs.prepare([letter.name for letter in three]), 2)
		self.assertTrue(self.attachments(three[0])[0]["print_format_attachment"])
		self.assertIn("fid", self.attachments(three[1])[0])

	def test_the_job_is_told_of_what_was_promised(self):
		"""Sending asks for the PDFs of its letters, in batches; a policy without PDF asks for none."""
		with patch.object(pdfs, "BATCH", 2), patch.object(pdfs.frappe, "enqueue") as enqueue:
			three = self.three_letters()
		asked = [call.kwargs["letters"] for call in enqueue.call_args_list if "letters" in call.kwargs]
		self.assertEqual(sorted(len(batch) for batch in asked), [1, 2])
		self.assertEqual(sorted(name for batch in asked for name in batch), [letter.name for letter in three])
		frappe.db.set_value("Dunning Policy", self.policy.name, "attach_letter", 0)
		frappe.clear_document_cache("Dunning Policy", self.policy.name)
		frappe.db.delete("Dunning Notice")
		frappe.db.delete("Dunning Run")
		with patch.object(pdfs.frappe, "enqueue") as enqueue:
			self.three_letters()
		self.assertFalse([call for call in enqueue.call_args_list if "letters" in call.kwargs])
