"""The doors, on a site: what one lets in, another does not refuse; what the rules accept, the host stores."""

import json
from pathlib import Path
from unittest.mock import patch

import frappe
from frappe.utils import today, validate_email_address, validate_phone_number

from coop_membership import doors, hooks
from coop_membership.patches import one_form_of_values
from coop_membership.people import private
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.values import Place, Wrong, mailboxes, phones

ODD = {
	"first_name": "Anne\u200b-Marie",
	"last_name": "\ufeffD’Hondt",
	"phone": "\u202d0470/12.34.56\u202c",
	"iban": "be71096123456769",
	"city": " Liège\u00a0",
	"birth_date": "12/04/1985",
	"country": "Belgium",
}
STORED = {
	"first_name": "Anne-Marie",
	"last_name": "D’Hondt",
	"phone": "+32470123456",
	"iban": "BE71 0961 2345 6769",
	"city": "Liège",
	"birth_date": "1985-04-12",
	"country": "Belgium",
}
REFUSED = {
	"first_name": ("http://buy.example", "hidden\u202e", ["Anne"], {"first": "Anne"}, True),
	"city": (["Namur"], {"city": "Namur"}),
	"last_name": ("<b>Anne</b>", "half \ud83d sign"),
	"email": ("a..b@example.org", ".a@example.org", "josé@example.org", "a@example"),
	"phone": ("call me", "0470 12 34 56 / 02 123 45 67", "+32 470 12 34 56 78 90 12 34"),
	"iban": ("BE71 0961 2345 6760",),
	"birth_date": ("0080-01-01", "2999-01-01", "31/02/1985", "soon"),
}
# the host or a service writes their text, nobody types it
NOT_TYPED = {
	"Dunning Letter",
	"Dunning Notice",
	"Dunning Run",
	"Member Import",
	"Share Register Entry",
}


def _with_tables(doctype: str):
	"""(meta, field of the table or None) of a DocType and of the rows that it has."""
	meta = frappe.get_meta(doctype)
	yield meta, None
	for df in meta.get_table_fields():
		yield frappe.get_meta(df.options), df.fieldname


