"""Files that somebody else's login wants to read: of the site's folder, of another document, by every door of the hosts."""

from __future__ import annotations

import io
import json
from pathlib import Path

from PIL import Image

import frappe

from coop_membership.tests import factories
from coop_membership.tests.security.test_takeover import TakeoverCase
from coop_membership.values import file_addresses

SECRET = "born 1985-04-12"


class FileCase(TakeoverCase):
	def setUp(self):
		super().setUp()
		self.member = factories.a_member(self.cooperative)
		self.commit()
		self.addCleanup(self.forget_files)

	def forget_files(self):
		self.look_again()
		for name in frappe.get_all("File", {"owner": ["in", [self.mallory, self.manager]]}, pluck="name"):
			frappe.delete_doc("File", name, force=True, ignore_permissions=True)  # a test
		factories.wipe("Communication", {"owner": ["in", [self.mallory, self.manager]]})
		self.commit()

	def a_private_file(self, content: str | bytes = "", ending: str = "csv"):
		"""A file of Camille's member that Mallory may not read."""
		file = frappe.get_doc(
			doctype="File",
			file_name=f"register-{factories.unique()}.{ending}",
			content=content or f"{SECRET} {factories.unique()}",  # hosts keep the same content once
			is_private=1,
			attached_to_doctype="Member",
			attached_to_name=self.member.name,
		).insert()
		self.addCleanup(self.forget, file.name)
		self.commit()
		return file

	def forget(self, name: str):
		frappe.delete_doc("File", name, force=True, ignore_missing=True)
		self.commit()

	def post(self, path: str, session=None, **sent):
		answer = (session or self.session).post(
			f"{self.url}{path}", headers={"Accept": "application/json"}, timeout=180, **sent
		)
		self.look_again()
		return answer

	def doors(self, **values) -> dict:
		"""{door: what each of the hosts' doors for a new File answers Mallory}."""
		return {
			"upload": self.post("/api/method/upload_file", data=values),
			"rest": self.post("/api/resource/File", json=values),
			"insert": self.post(
				"/api/method/frappe.client.insert", data={"doc": json.dumps({"doctype": "File", **values})}
			),
			"save": self.post(
				"/api/method/frappe.desk.form.save.savedocs",
				data={
					"doc": json.dumps({"doctype": "File", "name": "new-file-1", "__islocal": 1, **values}),
					"action": "Save",
				},
			),
			"version 2": self.post("/api/v2/document/File", json=values),
		}

	def rows(self) -> list:
		return frappe.get_all("File", {"owner": self.mallory}, ["name", "file_url"])

	def opens(self, address: str, session=None) -> str:
		return (session or self.session).get(f"{self.url}{address}", timeout=60).text


class TestTheSitesFolder(FileCase):
	"""What lies beside a site's files is no file."""

	def setUp(self):
		super().setUp()
		self.secret = Path(frappe.get_site_path(f"secret-{factories.unique()}.txt"))
		self.secret.write_text(SECRET)
		self.addCleanup(self.secret.unlink)

	def test_every_spelling_by_every_door(self):
		"""Nobody copies it: neither as a public file nor as a private one."""
		name = self.secret.name
		for address in (
			f"/files/../../{name}",
			f"/files/x/../../../{name}",
			f"/files/%2e%2e/%252e%252e/{name}",
			f"/private/files/../../{name}",
			f"/files/./../../{name}",
			f"{self.url}/files/../../{name}",
			f"file://{self.secret.absolute()}",
			f"../../{name}",
		):
			for private in (0, 1):
				found = self.doors(file_url=address, is_private=private, file_name="z.txt")
				for door, answer in found.items():
					with self.subTest(address=address, private=private, door=door):
						self.assertNotIn(answer.status_code, (200, 201))
						self.assertNotIn(SECRET, answer.text)
				self.assertEqual(self.rows(), [], address)
				for copied in (name, "z.txt"):
					for folder in (file_addresses.PUBLIC, file_addresses.PRIVATE):
						self.assertNotIn(SECRET, self.opens(folder + copied))

	def test_a_picture_of_oneself(self):
		"""A field for files makes a File past all rights: it holds no such address."""
		address = f"/files/../../{self.secret.name}"
		answer = self.write(self.session, "PUT", f"User/{self.mallory}", user_image=address)
		self.assertNotEqual(answer.status_code, 200)
		self.assertNotIn(SECRET, self.opens(f"/files/{self.secret.name}"))

	def test_fields_of_ours(self):
		"""A manager is told in a sentence; what got there long ago is not served, and not printed."""
		manager = self.logged_in(self.manager)
		for field in ("logo", "statutes", "signature"):
			for address in (
				f"file://{self.secret.absolute()}",
				f"../../{self.secret.name}",
				f"/files/../../{self.secret.name}",
			):
				answer = self.write(
					manager, "PUT", f"Cooperative/{self.cooperative.name}", **{field: address}
				)
				self.assertIn("leads to no file", answer.text, (field, address))
				self.assertFalse(frappe.db.get_value("Cooperative", self.cooperative.name, field))
		row = frappe.new_doc("File")
		row.update({"name": factories.unique(), "file_url": address, "file_name": "x"}).db_insert()
		self.addCleanup(factories.wipe, "File", {"name": row.name})
		self.addCleanup(self.cooperative.db_set, "statutes", None)
		self.cooperative.db_set("statutes", address)
		self.commit()
		path = "/api/method/coop_membership.portal.offer.statutes"
		answer = self.send("GET", path, params={"cooperative": self.cooperative.name})
		self.assertNotEqual(answer.status_code, 200)
		self.assertNotIn(SECRET, answer.text)


