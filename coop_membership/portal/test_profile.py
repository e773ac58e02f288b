"""What a member changes about herself on the website, and what has to be confirmed before it counts."""

from __future__ import annotations

import json
from io import BytesIO
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from PIL import Image

import frappe
from frappe.utils import add_days, now_datetime, today
from frappe.utils.password import check_password, update_password

from coop_membership.messages import mail, tasks
from coop_membership.people import own_changes, photos, private
from coop_membership.portal import profile
from coop_membership.portal.pages.profile import Profile
from coop_membership.prints.wording import long_date
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

ANOTHER_IBAN = "BE71 0961 2345 6769"
PASSWORD = "Zx9!longpassw0rd"


def a_photo(width: int, height: int, kind: str = "PNG") -> bytes:
	written = BytesIO()
	Image.new("RGB", (width, height), "teal").save(written, kind)
	return written.getvalue()


class TestPhotos(FrappeTestCase):
	def test_cut_and_written_anew(self):
		"""A wide PNG becomes a square JPEG; what is no photo, empty or too large is refused."""
		with Image.open(BytesIO(photos.portrait(a_photo(1200, 700)))) as found:
			self.assertEqual((found.format, found.size), ("JPEG", (photos.SIDE, photos.SIDE)))
		with Image.open(BytesIO(photos.portrait(a_photo(90, 200, "JPEG")))) as small:
			self.assertEqual(small.size, (90, 90))
		for content, code in (
			(b"", "empty"),
			(b"<svg onload=alert(1)>", "unreadable"),
			(a_photo(20, 20)[:40], "unreadable"),
			(b"x" * (photos.LIMIT + 1), "too_large"),
		):
			with self.assertRaises(photos.Unusable) as refused:
				photos.portrait(content)
			self.assertEqual(refused.exception.code, code)