class TestDoors(FrappeTestCase):
	def setUp(self):
		self.cooperative = factories.a_cooperative(country="Belgium", language="fr")

	def a_member(self, **values):
		return frappe.get_doc(
			{
				"doctype": "Member",
				"cooperative": self.cooperative.name,
				"first_name": "Anne",
				"last_name": "Dupont",
				"email": f"anne.{factories.unique()}@example.org",
				**values,
			}
		)

	def an_application(self, **values):
		return factories.an_application(self.cooperative, **values)

	def stored(self, document) -> dict:
		"""What is in the database, of the fields that a role may see in this document or beside it."""
		document.reload()
		known = {**document.as_dict(), **private.of(document)}
		return {field: str(known[field]) for field in STORED}

	def test_one_form_behind_the_desk_and_behind_the_form(self):
		"""Anne writes `0470/12.34.56`, her birth date as 12/04/1985, and pastes signs that nobody sees."""
		for make in (self.an_application, lambda **values: self.a_member(**values).insert()):
			document = make(**ODD)
			with self.subTest(document.doctype):
				stored = self.stored(document)
				self.assertEqual(stored, STORED)
				document.save()
				self.assertEqual(self.stored(document), stored)

	def test_both_refuse_the_same_with_a_sentence(self):
		for field, wrongs in REFUSED.items():
			for written in wrongs:
				for make in (self.an_application, lambda **values: self.a_member(**values).insert()):
					with self.subTest(field=field, written=ascii(written)):
						with self.assertRaises(frappe.ValidationError) as refused:
							make(**{"country": "Belgium", field: written})
						str(refused.exception).encode()  # the answer itself holds no half sign
						self.assertNotIn("Traceback", str(refused.exception))

	def test_a_member_keeps_a_name(self):
		"""Two spaces typed over Louise's surname, or over an organisation's name, are refused; also when she is made. Who has
		had none since before, as single names are, can be saved.
		"""
		member = self.a_member().insert()
		for kind, field in (("Individual", "last_name"), ("Organisation", "organisation_name")):
			member.update({"member_type": kind, "organisation_name": "Le Potager"})
			member.save()
			with self.subTest(kind), self.assertRaisesRegex(frappe.ValidationError, "is missing"):
				frappe.get_doc("Member", member.name).update({field: "  "}).save()
			with self.assertRaisesRegex(frappe.ValidationError, "is missing"):
				self.a_member(member_type=kind, **{field: " \u200b "}).insert()
		member.db_set({"member_type": "Individual", "last_name": None})
		member.reload()
		member.update({"city": "Namur"}).save()
		self.assertEqual((member.display_name, member.city), ("Anne", "Namur"))

	def test_a_postcode_of_no_country(self):
		"""ABC in France is refused with the country's name as the reader calls it; a stored one does not lock the member."""
		member = self.a_member(country="France").insert()
		with self.assertRaisesRegex(frappe.ValidationError, "“ABC” is not a postcode of France"):
			member.update({"postcode": "ABC"}).save()
		frappe.db.set_value("Member", member.name, "postcode", "ABC")
		member.reload()
		member.update({"city": "Rennes"}).save()
		self.assertEqual(member.city, "Rennes")
		with patch.object(frappe.local, "lang", "fr"):
			said = doors.sentence(Wrong("postcode_wrong", text="ABC", country="Germany"))
		self.assertIn("Allemagne", said)

	def test_a_wrong_value_of_before_does_not_lock_the_member(self):
		"""Her phone was stored as words in another year: the town can be corrected, and then the phone."""
		member = self.a_member(phone="+32470123456").insert()
		member.db_set("phone", "12 34")
		member.reload()
		member.city = "Namur"
		member.save()
		self.assertEqual((member.city, member.phone), ("Namur", "12 34"))
		member.reload()
		member.phone = "12 35"
		self.assertRaises(frappe.ValidationError, member.save)
		member.reload()
		member.phone = "081 22 33 44"
		member.save()
		self.assertEqual(member.phone, "+3281223344")

	def test_the_account_of_the_cooperative(self):
		"""`GEBA BE BB` is stored as GEBABEBB, with which a code for bank apps can be drawn."""
		self.cooperative.update(
			{"iban": "be71096123456769", "bic": "GEBA BE BB", "contact_email": "Hello@Example.org"}
		)
		self.cooperative.save()
		self.assertEqual(
			(self.cooperative.iban, self.cooperative.bic, self.cooperative.contact_email),
			("BE71 0961 2345 6769", "GEBABEBB", "hello@example.org"),
		)
		for field, written in (("iban", "BE71"), ("bic", "GEBA"), ("contact_email", "a..b@example.org")):
			self.cooperative.reload()
			self.cooperative.set(field, written)
			with self.subTest(field):
				self.assertRaises(frappe.ValidationError, self.cooperative.save)

	def test_a_phone_number_is_shown_as_people_read_it(self):
		"""On the form and on a print of it; what is stored stays."""
		for make in (self.an_application, lambda **values: self.a_member(**values).insert()):
			document = make(phone="+32 470 12 34 56")
			self.assertEqual(document.phone, "+32470123456")
			document.run_method("onload")
			self.assertEqual(document.get_onload("phone_shown"), "+32 470 12 34 56")
			document.run_method("before_print")
			self.assertEqual(document.phone, "+32 470 12 34 56")

	def test_what_was_stored_before_gets_its_form(self):
		"""A phone number and a BIC of another year: what can be read is put in order, what can't stays as it is."""
		member, other = (self.a_member(country="Belgium").insert() for _ in range(2))
		application = self.an_application(country="Belgium")
		for document in (member, application):
			document.db_set("phone", "0470/12.34.56")
		other.db_set("phone", "ask Anne")
		self.cooperative.db_set("bic", "GEBA BE BB")
		one_form_of_values.execute()
		for document, stored in (
			(member, "+32470123456"),
			(other, "ask Anne"),
			(application, "+32470123456"),
		):
			self.assertEqual(frappe.db.get_value(document.doctype, document.name, "phone"), stored)
		self.assertEqual(frappe.db.get_value("Cooperative", self.cooperative.name, "bic"), "GEBABEBB")

	def test_a_number_has_one_reading_in_every_list(self):
		"""A program sends 1.000 shares, a fee of 1,000, a notice of 2.5 days: asked in each DocType that has such a field,
		its tables included. A host would take 1, 1000 and 2. What is one number is taken, also as a text.
		"""
		asked = 0
		for doctype in frappe.get_all("DocType", {"module": "Coop Membership", "istable": 0}, pluck="name"):
			if "coop_membership.doors.tidy" not in hooks.doc_events.get(doctype, {}).values():
				continue
			for meta, table in _with_tables(doctype):
				for df in meta.fields:
					wrongs = {"Int": ("1.000", "1,000", "2.5", 2.5, "many"), "Currency": ("1.000", "many")}
					for written in wrongs.get(df.fieldtype, ()):
						row = {df.fieldname: written}
						document = frappe.get_doc({"doctype": doctype, **({table: [row]} if table else row)})
						with self.assertRaises(
							frappe.ValidationError, msg=(doctype, table, df.fieldname, written)
						):
							doors.tidy(document, "before_insert")
						asked += 1
		self.assertGreater(asked, 100)
		share_class = factories.a_share_class(
			self.cooperative, "Z", unit_price="25,50", minimum_quantity="1 000", maximum_quantity="2.000.000"
		)
		stored = frappe.db.get_value(
			"Share Class", share_class.name, ["unit_price", "minimum_quantity", "maximum_quantity"]
		)
		self.assertEqual(stored, (25.5, 1000, 2_000_000))

	def test_1_000_shares_of_a_transaction_are_not_one(self):
		"""Over REST, on a form that sends a text, and by an action: never 1."""
		member = factories.a_member(self.cooperative, quantity=3)
		paid = frappe.get_doc("Share Subscription", {"member": member.name})
		paid.record_payment(50, today())
		for written in ("1.000", "1,000", 1.5):
			with self.assertRaisesRegex(frappe.ValidationError, "number", msg=written):
				factories.a_transaction(member, quantity=written)
			with self.assertRaisesRegex(frappe.ValidationError, "number", msg=written):
				member.more_shares(written)
		transaction = factories.a_transaction(member, quantity="2", submit=False)
		self.assertEqual(transaction.quantity, 2)
		transaction.quantity = "1.000"
		self.assertRaises(frappe.ValidationError, transaction.save)

	def test_lists_hold_no_invisible_signs(self):
		title = f"Un\u200b ami {factories.unique()}"
		source = frappe.get_doc({"doctype": "Referral Source", "title": title}).insert()
		self.assertEqual((source.name, source.title), (title.replace("\u200b", ""),) * 2)

	def test_what_is_stored_the_host_accepts(self):
		place = Place("Belgium", "Belgium", ("BE",), "fr")
		for written in (
			"a@b.org",
			"O'Brien+coop@Example.org",
			"info@müller.de",
			"a_b-c@x-y.example.org",
			"#!$%&*/=?^`{|}~@x.be",
		):
			try:
				self.assertTrue(validate_email_address(mailboxes.email(written)), written)
			except Wrong:
				self.fail(f"{written} is an address")
		for written in (
			"0470/12.34.56",
			"+1 415 555 2671",
			"+49 (0)30 123456",
			"+886 912 345 678",
			"+39 06 1234 5678",
		):
			self.assertTrue(validate_phone_number(phones.phone(written, place)), written)

	def test_every_list_that_people_fill_in_is_tidied(self):
		"""A new DocType with text in it is tidied, or named above as one that nobody types into."""
		folder = Path(frappe.get_app_path("coop_membership")) / "coop_membership" / "doctype"
		for file in folder.glob("*/*.json"):
			meta = json.loads(file.read_text())
			typed = [
				field["fieldname"]
				for field in meta["fields"]
				if field["fieldtype"] in doors.TYPED
				and not field.get("read_only")
				and not field.get("hidden")
			]
			if typed and not meta.get("istable"):
				events = hooks.doc_events.get(meta["name"], {})
				tidied = all(
					hooks.TIDY[event] == events.get(event) for event in ("before_insert", "before_validate")
				)
				self.assertNotEqual(tidied, meta["name"] in NOT_TYPED, (meta["name"], typed))