class TestAnothersFile(FileCase):
	"""A private file of a member, whose address and name Mallory knows."""

	def test_another_spelling(self):
		"""No way of writing its address copies it, or opens it."""
		file = self.a_private_file()
		name = file.file_url.split("/")[-1]
		for address in (
			file.file_url,
			f"/files/../../private/files/{name}",
			f"/files/../../private//files/{name}",
			f"/files/../../private/./files/{name}",
			f"/private/files//{name}",
			f"/private/files/./{name}",
			f"/private/files/{name.replace('register', '%72egister')}",
			f"/private/files/{name.replace('register', '%2572egister')}",
			f"\\private\\files\\{name}",
			f"{self.url}{file.file_url}",
		):
			for more in ({"is_private": 0}, {"is_private": 1}, {"is_private": 1, "is_folder": 1}):
				for door, answer in self.doors(file_url=address, file_name="q.csv", **more).items():
					self.assertNotIn(answer.status_code, (200, 201), (door, address, more))
				self.assertEqual(self.rows(), [], (address, more))
		for opened in (file.file_url, f"/files/{name}", "/files/q.csv"):
			self.assertNotIn(SECRET, self.opens(opened))

	def test_its_name_alone(self):
		"""A File without an address is looked for by its name."""
		file = self.a_private_file()
		name = file.file_url.split("/")[-1]
		for door, answer in self.doors(file_name=name, is_private=1).items():
			self.assertNotIn(answer.status_code, (200, 201), door)
		self.assertEqual(self.rows(), [])

	def test_an_archive(self):
		"""Nobody packs what they may not read."""
		file = self.a_private_file()
		for path in ("frappe.core.api.file.zip_files", "frappe.core.doctype.file.file.zip_files"):
			values = {"files": json.dumps([file.name])}
			for answer in (
				self.post(f"/api/method/{path}", data=values),
				self.post("/", data={**values, "cmd": path}),
			):
				self.assertNotIn(file.file_name.encode(), answer.content, path)
		answer = self.post(f"/api/method/{path}", self.logged_in(self.manager), data=values)
		self.assertIn(file.file_name.encode(), answer.content)

	def test_a_forged_file_made_smaller(self):
		"""`optimize_file` of a File that the browser says is public, or one's own, stores no copy for everybody."""
		picture = io.BytesIO()
		Image.effect_noise((80, 80), 60).save(picture, "PNG")
		file = self.a_private_file(picture.getvalue(), "png")
		copied = f"copy-{factories.unique()}.png"
		for forged in (
			{"file_url": file.file_url, "is_private": 0, "__islocal": 1},
			{**file.as_dict(), "is_private": 0, "owner": self.mallory},
			{**file.as_dict(), "owner": self.mallory},
		):
			docs = frappe.as_json(
				{**forged, "doctype": "File", "file_name": copied, "file_size": 9, "file_type": "PNG"}
			)
			answer = self.post("/api/method/run_doc_method", data={"method": "optimize_file", "docs": docs})
			self.assertNotEqual(answer.status_code, 200, forged)
			for folder in ("public", "private"):
				self.assertFalse(Path(frappe.get_site_path(folder, "files", copied)).exists(), forged)

	def test_a_mail_that_is_not_sent(self):
		"""A mail takes Files along past all rights: not those that its writer may not read."""
		file = self.a_private_file()
		values = {"content": "x", "subject": "s", "recipients": self.mallory, "send_email": 0}
		for path in (
			"frappe.core.doctype.communication.email.make",
			"frappe.automation.doctype.auto_repeat.auto_repeat.make",
		):
			self.post(f"/api/method/{path}", data={**values, "attachments": json.dumps([file.name])})
			self.assertNotIn(SECRET, self.opens(file.file_url), path)
			self.assertEqual(self.rows(), [], path)

	def test_who_may_read_it_sends_it(self):
		"""A manager's mail takes the member's file along, and a member's own file twice is one file."""
		file = self.a_private_file()
		manager = self.logged_in(self.manager)
		values = {"content": "x", "subject": "s", "recipients": self.manager, "send_email": 0}
		values |= {"doctype": "Member", "name": self.member.name, "attachments": json.dumps([file.name])}
		path = "/api/method/frappe.core.doctype.communication.email.make"
		self.assertEqual(self.post(path, manager, data=values).status_code, 200)
		named = frappe.get_all("File", {"file_url": file.file_url}, pluck="attached_to_doctype")
		self.assertEqual(sorted(named), ["Communication", "Member"])

	def test_who_brings_the_content_has_it(self):
		"""Mallory uploads what another has too, and what he has uploaded before: stored, and his."""
		content = f"an empty form {factories.unique()}"
		self.a_private_file(content, "txt")
		for _once_more in range(2):
			answer = self.post(
				"/api/method/upload_file", files={"file": ("form.txt", content)}, data={"is_private": 1}
			)
			self.assertEqual(answer.status_code, 200, answer.text[:300])
			stored = answer.json()["message"]["file_url"]
			self.assertEqual(self.opens(stored), content)
		again = self.post("/api/resource/File", json={"file_url": stored, "file_name": "form.txt"})
		self.assertEqual(again.status_code, 200, again.text[:300])
