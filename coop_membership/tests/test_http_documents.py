"""Identity documents over HTTP: what is taken through the link, and who reads the file at its address."""

from __future__ import annotations

from pathlib import Path

import requests

import frappe

from coop_membership import signing
from coop_membership.accounting.books import ELSEWHERE
from coop_membership.joining import identity_documents
from coop_membership.joining.test_confirmation import by_a_visitor
from coop_membership.joining.test_file_kinds import A_JPEG, A_PDF, A_PNG
from coop_membership.tests import factories
from coop_membership.tests.web import WebCase

MANAGER = "Membership Manager"
OTHERS = ("Membership User", "Membership Board", "Member", "System Manager")
REFUSED = (403, 404)


class TestDocuments(WebCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = cls.a_cooperative(accounting=ELSEWHERE, collect_id_document=1)
		cls.roles = {role: cls.a_user(role) for role in (MANAGER, *OTHERS)}
		cls.sessions = {"Guest": requests.Session()}

	def setUp(self):
		self.application = self.an_applicant()
		self.key = self.key_of(self.application)

	def an_applicant(self):
		application = by_a_visitor(self.cooperative)
		self.commit()
		return application

	@staticmethod
	def key_of(application) -> str:
		return identity_documents.link(application).partition("key=")[2]

	def send_file(self, content: bytes, name: str = "passport.pdf", kind: str = "application/pdf", key=None):
		answer = requests.post(
			f"{self.url}/membership-document",
			data={"key": key or self.key},
			files={"document": (name, content, kind)},
			timeout=60,
		)
		self.assertEqual(answer.status_code, 200, answer.text[:300])
		return answer.text

	def state(self) -> str:
		self.look_again()
		return frappe.db.get_value("Membership Application", self.application.name, "id_document")

	def file(self):
		"""The File of the application's document, None when there is none."""
		self.look_again()
		attached = {
			"attached_to_doctype": identity_documents.DOCTYPE,
			"attached_to_name": self.application.name,
		}
		names = frappe.get_all("File", attached, pluck="name")
		self.assertLessEqual(len(names), 1)
		return frappe.get_doc("File", names[0]) if names else None

	def look(self, role: str, address: str) -> requests.Response:
		if role not in self.sessions:
			self.sessions[role] = self.logged_in(self.roles[role])
		return self.sessions[role].get(f"{self.url}{address}", timeout=60)

	def test_only_managers_read_it(self):
		"""She sends her passport: a manager sees it by the button and at its address, nobody else does at either."""
		self.assertIn("your document has arrived", self.send_file(A_PDF))
		self.assertEqual(self.state(), "Received")
		button = (
			f"/api/method/coop_membership.joining.identity_documents.show?application={self.application.name}"
		)
		for address in (button, self.file().file_url):
			answer = self.look(MANAGER, address)
			self.assertEqual((answer.status_code, answer.content), (200, A_PDF), address)
			for role in (*OTHERS, "Guest"):
				answer = self.look(role, address)
				self.assertIn(answer.status_code, REFUSED, (role, address))
				self.assertNotIn(A_PDF, answer.content)
		shown = self.look(MANAGER, button).headers
		self.assertEqual(shown["Content-Type"].partition(";")[0], "application/pdf")
		self.assertTrue(shown["Content-Disposition"].startswith("inline"))

	def test_other_doors(self):
		"""The host's own calls for documents and files tell the others neither where it is nor what is in it."""
		self.send_file(A_PDF)
		file = self.file()
		for address in (
			f"/api/resource/Identity Document/{self.application.name}",
			"/api/resource/Identity Document",
			f"/api/resource/File/{file.name}",
			f'/api/resource/File?filters=[["name","=","{file.name}"]]&fields=["file_url"]',
			"/api/method/frappe.desk.form.load.getdoc?doctype=Membership Application"
			f"&name={self.application.name}",
			f"/api/method/frappe.desk.form.load.getdoc?doctype=Identity Document&name={self.application.name}",
		):
			for role in ("Membership User", "Membership Board", "Member", "Guest"):
				self.assertNotIn(file.file_url, self.look(role, address).text, (role, address))

	def test_content_decides(self):
		"""A web page named passport.pdf is refused; a photo named page.html is taken."""
		self.assertIn("can&#39;t be read", self.send_file(b"<html><script>alert(1)</script></html>"))
		self.assertEqual((self.state(), self.file()), ("Asked", None))
		self.assertIn("your document has arrived", self.send_file(A_JPEG, "../page.html", "text/html"))
		self.assertEqual(Path(self.file().get_full_path()).read_bytes(), A_JPEG)

	def test_too_large(self):
		"""One byte more than 8 MB is refused with a sentence, 8 MB are taken."""
		fits = A_PNG[:-12] + b"\x00" * (identity_documents.LIMIT - len(A_PNG)) + A_PNG[-12:]
		self.assertIn("too large", self.send_file(fits + b"\x00"))
		self.assertIsNone(self.file())
		self.assertIn("your document has arrived", self.send_file(fits))

	def test_second_replaces_first(self):
		"""She sends a better photo: the first address answers nobody any more."""
		self.send_file(A_JPEG + factories.unique().encode())  # equal files share one address
		first = self.file().file_url
		self.assertIn(
			"Your document has arrived", self.look("Guest", f"/membership-document?key={self.key}").text
		)
		self.send_file(A_PNG)
		self.assertIn(self.look(MANAGER, first).status_code, REFUSED)
		self.assertEqual(self.look(MANAGER, self.file().file_url).content, A_PNG)

	def test_links(self):
		"""Expired, of another purpose, cut, or another applicant's own: nothing arrives here."""
		name = self.application.name
		self.assertIn("has expired", self.send_file(A_PDF, key=signing.sign("document", name, -1)))
		for key in (signing.sign("confirm", name, 1), self.key[:-3]):
			self.assertIn("not complete", self.send_file(A_PDF, key=key))
		self.send_file(A_PDF, key=self.key_of(self.an_applicant()))
		self.assertEqual((self.state(), self.file()), ("Asked", None))

	def test_looking_sends_nothing(self):
		"""A link that says what to store stores nothing: only the form's post does."""
		requests.get(f"{self.url}/membership-document", {"key": self.key, "document": "%PDF-"}, timeout=60)
		self.assertEqual(self.state(), "Asked")

	def test_after_the_decision(self):
		"""Approved: the file is gone from the disk, its address answers nobody, and the link takes nothing more."""
		self.send_file(A_PDF)
		file = self.file()
		path = Path(file.get_full_path())
		frappe.get_doc("Membership Application", self.application.name).approve()
		self.commit()
		identity_documents.sweep()  # as the background job, whether or not this site has workers
		self.commit()
		self.assertFalse(path.exists())
		self.assertIn(self.look(MANAGER, file.file_url).status_code, REFUSED)
		self.assertIn("No document is needed any more", self.send_file(A_PNG))
		self.assertEqual((self.state(), self.file()), ("Deleted", None))
