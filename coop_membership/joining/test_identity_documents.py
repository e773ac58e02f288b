"""Identity documents: asked for, sent through the link, read by managers only, deleted once decided."""

from __future__ import annotations

import io
from pathlib import Path
from unittest.mock import patch

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

import frappe
from frappe.utils import add_days, now_datetime

from coop_membership import host, signing
from coop_membership.accounting.books import ELSEWHERE
from coop_membership.accounting.in_erpnext import online
from coop_membership.joining import automatic, confirmation, expiry, identity_documents
from coop_membership.joining.test_confirmation import by_a_visitor, open_page
from coop_membership.joining.test_file_kinds import A_JPEG, A_PDF, A_PNG
from coop_membership.messages import events, mail
from coop_membership.people import merging
from coop_membership.setup import email_templates
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.www import confirm_membership, membership_document

APPLICATION = "Membership Application"
ROLES = ("Membership Manager", "Membership User", "Membership Board", "Member", "System Manager")


def send(key: str, content: bytes | None, name: str = "passport.pdf", visitor: str = "192.0.2.1"):
	"""What the page says to somebody who sends a file with a key."""
	data = {"key": key} | ({} if content is None else {"document": (io.BytesIO(content), name)})
	request = Request(EnvironBuilder("/membership-document", method="POST", data=data).get_environ())
	context, before = frappe._dict(), frappe.local.form_dict
	frappe.local.form_dict = frappe._dict(key=key)
	try:
		with (
			patch.object(frappe.local, "request", request, create=True),
			patch.object(frappe.local, "request_ip", visitor, create=True),
		):
			membership_document.get_context(context)
	finally:
		frappe.local.form_dict = before
	return context.step


def files_of(application) -> list[Path]:
	"""Where the documents of a request are on the disk."""
	attached = {"attached_to_doctype": identity_documents.DOCTYPE, "attached_to_name": application.name}
	names = frappe.get_all("File", attached, pluck="name")
	return [Path(frappe.get_doc("File", name).get_full_path()) for name in names]


class Collecting(FrappeTestCase):
	"""A cooperative that collects documents, and Nadia who has just asked to join it online."""

	settings: dict = {}

	def setUp(self):
		self.later = []
		patcher = patch.object(
			host, "after_commit", side_effect=lambda method, **kwargs: self.later.append((method, kwargs))
		)
		patcher.start()
		self.addCleanup(patcher.stop)
		self.cooperative = factories.a_cooperative(
			accounting=ELSEWHERE, collect_id_document=1, **self.settings
		)
		self.application = by_a_visitor(self.cooperative)
		self.key = identity_documents.link(self.application).partition("key=")[2]

	def tearDown(self):
		for name in frappe.get_all(
			identity_documents.DOCTYPE, {"cooperative": self.cooperative.name}, pluck="name"
		):
			identity_documents.remove(name)  # the host gives rows back at the end, not files

	def commit(self):
		"""What the host does once the decision is saved."""
		for method, kwargs in self.later:
			frappe.get_attr(method)(**kwargs)
		self.later.clear()

	def send(self, content: bytes | None = A_PDF, **more):
		with factories.as_user("Guest"):
			return send(self.key, content, **more)

	def state(self) -> str | None:
		return frappe.db.get_value(APPLICATION, self.application.name, "id_document")

	def files(self) -> list[Path]:
		return files_of(self.application)

	def mails(self, event_word: str = "membership-document") -> int:
		rows = frappe.get_all("Email Queue", {"reference_name": self.application.name}, pluck="message")
		return sum(event_word in row.replace("=\r\n", "").replace("=\n", "") for row in rows)

	def decided(self, action: str, *arguments):
		application = frappe.get_doc(APPLICATION, self.application.name)
		getattr(application, action)(*arguments)
		return application


