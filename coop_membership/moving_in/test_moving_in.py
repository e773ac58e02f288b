"""Moving in, on a site: from a spreadsheet to members, contacts, addresses and a register whose chain holds."""

import json
from unittest.mock import patch

import frappe
from frappe.utils import getdate

from coop_membership.desk import moving_in
from coop_membership.moving_in import export, files, people, run
from coop_membership.people import private
from coop_membership.prints import wording
from coop_membership.register import integrity, ledger
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

TITLES = (
	"Numéro de membre;Type de membre;Statut;Nom de l'organisation;Prénom;Nom;Date de naissance;Courriel;Rue et numéro;"
	"Code postal;Ville;Pays;IBAN;Date d'entrée;Date de sortie;Fonction du représentant;Numéro d'opération;"
	"Date de l'opération;Type de parts;Nombre de parts;Prix d'une part;Reçu du membre numéro\n"
)
ADA = "3;;;;Ada;Lovelace;1985-12-10;ada@moving.example;Rue Haute 1;1000;Bruxelles;BE;BE71096123456769;;;;1;2019-02-01;A;4;20;"
REGISTER = (
	TITLES
	+ ADA
	+ "\n"
	+ "7;;;;Zoé;Dupont;;zoe@moving.example;;;;;;;;;2;2019-02-02;A;3;25;\n"
	+ "3;;;;;;;;;;;;;;;;3;2020-03-01;A;3;25;7\n"
	+ "9;;;Le Potager;Ada;Lovelace;;ada@moving.example;Rue Basse 2;1000;Bruxelles;Belgique;;;;présidente;4;2021-01-01;A;10;25;\n"
	+ "3;;;;;;;;;;;;;;;;5;2021-02-01;A;-1;20;\n"
	+ "2;;ancien;;Max;Planck;;;;;;;;2001-01-01;2010-12-31;;;;;;;\n"
	+ ";;;;Carl;Gauß;;;;;;;;;;;;;;;;\n"
)


def an_import(cooperative, content: bytes | str, name: str = "members.csv", is_private: int = 1):
	"""A Member Import of a cooperative with a file."""
	document = frappe.get_doc(
		{"doctype": "Member Import", "cooperative": cooperative.name, "file": "/private/files/none"}
	).insert()
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": name,
			"content": content.encode() if isinstance(content, str) else content,
			"is_private": is_private,
			"attached_to_doctype": "Member Import",
			"attached_to_name": document.name,
		}
	).insert()
	document.db_set("file", file.file_url)
	document.reload()
	return document


def messages(document) -> list[tuple[int, str]]:
	document.reload()
	return [(row.line, row.message) for row in document.findings]


