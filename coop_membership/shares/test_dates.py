"""The effective date of an operation is corrected: by the managers, with a reason, and the register shows it."""

import frappe
from frappe.utils import add_days, getdate, today

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.messages import mail
from coop_membership.register import certificates, integrity, ledger
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase


class TestDates(FrappeTestCase):
	def setUp(self):
		self.cooperative = factories.a_cooperative(ELSEWHERE)
		self.share_class = factories.class_of(self.cooperative)
		self.member = factories.a_member(self.cooperative, on="2026-01-10", quantity=4)

	def newest(self, of=None):
		filters = {"cooperative": self.cooperative.name, **({"to_member": of.name} if of else {})}
		name = frappe.get_all("Share Register Entry", filters, pluck="name", order_by="number desc", limit=1)
		return frappe.get_doc("Share Register Entry", name[0])

	def entries(self):
		return ledger.movements(self.cooperative.name)

	def assertSound(self):
		self.assertEqual(integrity.check(self.cooperative.name), [])

	def notes(self, document):
		return frappe.get_all(
			"Comment",
			{"reference_doctype": document.doctype, "reference_name": document.name},
			pluck="content",
		)

	def test_the_newest_one(self):
		"""Paid on the 10th, really on the 5th: the same number, the other date, and a line with the reason on entry,
		request and member; he joined on the 5th."""
		name = self.newest().correct_date("2026-01-05", "Erreur de relevé")
		[entry] = self.entries()
		self.assertEqual((entry.name, entry.number, entry.effective_date), (name, 1, getdate("2026-01-05")))
		self.member.reload()
		self.assertEqual(self.member.joined_on, getdate("2026-01-05"))
		request = frappe.get_doc("Share Subscription", entry.reference)
		self.assertEqual(request.effective_date, getdate("2026-01-05"))
		for document in (frappe.get_doc("Share Register Entry", name), request, self.member):
			self.assertTrue(
				any("Erreur de relevé" in note for note in self.notes(document)), document.doctype
			)
		self.assertEqual(ledger.holdings(self.member.name, "2026-01-05"), {self.share_class: 4})
		[sent] = mail.queued(self.member, ["Corrected Certificate"])
		self.assertIn("January 5, 2026", frappe.db.get_value("Email Queue", sent.name, "message"))
		self.assertEqual(
			certificates.certificate(self.member.name).lines[0].effective_date, getdate("2026-01-05")
		)
		self.assertSound()

	def test_without_a_certificate(self):
		"""The managers choose to send none; who holds nothing any more gets none either."""
		self.newest().correct_date("2026-01-05", "Erreur de relevé", send_certificates=0)
		self.assertEqual(mail.queued(self.member, ["Corrected Certificate"]), [])
		factories.executed(factories.a_transaction(self.member, quantity=4), on="2026-02-01")
		self.newest().correct_date("2026-01-20", "Date du conseil")
		self.assertEqual(mail.queued(self.member, ["Corrected Certificate"]), [])

	def test_not_the_newest(self):
		"""Somebody came after: a reversal and a new entry, numbers go on; on no day did anybody hold it twice."""
		first = self.newest()
		factories.a_member(self.cooperative, on="2026-02-01", first_name="Béa")
		first.correct_date("2026-01-20", "Date de valeur")
		self.assertEqual(
			[(row.number, row.entry_type, str(row.effective_date)) for row in self.entries()],
			[
				(1, "Subscription", "2026-01-10"),
				(2, "Subscription", "2026-02-01"),
				(3, "Reversal", "2026-01-10"),
				(4, "Subscription", "2026-01-20"),
			],
		)
		self.assertEqual(ledger.holdings(self.member.name, "2026-01-15"), {})
		self.assertEqual(ledger.holdings(self.member.name, "2026-01-20"), {self.share_class: 4})
		self.member.reload()
		self.assertEqual((self.member.joined_on, self.member.member_number), (getdate("2026-01-20"), 1))
		self.assertSound()

	def test_some_of_the_shares_have_gone(self):
		"""4 came on 10 January, 1 was sold on 1 February: they came on the 5th really. Nobody held less than nothing on any
		day, so it is done; all of them gone, it is done too."""
		first = self.newest()
		factories.executed(factories.a_transaction(self.member), on="2026-02-01")
		name = first.correct_date("2026-01-05", "Erreur de relevé")
		self.assertEqual(ledger.holdings(self.member.name, "2026-01-07"), {self.share_class: 4})
		self.assertEqual(ledger.holdings(self.member.name), {self.share_class: 3})
		self.assertSound()
		factories.executed(factories.a_transaction(self.member, quantity=3), on="2026-02-02")
		frappe.get_doc("Share Register Entry", name).correct_date("2026-01-06", "Encore")
		self.assertEqual(ledger.holdings(self.member.name, "2026-01-05"), {})
		self.assertEqual(ledger.holdings(self.member.name, "2026-01-06"), {self.share_class: 4})
		self.assertSound()

	def test_what_is_asked_before(self):
		"""1990: long before the request, not the day of the money, and other years' registers change. A day of this year on
		which the money came: nothing to ask. 11/12/1990 in English may be two days."""
		entry = self.newest()
		said = " | ".join(entry.date_doubts("1990-01-01"))
		for part in ("long before", "came on", "registers and the capital as of"):
			self.assertIn(part, said)
		frappe.db.set_value("Share Subscription", entry.reference, "posting_date", "2026-01-02")
		self.assertEqual(entry.date_doubts(str(entry.effective_date)), [])
		with self.assertRaisesRegex(frappe.ValidationError, "two days"):
			entry.correct_date("11/12/1990", "x")

	def test_a_transaction(self):
		"""A sell back of 1 February was of 20 January; the transaction says so too, and can still be taken back."""
		transaction = factories.executed(factories.a_transaction(self.member, quantity=4), on="2026-02-01")
		self.newest().correct_date("2026-01-20", "Date du conseil")
		transaction.reload()
		self.member.reload()
		self.assertEqual(transaction.effective_date, getdate("2026-01-20"))
		self.assertEqual((self.member.status, self.member.left_on), ("Former", getdate("2026-01-20")))
		self.assertSound()
		transaction.cancel()
		self.assertEqual(ledger.holdings(self.member.name), {self.share_class: 4})
		self.assertSound()

	def test_what_is_refused(self):
		"""A day to come, no reason, a day on which shares left that were not there yet, and what is taken back."""
		entry = self.newest()
		transaction = factories.executed(factories.a_transaction(self.member), on="2026-02-01")
		for day, reason, sentence in (
			(add_days(today(), 1), "x", "lies in the future"),
			("2026-01-12", " ", "give a reason"),
			("2026-02-10", "x", "would give away shares"),
		):
			with self.assertRaisesRegex(frappe.ValidationError, sentence):
				entry.correct_date(day, reason)
		transaction.reload()
		transaction.cancel()
		reversal = self.newest()
		with self.assertRaisesRegex(frappe.ValidationError, "is taken back, or takes one back"):
			reversal.correct_date("2026-02-10", "x")
		self.assertEqual(len(self.entries()), 3)

	def test_managers_only(self):
		for role in ("Membership User", "Membership Board"):
			with factories.as_user(factories.a_user(role)), self.assertRaises(frappe.PermissionError):
				self.newest().correct_date("2026-01-05", "x")