class TestAsking(Collecting):
	def test_asked_once_received(self):
		"""Without double opt-in: two mails at once, that it was received and the link; the browser is led to the page."""
		self.assertEqual(self.state(), "Asked")
		self.assertEqual(self.mails(), 1)
		self.assertIn("/membership-document?key=", self.application.get("__onload").document_page)

	def test_mails_do_not_contradict_each_other(self):
		"""The mail that it was received says that there is nothing to do, but not when a document is missing."""
		_subject, text = email_templates.text_of("Application Received")
		for collects, said in ((0, True), (1, False)):
			self.cooperative.collect_id_document = collects
			person = mail.recipient_of(self.application)
			values = {"doc": self.application, "cooperative": self.cooperative, "person": person}
			self.assertEqual("nothing you need to do" in frappe.render_template(text, values), said)

	def test_repeat_leads_on_while_it_is_missing(self):
		"""She presses twice: the same page again. Once the document is there, nobody gets the link by guessing her data."""
		person = factories.the_same(self.application)
		self.assertTrue(by_a_visitor(self.cooperative, **person).get("__onload"))
		self.send()
		self.assertFalse(by_a_visitor(self.cooperative, **person).get("__onload"))
		self.assertEqual(self.mails(), 1)

	def test_not_asked(self):
		"""Not from a paper form, not from a member who asks for more shares, not where the option is off."""
		self.assertFalse(factories.an_application(self.cooperative).id_document)
		self.assertFalse(by_a_visitor(factories.a_cooperative(accounting=ELSEWHERE)).id_document)
		member = factories.a_member(self.cooperative)
		user = factories.a_user("Member", email=member.email)
		frappe.db.set_value("Member", member.name, "user", user)
		person = factories.the_same(member)
		increase = by_a_visitor(self.cooperative, user, **person)
		self.assertEqual((increase.source, increase.id_document), ("Portal", None))

	def test_a_manager_asks(self):
		"""For a paper form, by the button; a decided request needs none."""
		application = factories.an_application(self.cooperative)
		self.assertTrue(application.resend("Identity Document"))
		self.assertEqual(application.id_document, "Asked")
		application.approve()
		self.assertRaises(frappe.ValidationError, application.resend, "Identity Document")

	def test_browser_sets_no_state(self):
		"""What a form sends along does not open or close anything."""
		application = by_a_visitor(factories.a_cooperative(accounting=ELSEWHERE), id_document="Received")
		self.assertFalse(application.id_document)
		application = frappe.get_doc(APPLICATION, self.application.name)
		application.update({"id_document": "Deleted", "city": "Vitré"})
		with self.assertRaisesRegex(frappe.ValidationError, "can't be changed by hand"):
			application.save()
		self.assertEqual(self.state(), "Asked")

	def test_copy_carries_nothing(self):
		"""A request that is copied knows nothing of the other's document."""
		self.send()
		copy = frappe.copy_doc(frappe.get_doc(APPLICATION, self.application.name))
		copy.update({"email": "other@example.com"})
		copy.insert()
		self.assertFalse(copy.id_document)
		self.assertFalse(identity_documents.actions(copy)["look"])

	def test_older_cooperatives_get_the_mail(self):
		"""A cooperative from before has its switch after the next migration, once."""
		frappe.db.delete(
			"Cooperative Email", {"parent": self.cooperative.name, "event": identity_documents.EVENT}
		)
		frappe.clear_document_cache("Cooperative", self.cooperative.name)
		for _migration in range(2):
			email_templates.add()
			rows = frappe.get_doc("Cooperative", self.cooperative.name).emails
			self.assertEqual([row.enabled for row in rows if row.event == identity_documents.EVENT], [1])
		self.assertEqual(len(rows), len(events.EVENTS))


class TestAskingLater(Collecting):
	settings = {"confirm_email": 1}

	def test_asked_once_confirmed(self):
		"""With double opt-in nothing is asked before the address is confirmed; that page then leads on."""
		self.assertIsNone(self.state())
		self.assertIn("needed", self.send().title)
		key = confirmation.link(self.application).partition("key=")[2]
		with factories.as_user("Guest"):
			page = open_page(confirm_membership, key, "POST")
		self.assertEqual(self.state(), "Asked")
		self.assertEqual(self.mails(), 1)
		self.assertIn("/membership-document?key=", page.link)