class TestMovingIn(FrappeTestCase):
	def setUp(self):
		self.cooperative = factories.a_cooperative(language="fr", country="Belgium")
		factories.a_share_class(self.cooperative)
		# nobody of another test: a contact is found again by name and e-mail address
		self.register = REGISTER.replace("moving.example", f"{factories.unique()}.example")

	def moved_in(self, content=None):
		content = content or self.register
		document = an_import(self.cooperative, content)
		self.assertEqual(document.check()["errors"], 0, messages(document))
		document.start()
		run.run(document.name)
		document.reload()
		self.assertEqual((document.status, document.failure), ("Done", None))
		return document

	def test_a_list_without_dates_moves_in_with_one_answer(self):
		"""Names and numbers of shares are all that a treasurer has, and two types of shares: the import asks for the date
		and the type once, and for those of another cooperative never."""
		factories.a_share_class(self.cooperative, "B", 10)
		document = an_import(self.cooperative, "Nom;Parts\nDurand;2\nPetit;4\n")
		self.assertEqual(document.check()["errors"], 2)
		self.assertEqual(json.loads(document.summary)["lacks"], ["effective_date", "share_class"])
		document.reload()
		other = factories.a_share_class(factories.a_cooperative())
		document.update({"date_for_all": "2020-01-01", "class_for_all": other.name})
		self.assertRaises(frappe.ValidationError, document.save)
		document.reload()
		wanted = frappe.db.get_value("Share Class", {"cooperative": self.cooperative.name, "code": "B"})
		document.update({"date_for_all": "2020-01-01", "class_for_all": wanted}).save()
		self.assertEqual(document.check(), {"errors": 0, "notices": 0, "members": 2, "movements": 2})
		document.start()
		run.run(document.name)
		entries = frappe.get_all(
			"Share Register Entry",
			{"cooperative": self.cooperative.name},
			["effective_date", "share_class", "quantity"],
		)
		self.assertEqual({(str(e.effective_date), e.share_class) for e in entries}, {("2020-01-01", wanted)})
		self.assertEqual(sorted(e.quantity for e in entries), [2, 4])

	def member(self, number: int):
		return frappe.get_doc("Member", {"cooperative": self.cooperative.name, "member_number": number})

	def counts(self) -> list[int]:
		return [
			frappe.db.count(doctype)
			for doctype in ("Member", "Contact", "Address", "Share Register Entry", "Email Queue")
		]

	def test_a_cooperative_moves_in_with_its_history(self):
		"""Five members and five operations: who holds what, since when, under the old numbers."""
		mails = frappe.db.count("Email Queue")
		self.moved_in()
		ada = self.member(3)
		self.assertEqual((ada.status, ada.total_shares, ada.total_value), ("Active", 6, 135))
		self.assertEqual(
			(ada.display_name, ada.country, private.of(ada).iban),
			("Ada Lovelace", "Belgium", "BE71 0961 2345 6769"),
		)
		self.assertEqual(ada.joined_on, getdate("2019-02-01"))
		zoe = self.member(7)
		self.assertEqual((zoe.status, zoe.total_shares, zoe.left_on), ("Former", 0, getdate("2020-03-01")))
		self.assertEqual((self.member(2).status, self.member(2).left_on), ("Former", getdate("2010-12-31")))
		carl = frappe.get_doc("Member", {"cooperative": self.cooperative.name, "last_name": "Gauß"})
		self.assertEqual((carl.status, carl.member_number or 0), ("Candidate", 0))
		self.assertEqual(ledger.holdings(ada.name, "2020-12-31"), {f"{self.cooperative.name}-A": 7})
		rows = ledger.movements(self.cooperative.name)
		self.assertEqual([row.number for row in rows], [1, 2, 3, 4, 5])
		self.assertEqual({row.entry_type for row in rows}, {"Opening"})
		self.assertEqual(ledger.verify_chain(self.cooperative.name), [])
		self.assertEqual(integrity.check(self.cooperative.name), [])
		self.assertEqual(frappe.db.count("Email Queue"), mails)

	def test_one_person_in_two_roles_is_one_contact(self):
		"""Ada is a member herself and represents the garden: one Contact, listed as representative."""
		self.moved_in()
		ada, garden = self.member(3), self.member(9)
		self.assertEqual(garden.contact, ada.contact)
		[representative] = garden.representatives
		self.assertEqual((representative.contact, representative.function), (ada.contact, "présidente"))
		contact = frappe.get_doc("Contact", ada.contact)
		self.assertEqual((contact.email_id, contact.email_ids[0].email_id), (ada.email, ada.email))
		address = frappe.get_doc("Address", contact.address)
		self.assertEqual((address.address_line1, address.pincode), ("Rue Haute 1", "1000"))
		self.assertIn(ada.name, [link.link_name for link in address.links])
		for doc in (ada, garden, contact, address):
			doc.save()  # what the import stored is what the forms accept

	def test_father_and_son_are_two_contacts(self):
		"""One name, one mailbox, two birth dates, two lines; and the son again in a file of another cooperative."""
		titles, place = "Prénom;Nom;Date de naissance;E-mail\n", factories.unique()
		father, son = (f"Jean;Petit;{day};petit@{place}.example\n" for day in ("1950-02-03", "1980-04-05"))
		self.moved_in(titles + father + son)
		first = self.contacts_by_birth()
		self.assertEqual(len(set(first.values())), 2)
		self.cooperative = factories.a_cooperative(language="fr", country="Belgium")
		self.moved_in(titles + son)
		self.assertEqual(self.contacts_by_birth(), {"1980-04-05": first["1980-04-05"]})

	def contacts_by_birth(self) -> dict[str, str]:
		rows = frappe.get_all("Member", {"cooperative": self.cooperative.name}, ["name", "contact"])
		born = private.of_many("Member", [row.name for row in rows])
		return {str(born[row.name].birth_date): row.contact for row in rows}

	def test_numbers_go_on_after_the_highest(self):
		"""Highest member number 9, highest operation 5: the next to join is 10, with operation 6."""
		self.moved_in()
		member = factories.a_member(self.cooperative)
		self.assertEqual(member.member_number, 10)
		self.assertEqual(ledger.movements(member=member.name)[0].number, 6)
		self.assertEqual(ledger.verify_chain(self.cooperative.name), [])
		later = an_import(self.cooperative, TITLES + ADA.replace("3;;", "77;;", 1).replace("ada@", "eva@"))
		self.assertEqual(later.check()["errors"], 1)
		self.assertIn("entries of its own", messages(later)[-1][1])

	def test_a_dry_run_stores_nothing_and_names_each_line(self):
		"""Wrong account, unknown class and a gap in the numbers: each is said with its line, nothing is made."""
		before = self.counts()
		document = an_import(
			self.cooperative,
			TITLES
			+ ADA.replace("BE71", "BE72")
			+ "\n4;;;;Max;x;;;;;;;;;;;2;2019-02-01;Z;4;20;\n5;;;;Eva;y;;;;;;;;;;;4;2019-02-01;A;4;20;\n",
		)
		result = document.check()
		self.assertEqual((result["errors"], document.status), (3, "Draft"))
		found = messages(document)
		self.assertEqual([line for line, _text in found], [0, 2, 3])
		self.assertIn("these numbers: 3.", found[0][1])
		self.assertIn("IBAN", found[1][1])
		self.assertIn("“Z”", found[2][1])
		self.assertEqual(self.counts(), before)
		with self.assertRaises(frappe.ValidationError):
			document.start()

	def test_the_manager_reads_the_findings_in_french(self):
		document = an_import(self.cooperative, "Nom;Ville\n;Liège\n")
		before, frappe.local.lang = frappe.local.lang, "fr"
		try:
			document.check()
		finally:
			frappe.local.lang = before
		document.reload()
		[row] = document.findings
		self.assertEqual(row.column_title, "Nom")
		self.assertEqual(row.message, "«\xa0Nom\xa0» est vide. Remplissez cette cellule.")

	def test_what_stopped_goes_on_where_it_stopped(self):
		"""The third of four chunks fails: two stay; the second start makes the rest, and nothing twice."""
		document = an_import(self.cooperative, self.register)
		document.check()
		document.start()
		chunks = []
		store = people.store_members

		def fails_at_third(cooperative, rows):
			chunks.append(len(rows))
			store(cooperative, rows)
			if len(chunks) == 3:
				raise RuntimeError("The lights went out")

		with patch.object(run, "CHUNK", 1), patch.object(people, "store_members", fails_at_third):
			run.run(document.name)
			document.reload()
			self.assertEqual((document.status, document.done_members), ("Failed", 2))
			self.assertIn("lights", document.failure)
			self.assertEqual(frappe.db.count("Member", {"cooperative": self.cooperative.name}), 2)
			frappe.db.savepoint("live")
			with self.assertRaisesRegex(frappe.ValidationError, "moving in"):
				ledger.post(
					self.cooperative.name,
					"Subscription",
					f"{self.cooperative.name}-A",
					1,
					25,
					effective_date="2026-01-01",
					to_member=self.member(3).name,
				)
			frappe.db.rollback(save_point="live")
			document.start()
			run.run(document.name)
		document.reload()
		self.assertEqual((document.status, document.done_members, document.done_movements), ("Done", 5, 5))
		self.assertEqual(frappe.db.count("Member", {"cooperative": self.cooperative.name}), 5)
		self.assertEqual(integrity.check(self.cooperative.name), [])
		run.run(document.name)
		document.start()
		self.assertEqual(frappe.db.count("Member", {"cooperative": self.cooperative.name}), 5)

	def test_a_file_exchanged_after_the_check_is_not_imported(self):
		document = an_import(self.cooperative, self.register)
		document.check()
		other = an_import(self.cooperative, TITLES + ADA)
		document.db_set("file", other.file)
		with self.assertRaisesRegex(frappe.ValidationError, "not the one that was checked"):
			document.start()

	def test_a_member_who_came_in_between_is_found_at_the_start(self):
		"""Checked on Monday, somebody joined on Tuesday, started on Wednesday: the start refuses."""
		document = an_import(self.cooperative, self.register)
		document.check()
		factories.a_member(self.cooperative)
		with self.assertRaisesRegex(frappe.ValidationError, "changed since the check"):
			document.start()

	def test_export_gives_back_what_went_in(self):
		"""Exported, imported into another cooperative, exported again: the same file, as CSV and as workbook."""
		self.moved_in()
		first = list(export.exported(self.cooperative.name, "fr"))
		self.assertEqual(len(first), 8)
		for write in (files.write_csv, lambda rows: files.write_xlsx({"Membres": rows})):
			self.cooperative = factories.a_cooperative(language="fr", country="Belgium")
			factories.a_share_class(self.cooperative)
			self.moved_in(write(first))
			self.assertEqual(list(export.exported(self.cooperative.name, "fr")), first)

	def test_an_export_is_noted_for_each_member(self):
		"""The file holds birth dates and accounts: the access log says of each member who took them away."""
		member = factories.a_member(self.cooperative)
		manager = factories.a_user("Membership Manager")
		with factories.as_user(manager):
			moving_in.export(self.cooperative.name)
		for name in (member.name, self.cooperative.name):
			looks = {"export_from": "Private Details", "reference_document": name, "user": manager}
			self.assertTrue(frappe.db.exists("Access Log", looks), name)

	def test_a_template_of_each_language_reads_as_empty(self):
		for language in ("en", "fr", "nl", "de"):
			for file_type in ("CSV", "XLSX"):
				moving_in.template(language, file_type)
				[(_line, cells)] = files.read(frappe.response.filecontent)
				self.assertEqual(len([cell for cell in cells if cell]), 34)
				document = an_import(self.cooperative, frappe.response.filecontent, f"t.{file_type.lower()}")
				self.assertEqual(document.check()["errors"], 1)

	def test_only_managers_move_members_in_or_out(self):
		"""A Membership User may neither start an import nor take the list of all members away."""
		document = an_import(self.cooperative, self.register)
		frappe.set_user(factories.a_user("Membership User"))
		try:
			for attempt in (
				document.check,
				document.start,
				lambda: moving_in.export(self.cooperative.name),
				moving_in.template,
			):
				# Dokos raises a plain ValidationError where Frappe 15 raises a PermissionError
				with self.assertRaises((frappe.PermissionError, frappe.ValidationError)):
					attempt()
		finally:
			frappe.set_user("Administrator")

	def test_a_manager_moves_members_in(self):
		document = an_import(self.cooperative, self.register)
		frappe.set_user(factories.a_user("Membership Manager"))
		try:
			document.check()
			document.start()
			run.run(document.name)
		finally:
			frappe.set_user("Administrator")
		document.reload()
		self.assertEqual(document.status, "Done")

	def test_what_moved_in_can_be_saved_merged_and_taken_over(self):
		"""A real list with numbers and addresses in every habit. Each member is saved by a manager afterwards, one takes
		over what a new request says, and two are merged: no form refuses what the import let in."""
		odd = (
			"N°;Prénom;Nom;Né(e) le;Mail;Portable;Adresse;CP;Commune;Pays;Compte;N° BCE;Raison sociale;Forme juridique;Parts;"
			"Date d'achat;Type de part\n"
			"1;An\u200bne;D’Hondt;12/04/1985;ANNE@{0};0470/12.34.56;Rue Haute 1 ; 1000;Bruxelles;BE;be71096123456769;;;;2;1/2/2020;A\n"
			"2;O'Neil;van der Stræten-Łukasz;1.1.1900;o'neil+coop@{0};+44 (0)20 7946 0958;;;;Royaume-Uni;;;;;1;1/2/2020;A\n"
			"3;Anne;Dhondt;;anne.dhondt@{0};0032 470 12 34 56;;;;;;;;;4;1/2/2020;A\n"
			"4;Ada;Lovelace;;ada@{0};;Rue Basse 2;1000;Bruxelles;Belgique;;TVA BE 0477.472.701;Le Potager & Fils;;1 000;1/2/2020;A\n"
			"5;李;小龙;;li@{0};02 123 45 67;;;;;;;;;1;1/2/2020;A\n"
		).format(f"{factories.unique()}.example")
		self.moved_in(odd)
		members = [self.member(number) for number in range(1, 6)]
		self.assertEqual(
			[m.phone for m in members], ["+32470123456", "+442079460958", "+32470123456", None, "+3221234567"]
		)
		self.assertEqual((members[3].registration_number, members[3].total_shares), ("0477472701", 1000))
		with factories.as_user(factories.a_user("Membership Manager")):
			for member in members:
				member.reload()
				member.city = "Namur"
				member.save()
				frappe.get_doc("Contact", member.contact).reload()
			anne, twin = members[0].name, members[2].name
			members[0].merge(twin)
		self.assertEqual(frappe.db.get_value("Member", twin, "merged_into"), anne)
		self.assertEqual(ledger.holdings(anne), {f"{self.cooperative.name}-A": 6})
		for member in members[:2] + members[3:]:
			contact = frappe.get_doc("Contact", member.contact)
			contact.save()
		application = factories.an_application(
			self.cooperative,
			**{**factories.the_same(members[1]), "phone": "0475 11 22 33", "country": "Belgium"},
		)
		self.assertEqual(application.matched_member, members[1].name)
		application.take_over(["phone"])
		members[1].reload()
		self.assertEqual(members[1].phone, "+32475112233")
		members[1].save()

	def test_columns_are_assigned_by_hand_and_known_the_next_time(self):
		"""`Pseudo` means the last name, `Pointure` nothing. Moving in asks about the cells left out; the next list of the
		cooperative is understood at once, another cooperative's is not."""
		text = f"Pseudo;Pointure;Mail\nx;42;x@{factories.unique()}.example\n"
		document = an_import(self.cooperative, text)
		self.assertEqual(document.check()["errors"], 3)
		self.assertRaises(frappe.ValidationError, document.assign, {"Pseudo": "status of the moon"})
		self.assertEqual(document.assign({"Pseudo": "last_name", "Pointure": ""})["errors"], 0)
		document.reload()
		self.assertEqual((document.status, document.is_whole, document.total_lines), ("Checked", 0, 1))
		with self.assertRaisesRegex(frappe.ValidationError, "not read"):
			document.start()
		document.start(not_read=1)
		run.run(document.name)
		document.reload()
		self.assertEqual(document.status, "Done")
		self.assertEqual(an_import(self.cooperative, text.replace("x@", "y@")).check()["errors"], 0)
		self.assertEqual(an_import(factories.a_cooperative(), text).check()["errors"], 3)

	def test_the_page_says_what_the_file_holds(self):
		"""Seven lines, five members, five operations, sixteen shares of class A."""
		document = an_import(self.cooperative, self.register)
		document.check()
		document.reload()
		counts = (
			document.total_lines,
			document.total_members,
			document.total_movements,
			document.total_shares,
		)
		self.assertEqual(counts, (7, 5, 5, 16))
		self.assertEqual(document.is_whole, 1)
		[held] = json.loads(document.summary)["classes"]
		self.assertEqual((held["title"], held["shares"], held["value"]), ("Part A", 16, 385))

	def test_prices_and_classes_are_said_as_the_reader_writes_them(self):
		"""1250,50 in the column of prices, for a class of 25 €: in French with a comma, and by the class's title."""
		titles = "Nom;Date de l'opération;Type de parts;Nombre de parts;Prix d'une part\n"
		document = an_import(self.cooperative, titles + "Dupont;2019-02-01;A;50;1250,50\n")
		with wording.language("fr"):
			document.check()
		[(_line, message)] = messages(document)
		self.assertIn("1\u202f250,50, alors que Part A coûte 25,00", message)

	def test_who_is_here_already_is_asked_before_moving_in(self):
		"""Jean Petit moved in without a mailbox, with 4 shares. Another file has him again, under another number: the import
		waits until somebody says that he is another one, and says nothing of it when he is not in the file.
		"""
		titles = "Numéro de membre;Prénom;Nom;Date de naissance;Numéro d'opération;Date de l'opération;Type de parts;Nombre de parts\n"
		self.moved_in(titles + "1;Jean;Petit;1950-01-01;1;2019-02-01;A;4\n")
		again = an_import(self.cooperative, titles + "2;Jean;Petit;1950-01-01;2;2019-02-01;A;4\n")
		self.assertEqual(again.check(), {"errors": 0, "notices": 1, "members": 1, "movements": 1})
		self.assertIn("was born on this day", messages(again)[0][1])
		with self.assertRaisesRegex(frappe.ValidationError, "say again what is here already"):
			again.start()
		self.assertEqual(frappe.db.count("Member", {"cooperative": self.cooperative.name}), 1)
		again.start(not_read=1)
		run.run(again.name)
		self.assertEqual(frappe.db.count("Member", {"cooperative": self.cooperative.name}), 2)

	def test_many_faults_of_one_kind_are_counted_and_twenty_are_listed(self):
		document = an_import(self.cooperative, "Nom;IBAN\n" + "".join(f"x{n};BE1\n" for n in range(50)))
		self.assertEqual(document.check()["errors"], 50)
		found = messages(document)
		self.assertEqual(len(found), 21)
		self.assertIn("the same fault: 30", found[-1][1])

	def test_a_file_that_cannot_be_read_whole_is_one_finding(self):
		for content, line, words in (
			('Prénom;Nom;Ville\nLéa;"Dupont;Liège\nBob;Martin;Namur\n', 2, "quotation mark"),
			(b"\xd0\xcf\x11\xe0", 0, "locked by a password"),
			("Nom\n" + "y" * 200_000, 2, "far too much text"),
		):
			document = an_import(self.cooperative, content)
			self.assertEqual(document.check()["errors"], 1)
			[(at, message)] = messages(document)
			self.assertEqual(at, line)
			self.assertIn(words, message)

	def test_a_public_file_is_refused(self):
		"""A list of people must not be reached by its address."""
		document = an_import(self.cooperative, self.register, is_private=0)
		with self.assertRaisesRegex(frappe.ValidationError, "public"):
			document.check()