class TestProfile(FrappeTestCase):
	"""Inès is a member here and in another cooperative, and represents a garden; Béa is somebody else."""

	def setUp(self):
		terms = [
			{"key": "charter", "title": "Charte", "text": "Un", "version": 1, "shown": 1, "required": 1},
			{"key": "news", "title": "Lettre", "text": "Deux", "version": 1, "shown": 1, "required": 0},
		]
		self.cooperative = factories.a_cooperative(portal_account="On approval", consents=terms)
		self.ines = factories.a_member(self.cooperative, first_name="Inès", last_name="Ménard")
		self.bea = factories.a_member(self.cooperative, first_name="Béa")
		self.user = self.ines.user
		self.links = []
		keeping = patch.object(own_changes, "get_url", lambda path: self.links.append(path) or path)
		keeping.start()
		self.addCleanup(keeping.stop)
		self.enterContext_(self.user)

	def enterContext_(self, user: str) -> None:
		"""The rest of the test is done by this user."""
		context = factories.as_user(user)
		context.__enter__()
		self.addCleanup(context.__exit__, None, None, None)

	def now(self):
		return frappe.get_doc("Member", self.ines.name)

	def last_key(self) -> str:
		"""The key of the link that was mailed last."""
		return parse_qs(urlsplit(self.links[-1]).query)["key"][0]

	def test_address_phone_and_language(self):
		"""They count at once; what can't be read is refused with a sentence; another's stay as they are."""
		profile.change(self.ines.name, phone="06 12 34 56 78", address_line1="12 rue Neuve", language="fr")
		now = self.now()
		self.assertEqual(
			(now.phone, now.address_line1, now.language, now.city),
			("+33612345678", "12 rue Neuve", "fr", "Rennes"),
		)
		self.assertRaises(frappe.ValidationError, profile.change, self.ines.name, phone="no number")
		self.assertRaises(frappe.PermissionError, profile.change, self.bea.name, city="Nowhere")

	def test_the_page(self):
		"""Shows who she is, the account by its ends only, and what stands against deletion."""
		private.write(self.ines, {"iban": factories.IBAN})
		words = Profile().words(self.now())
		self.assertEqual((words["email"], words["iban"]), (self.user, "FR14 •••• 2606"))
		self.assertTrue(any("3" in one for one in words["obstacles"]))
		self.assertTrue(words["kept_until"])

	def test_a_name_is_asked_for(self):
		"""It stands in the register: the managers get a task, and nothing changes."""
		profile.ask_name("Inès", "Moreau", self.ines.name)
		self.assertEqual(self.now().last_name, "Ménard")
		about = {"reference_type": "Member", "reference_name": self.ines.name}
		self.assertIn("Inès Moreau", frappe.get_all("ToDo", about, pluck="description")[0])
		self.assertRaises(frappe.ValidationError, profile.ask_name, "Inès", "Ménard", self.ines.name)

	def test_what_waits(self):
		"""She sees each change beside its field, since when and what to do, and takes it back: link and task are closed."""
		private.write(self.ines, {"iban": factories.IBAN})
		new = f"ines.{factories.unique()}@example.com"
		profile.change_email(new, self.ines.name)
		astray = own_changes.proposed_email(self.last_key())
		profile.change_iban(ANOTHER_IBAN, self.ines.name)
		account = own_changes.proposed_iban(self.last_key())
		for name in ("Moreau", "Morel"):
			profile.ask_name("Inès", name, self.ines.name)
		waits = Profile().words(self.now())["waits"]
		for change, said in (
			("proposed_email", new),
			("proposed_iban", "BE71 •••• 6769"),
			("proposed_name", "Inès Morel"),
		):
			self.assertIn(said, waits[change]["asked"])
			self.assertIn(long_date(today()), waits[change]["asked"])
		self.assertIn(new, waits["proposed_email"]["to_do"])
		self.assertIn(self.ines.email, waits["proposed_iban"]["to_do"])
		self.assertEqual(self.open_tasks(), 1, "the first wish gave way")
		self.assertRaises(frappe.PermissionError, profile.take_back, "iban", self.ines.name)
		for change in waits:
			self.assertRaises(frappe.PermissionError, profile.take_back, change, self.bea.name)
			for _twice in range(2):
				profile.take_back(change, self.ines.name)
		self.assertFalse(any(Profile().words(self.now())["waits"].values()))
		self.assertEqual(own_changes.confirm_email(*astray), own_changes.CLOSED)
		self.assertEqual(own_changes.confirm_iban(*account), own_changes.CLOSED)
		self.assertEqual(self.open_tasks(), 0)

	def open_tasks(self) -> int:
		"""What the managers are asked about her; each of them has the same."""
		about = {"reference_type": "Member", "reference_name": self.ines.name, "status": "Open"}
		return len(set(frappe.get_all("ToDo", about, pluck="description")))

	def test_what_waits_no_longer(self):
		"""The link has expired: she reads so. The managers have decided on the name: nothing waits."""
		profile.change_email(f"ines.{factories.unique()}@example.com", self.ines.name)
		details = {"reference_name": self.ines.name}
		frappe.db.set_value("Private Details", details, "proposed_email_on", add_days(now_datetime(), -3))
		self.assertIn("expired", Profile().words(self.now())["waits"]["proposed_email"]["to_do"])
		profile.ask_name("Inès", "Moreau", self.ines.name)
		self.assertTrue(Profile().words(self.now())["waits"]["proposed_name"])
		tasks.close(self.ines)
		self.assertIsNone(Profile().words(self.now())["waits"]["proposed_name"])

	def test_photo(self):
		"""Kept as a private file that she sees; the next one takes its place; nobody else sees it."""
		for width in (600, 900):
			own_changes.set_photo(self.now(), a_photo(width, 600))
		mine = {"attached_to_name": self.ines.name, "attached_to_field": "photo"}
		self.assertEqual(frappe.get_all("File", mine, pluck="is_private"), [1])
		profile.photo(self.ines.name)
		self.assertEqual(frappe.local.response.filecontent[:2], b"\xff\xd8")
		self.assertRaises(frappe.PermissionError, profile.photo, self.bea.name)
		self.assertRaises(frappe.ValidationError, profile.set_photo, self.ines.name)  # nothing was sent
		profile.drop_photo(self.ines.name)
		self.assertFalse(self.now().photo or frappe.get_all("File", mine))

	def test_a_new_mailbox(self):
		"""Nothing changes before its link was opened; then she logs in with it and the password she has, the old one is over."""
		update_password(self.user, PASSWORD)
		new = f"ines.{factories.unique()}@example.com"
		profile.change_email(new, self.ines.name)
		self.assertEqual(self.now().email, self.user)
		self.assertTrue(
			any(self.user in row.recipients for row in mail.queued(self.now(), ["Address Change"]))
		)
		member, old, proposed = own_changes.proposed_email(self.last_key())
		self.assertEqual(own_changes.confirm_email(member, old, proposed), own_changes.CONFIRMED)
		now = self.now()
		self.assertEqual((now.email, now.user), (new, new))
		self.assertEqual(check_password(new, PASSWORD), new)
		self.assertFalse(frappe.db.get_value("User", self.user, "enabled"))
		self.assertEqual(own_changes.confirm_email(self.now(), old, proposed), own_changes.CLOSED)
		with factories.as_user(self.user):
			self.assertRaises(frappe.PermissionError, profile.change, self.ines.name, city="Nantes")
		with factories.as_user(new):
			profile.change(self.ines.name, city="Nantes")
		self.assertEqual(self.now().city, "Nantes")

	def test_a_mistyped_mailbox(self):
		"""She mistypes the new address and writes the right one at once: the link that went astray is closed, the other counts."""
		wrong, right = (f"ines.{factories.unique()}@example.com" for _twice in range(2))
		profile.change_email(wrong, self.ines.name)
		astray = own_changes.proposed_email(self.last_key())
		profile.change_email(right, self.ines.name)
		counts = own_changes.proposed_email(self.last_key())
		self.assertEqual(own_changes.confirm_email(*astray), own_changes.CLOSED)
		self.assertEqual(self.now().email, self.user)
		self.assertEqual(own_changes.confirm_email(*counts), own_changes.CONFIRMED)
		self.assertEqual(self.now().email, right)

	def test_a_mailbox_of_somebody_else(self):
		"""Béa's address says nothing and does nothing by itself: the link goes to Béa, and a key of another kind is none."""
		profile.change_email(self.bea.email, self.ines.name)
		self.assertEqual(self.now().email, self.user)
		for key in ("", "nonsense", self.last_key()[:-2]):
			self.assertRaises(own_changes.signing.BadKey, own_changes.proposed_email, key)
		self.assertRaises(frappe.ValidationError, profile.change_email, "not an address", self.ines.name)
		self.assertRaises(frappe.PermissionError, profile.change_email, "a@example.com", self.bea.name)

	def test_a_new_account(self):
		"""It waits until the link in the mail was opened; the old one is kept; a second proposal closes the first link."""
		private.write(self.ines, {"iban": factories.IBAN})
		self.assertRaises(frappe.ValidationError, profile.change_iban, "FR00 1234", self.ines.name)
		profile.change_iban(ANOTHER_IBAN, self.ines.name)
		first = self.last_key()
		self.assertEqual(private.of(self.ines).iban, factories.IBAN)
		profile.change_iban("DE89370400440532013000", self.ines.name)
		profile.change_iban(ANOTHER_IBAN.replace(" ", ""), self.ines.name)
		member, mark = own_changes.proposed_iban(first)
		self.assertNotIn("0961", first)
		self.assertEqual(own_changes.confirm_iban(member, mark), own_changes.CONFIRMED)
		self.assertEqual(own_changes.confirm_iban(self.now(), mark), own_changes.CLOSED)
		self.assertEqual(private.of(self.ines).iban, ANOTHER_IBAN)
		kept = frappe.db.get_value("Private Details", {"reference_name": self.ines.name}, "previous_iban")
		self.assertEqual(kept, factories.IBAN)
		profile.change_iban("DE89370400440532013000", self.ines.name)
		member, mark = own_changes.proposed_iban(self.last_key())
		self.assertTrue(own_changes.iban_is_open(member, mark))
		member.email = "another@example.com"
		self.assertFalse(own_changes.iban_is_open(member, mark), "the link lies in a mailbox of before")
		self.assertRaises(frappe.PermissionError, profile.change_iban, ANOTHER_IBAN, self.bea.name)

	def test_consents(self):
		"""She agrees to the letter, and no longer; each stays as a row. Without the charter one can't be a member."""
		for agrees in (1, 0, 1):
			profile.consent("news", agrees, self.ines.name)
		rows = self.now().consents
		self.assertEqual([bool(row.withdrawn_on) for row in rows], [False, True, False])
		self.assertRaises(frappe.ValidationError, profile.consent, "charter", 0, self.ines.name)
		self.assertRaises(frappe.ValidationError, profile.consent, "unknown", 1, self.ines.name)
		self.cooperative.consents[1].version = 2
		self.cooperative.save(ignore_permissions=True)  # a test site
		[_charter, news] = Profile().words(self.now())["consents"]
		self.assertEqual((news["given_version"], news["is_old"]), (1, True))

	def test_mails(self):
		"""She does without the news of her shares; what has to reach her goes on, whatever she sends."""
		profile.choose_mails(json.dumps(["Share Increase", "Refused", "nonsense"]), self.ines.name)
		self.assertEqual(self.now().unwanted_mails, "Share Increase")
		subscription = frappe.get_doc("Share Subscription", {"member": self.ines.name})
		self.assertFalse(mail.send("Share Increase", subscription))
		self.assertTrue(mail.send("Capital Release Request", subscription))
		profile.choose_mails(None, self.ines.name)
		self.assertTrue(mail.send("Share Increase", subscription))

	def test_my_data(self):
		"""All of hers as a file; and deletion, asked for once, waits for the link that the host mails."""
		profile.download(self.ines.name)
		exported = json.loads(frappe.local.response.filecontent)
		self.assertEqual(exported["person"], "Inès Ménard")
		self.assertRaises(frappe.PermissionError, profile.download, self.bea.name)
		for _twice in range(2):
			profile.ask_deletion(self.ines.name)
		asked = {"email": self.user}
		self.assertEqual(len(frappe.get_all("Personal Data Deletion Request", asked)), 1)
		self.assertIn("Open the link", Profile().words(self.now())["deletion"])

	def test_a_second_representative(self):
		"""Omar, who represents the garden too, changes its address, not Inès's phone, mailbox, or consents."""
		with factories.as_user("Administrator"):
			person = factories.the_same(self.ines)
			asked = factories.an_organisation(self.cooperative, phone="+33 6 12 34 56 78", **person)
			asked.approve()
			omar = factories.a_user("Member", email=f"omar.{factories.unique()}@example.com")
			contact = frappe.get_doc(
				{
					"doctype": "Contact",
					"first_name": "Omar",
					"user": omar,
					"email_ids": [{"email_id": omar, "is_primary": 1}],
				}
			).insert()
			garden = frappe.get_doc("Member", asked.member)
			garden.append("representatives", {"contact": contact.name, "from_date": frappe.utils.today()})
			garden.save()
			garden.give_access()
		with factories.as_user(omar):
			profile.change(garden.name, city="Nantes", phone="+33 6 00 00 00 00")
			for refused in (
				lambda: profile.change_email("omar@example.com", garden.name),
				lambda: profile.ask_name("Omar", "Sy", garden.name),
				lambda: profile.consent("news", 1, garden.name),
				lambda: profile.download(garden.name),
			):
				self.assertRaises(frappe.PermissionError, refused)
			self.assertEqual(Profile().words(frappe.get_doc("Member", garden.name))["email"], "")
		now = frappe.get_doc("Member", garden.name)
		self.assertEqual((now.city, now.phone), ("Nantes", "+33612345678"))


class TestLimits(FrappeTestCase):
	def test_mails_are_counted(self):
		"""Whoever sends mails by a form is counted where a request comes in."""
		with (
			patch.object(profile, "_count", side_effect=frappe.ValidationError),
			patch.object(frappe.local, "request", object(), create=True),
		):
			self.assertRaises(frappe.ValidationError, profile._not_too_often)