class TestSending(Collecting):
	def test_each_kind(self):
		"""PDF, JPEG, PNG, under whatever name: kept as they came, private, under a name of ours."""
		for content, name in ((A_PDF, "a.exe"), (A_JPEG, "../../x.html"), (A_PNG, "")):
			self.assertIn("arrived", self.send(content, name=name or "none").title)
			(path,) = self.files()
			self.assertEqual(path.read_bytes(), content)
			self.assertIn("/private/files/identity-", str(path))
			self.assertEqual(path.suffix, "")
		self.assertEqual(self.state(), "Received")

	def test_what_is_refused(self):
		"""A page named .pdf, nothing, an empty file, more than 8 MB: a sentence each, and nothing is kept."""
		large = A_PDF[:9] + b"\n" * identity_documents.LIMIT + A_PDF[9:]
		for content, word in (
			(b"<html><script>alert(1)</script></html>", "can't be read"),
			(None, "choose a file"),
			(b"", "choose a file"),
			(large, "too large"),
		):
			page = self.send(content)
			self.assertIn(word, page.problem)
			self.assertTrue(page.button)
		self.assertEqual((self.files(), self.state()), ([], "Asked"))

	def test_bad_keys(self):
		"""A cut key, one of another purpose, one that is too old, one of a request that is gone."""
		name = self.application.name
		for key in ("", self.key[:-2], signing.sign("confirm", name, 1)):
			self.key = key
			self.assertIn("not complete", self.send().title)
		for key in (signing.sign("document", name, -1), signing.sign("document", "APP-0", 1)):
			self.key = key
			self.assertIn("expired", self.send().title)
		self.assertEqual(self.files(), [])

	def test_a_second_one_replaces_the_first(self):
		"""The photo was blurred: she sends another, and the first is gone from the disk. Managers hear of it once."""
		manager = factories.a_user("Membership Manager")
		self.send(A_JPEG)
		(first,) = self.files()
		self.send(A_PNG)
		(second,) = self.files()
		self.assertFalse(first.exists())
		self.assertEqual(second.read_bytes(), A_PNG)
		told = {"for_user": manager, "document_name": self.application.name}
		self.assertEqual(frappe.db.count("Notification Log", told), 1)

	def test_the_same_one_again(self):
		"""She sends the very same file twice: it is there once."""
		self.send(A_JPEG)
		self.send(A_JPEG)
		(path,) = self.files()
		self.assertEqual(path.read_bytes(), A_JPEG)

	def test_too_often(self):
		"""The twenty-first attempt of an hour is told to wait."""
		for _attempt in range(membership_document.ATTEMPTS_PER_HOUR):
			self.assertIn("can't be read", self.send(b"x", visitor="192.0.2.77").problem)
		self.assertIn("wait an hour", self.send(visitor="192.0.2.77").problem)
		self.assertEqual(self.files(), [])

	def test_looking_changes_nothing(self):
		"""A mail program opens the link: a form, nothing more."""
		with factories.as_user("Guest"):
			self.assertTrue(open_page(membership_document, self.key).file)
		self.assertEqual(self.state(), "Asked")


class TestReading(Collecting):
	"""Who reads the document: managers, and nobody else."""

	def setUp(self):
		super().setUp()
		self.send(A_PDF)
		self.users = {role: factories.a_user(role) for role in ROLES}
		self.users["Website"] = factories.a_user()
		self.users["Guest"] = "Guest"

	def file(self):
		return frappe.get_doc(
			"File", frappe.db.get_value(identity_documents.DOCTYPE, self.application.name, "file")
		)

	def test_the_file(self):
		"""The host's own rule for private files lets managers through, and nobody else, the applicant neither."""
		self.assertNotIn(self.file().owner, ("Guest", *self.users.values()))
		for role, user in self.users.items():
			with factories.as_user(user):
				self.assertEqual(bool(self.file().is_downloadable()), role == "Membership Manager", role)

	def test_the_document(self):
		for role, user in self.users.items():
			with factories.as_user(user):
				for right in ("read", "write", "delete", "create", "share", "print", "export"):
					allowed = bool(frappe.has_permission(identity_documents.DOCTYPE, right))
					wanted = role == "Membership Manager" and right == "read"
					self.assertEqual(allowed, wanted, (role, right))

	def test_show(self):
		"""The button answers a manager with the file as it came, others with a refusal."""
		for role, user in self.users.items():
			with factories.as_user(user):
				if role != "Membership Manager":
					self.assertRaises(frappe.PermissionError, identity_documents.show, self.application.name)
					continue
				frappe.local.response = frappe._dict()
				identity_documents.show(self.application.name)
				self.assertEqual(frappe.local.response.filecontent, A_PDF)
				self.assertEqual(frappe.local.response.content_type, "application/pdf")

	def test_a_planted_file(self):
		"""ERPNext v15 lets anybody with a login attach files to anything: a manager still sees what came by the link."""
		with factories.as_user(self.users["Website"]):
			frappe.get_doc(
				{
					"doctype": "File",
					"file_name": "passport.png",
					"attached_to_doctype": identity_documents.DOCTYPE,
					"attached_to_name": self.application.name,
					"is_private": 1,
					"content": A_PNG,
				}
			).insert(ignore_permissions=True)  # as if each host let them
		with factories.as_user(self.users["Membership Manager"]):
			frappe.local.response = frappe._dict()
			identity_documents.show(self.application.name)
			self.assertEqual(frappe.local.response.filecontent, A_PDF)
		self.decided("approve")
		self.commit()
		self.assertEqual(self.files(), [])

	def test_the_request_tells_no_address(self):
		"""Users and board see on the request that it came, not where it is: no value, no attachment, no comment."""
		address = self.file().file_url
		for role in ("Membership User", "Membership Board"):
			with factories.as_user(self.users[role]):
				application = frappe.get_doc(APPLICATION, self.application.name)
				application.run_method("onload")
				self.assertEqual(application.id_document, "Received")
				self.assertFalse(application.get("__onload").id_document["look"])
				self.assertNotIn(address, frappe.as_json(application))
		about = {"reference_doctype": APPLICATION, "reference_name": self.application.name}
		shown = frappe.get_all("Comment", about, pluck="content")
		self.assertFalse([text for text in shown if address in text])
		attached = {"attached_to_doctype": APPLICATION}
		self.assertFalse(frappe.get_all("File", {**attached, "attached_to_name": self.application.name}))

	def test_lists_of_files(self):
		"""The host's list of files shows it to nobody but managers."""
		name = self.file().name
		for role in ("Membership User", "Membership Board", "Member", "Website"):
			with factories.as_user(self.users[role]):
				self.assertNotIn(name, frappe.get_list("File", pluck="name"), role)

	def test_who_checks(self):
		"""A user of the desk does not say that it was checked; a manager does, and it goes."""
		with factories.as_user(self.users["Membership User"]):
			self.assertRaises(frappe.PermissionError, self.decided, "id_document_checked")
		with factories.as_user(self.users["Membership Manager"]):
			self.decided("id_document_checked")
		self.commit()
		self.assertEqual((self.state(), self.files()), ("Deleted", []))

	def test_merging_members_shows_nobody_more(self):
		"""Two records of a person are made one: the document stays with the request, readable as before."""
		one, double = factories.a_member(self.cooperative), factories.a_member(self.cooperative)
		frappe.db.set_value(APPLICATION, self.application.name, "matched_member", double.name)
		merging.merge(one.name, double.name)
		matched = frappe.db.get_value(APPLICATION, self.application.name, "matched_member")
		self.assertEqual((matched, len(self.files())), (one.name, 1))
		same = {"content_hash": self.file().content_hash}
		self.assertEqual(
			frappe.get_all("File", same, pluck="attached_to_doctype"), [identity_documents.DOCTYPE]
		)


class TestDeciding(Collecting):
	"""The document is there when somebody decides."""

	def setUp(self):
		super().setUp()
		self.send(A_PDF)
		(self.path,) = self.files()

	def assert_deleted(self):
		self.assertEqual(self.state(), "Deleted")
		self.assertTrue(self.path.exists())  # until the decision is saved
		self.commit()
		self.assertFalse(self.path.exists())
		self.assertEqual(self.files(), [])
		self.assertFalse(frappe.db.exists(identity_documents.DOCTYPE, self.application.name))
		since = frappe.db.get_value(APPLICATION, self.application.name, "id_document_since")
		self.assertLess((now_datetime() - since).total_seconds(), 600)
		trash = frappe.get_all(
			"Deleted Document",
			{"deleted_doctype": ["in", ["File", identity_documents.DOCTYPE]]},
			pluck="data",
		)
		self.assertFalse([data for data in trash if self.path.name in data])

	def test_approved(self):
		"""Approved: the copy is gone, the date stays, and the link takes nothing more."""
		self.decided("approve")
		self.assert_deleted()
		self.assertIn("needed", self.send(A_PNG).title)
		self.assertEqual(self.files(), [])

	def test_refused(self):
		self.decided("refuse", "Unreadable twice")
		self.assert_deleted()
		self.assertIn("needed", self.send(A_PNG).title)

	def test_withdrawn(self):
		self.decided("withdraw")
		self.assert_deleted()

	def test_waiting_keeps_it(self):
		"""Blocked, waiting, back in the queue: nothing is decided, so the document stays and may be replaced."""
		self.decided("block", "Unreadable")
		self.decided("unblock")
		self.decided("put_on_waiting_list")
		self.assertTrue(self.path.exists())
		self.send(A_PNG)
		self.assertEqual(self.state(), "Received")

	def test_a_decision_that_fails_keeps_it(self):
		"""The approval breaks off half-way: the request is pending again, with its document."""
		frappe.db.savepoint("approval")
		with (
			patch("coop_membership.people.accounts.grant_when", side_effect=ValueError),
			self.assertRaises(ValueError),
		):
			self.decided("approve")
		frappe.db.rollback(save_point="approval")
		self.assertEqual(self.state(), "Received")
		self.assertTrue(self.path.exists())

	def test_a_job_that_was_lost(self):
		"""The background job never ran: the daily one deletes."""
		self.decided("approve")
		self.later.clear()
		identity_documents.sweep()
		self.assertEqual(self.files(), [])

	def test_kept_if_so_set(self):
		"""The cooperative keeps copies: it stays, for managers; the link ends all the same."""
		frappe.db.set_value("Cooperative", self.cooperative.name, "delete_id_document", 0)
		frappe.clear_document_cache("Cooperative", self.cooperative.name)
		self.decided("approve")
		self.assertEqual((self.state(), self.later), ("Kept", []))
		identity_documents.sweep()
		self.assertTrue(self.path.exists())
		self.assertIn("needed", self.send(A_PNG).title)

	def test_one_file_of_two_people(self):
		"""A couple scans both cards on one page: when one of them is refused, the other's copy stays until decided too."""
		partner = by_a_visitor(self.cooperative, first_name="Paul")
		send(identity_documents.link(partner).partition("key=")[2], A_PDF)
		self.decided("refuse", "Not now")
		self.commit()
		self.assertEqual(self.files(), [])
		(path,) = files_of(partner)
		self.assertEqual(path.read_bytes(), A_PDF)
		frappe.get_doc(APPLICATION, partner.name).refuse("Not now")
		self.commit()
		self.assertFalse(path.exists())

	def test_request_deleted(self):
		"""A refused request is deleted from the desk: its document goes with it."""
		self.decided("refuse", "Spam")
		self.later.clear()
		frappe.delete_doc(APPLICATION, self.application.name)
		self.assertFalse(self.path.exists())


class TestNotSent(Collecting):
	def test_decided_without(self):
		"""It only collects: a manager approves without; the request says that none was sent."""
		self.decided("approve")
		self.assertEqual((self.state(), self.later), ("Not Sent", []))
		self.assertIn("needed", self.send().title)

	def test_option_switched_off(self):
		"""The cooperative changes its mind: the link takes nothing more."""
		frappe.db.set_value("Cooperative", self.cooperative.name, "collect_id_document", 0)
		frappe.clear_document_cache("Cooperative", self.cooperative.name)
		self.assertIn("needed", self.send().title)


class TestPaymentDecides(Collecting):
	"""`Automatic when paid`: approved before anybody has seen a document, so the document has its own time."""

	settings = {"approval": "Automatic when paid"}

	def setUp(self):
		for patched in (
			patch.object(online, "gateway_of", return_value="Test"),
			patch.object(online, "page_of", return_value="/membership-payment?key=x"),
		):
			patched.start()
			self.addCleanup(patched.stop)
		super().setUp()

	def application_status(self) -> str:
		return frappe.db.get_value(APPLICATION, self.application.name, "status")

	def paid(self):
		subscription = frappe.get_doc("Share Subscription", {"application": self.application.name})
		factories.pay(subscription)
		self.assertEqual(self.application_status(), "Paid")

	def test_both_pages(self):
		"""After sending the form: a button for the document and one to pay; after the document, the one to pay."""
		self.assertTrue(automatic.applies_to(self.application))
		pages = self.application.get("__onload")
		self.assertEqual((bool(pages.document_page), bool(pages.payment_page)), (True, True))
		self.assertIn("/membership-payment", self.send().link)

	def test_paid_before_it_was_sent(self):
		"""She pays in two minutes and looks for her passport afterwards: it is still taken, until a manager
		has checked it.
		"""
		self.paid()
		self.assertIn("arrived", self.send().title)
		self.assertEqual(self.state(), "Received")
		self.decided("id_document_checked")
		self.commit()
		self.assertEqual((self.state(), self.files()), ("Deleted", []))
		self.assertIn("needed", self.send().title)

	def test_nobody_looks(self):
		"""Thirty days after it came it is deleted, also if nobody has looked; not a day before."""
		self.paid()
		self.send()
		for days, left in ((29, 1), (31, 0)):
			came = add_days(now_datetime(), -days)
			frappe.db.set_value(APPLICATION, self.application.name, "id_document_since", came)
			identity_documents.sweep()
			self.commit()
			self.assertEqual(len(self.files()), left, days)

	def test_expired(self):
		"""She never pays: the request expires, and the document with it."""
		self.send()
		(path,) = self.files()
		subscription = frappe.db.get_value("Share Subscription", {"application": self.application.name})
		frappe.db.set_value("Cooperative", self.cooperative.name, "application_expiry_days", 5)
		frappe.db.set_value("Share Subscription", subscription, "due_date", "2020-01-01")
		expiry.expire_all()
		self.assertEqual((self.application_status(), self.state()), ("Expired", "Deleted"))
		self.commit()
		self.assertFalse(path.exists())
