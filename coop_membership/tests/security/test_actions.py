"""An action reads the document before it believes it: whatever body is sent along, nothing but what is stored counts."""

from __future__ import annotations

import ast
import inspect
import json
from pathlib import Path

import frappe
from frappe.model.base_document import get_controller

import coop_membership
from coop_membership import actions
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.tests.security import found, rules

ROOT = Path(coop_membership.__file__).parent
MANAGER, USER, BOARD = "Membership Manager", "Membership User", "Membership Board"


class TestDeclared(FrappeTestCase):
	"""Every way in is declared in one place."""

	def test_methods_of_documents(self):
		"""Whatever the host would let somebody call on a document of ours is declared with `actions.of_document`."""
		undeclared = [
			f"{doctype}.{name}"
			for doctype in found.doctypes()
			for name, method in inspect.getmembers(get_controller(doctype), inspect.isfunction)
			if method in frappe.whitelisted
			and not hasattr(method, actions.MARK)
			and method.__module__.startswith("coop_membership.")  # the host's own stand in its Document
		]
		self.assertFalse(undeclared, "declare these with actions.of_document")
		self.assertGreater(len(found.document_actions()), 40)

	def test_functions(self):
		"""No file of the app uses the host's decorator itself; `actions.py` does it for all."""
		undeclared = []
		for file in ROOT.rglob("*.py"):
			if file.name == "actions.py" or "tests" in file.parts:
				continue
			for node in ast.walk(ast.parse(file.read_text())):
				if (
					isinstance(node, ast.Attribute | ast.Name)
					and getattr(node, "attr", getattr(node, "id", "")) == "whitelist"
				):
					undeclared.append(f"{file.relative_to(ROOT)}:{node.lineno}")
		self.assertFalse(undeclared, "declare these with actions.of_document, of_site or for_anybody")

	def test_what_changes_something_is_posted(self):
		"""No address that changes anything answers to a GET."""
		for address, function in {**found.document_actions(), **found.functions()}.items():
			allowed = set(frappe.allowed_http_methods_for_whitelisted_func[function])
			if getattr(function, actions.MARK)["changes"]:
				self.assertEqual(allowed, {"POST"}, address)
			else:
				self.assertLessEqual(allowed, {"GET", "POST"}, address)

	def test_a_number_for_a_text_is_its_text(self):
		"""JSON sends 1 and true where a text is asked for: the one is read as "1", the other refused in a sentence."""

		@actions.of_site(None, changes=False)
		def say(text: str, more: str | None = None, count: int = 0):
			return text, more, count

		self.assertEqual(say(1, count=2), ("1", None, 2))
		self.assertEqual(say(text="a", more=0), ("a", "0", 0))
		for sent in ({"text": True}, {"text": "a", "more": False}):
			with self.assertRaisesRegex(frappe.ValidationError, "text|texte"):
				say(**sent)

	def test_what_guests_may_call_has_a_limit(self):
		"""From one network address, in a minute or an hour; that the limit counts is tried in test_http_api.py."""
		for address in (name for name, who in rules.FUNCTIONS.items() if who == rules.ANYBODY):
			limit, seconds = found.functions()[address].limit
			self.assertTrue(limit and seconds >= 60, address)


class TestForgedBodies(FrappeTestCase):
	"""The body of a document is sent along with the action's name, as any browser can; `run_doc_method` builds it so."""

	def setUp(self):
		self.cooperative = factories.a_cooperative(accounting="Kept elsewhere")
		self.elsewhere = factories.a_cooperative(accounting="Kept elsewhere")
		self.victim = factories.a_member(self.elsewhere, first_name="Noor", iban=factories.IBAN)
		self.application = factories.an_application(self.cooperative)

	def forged(self, document, **values):
		"""A document as a browser may send it: the true name, and any values."""
		return frappe.get_doc({**document.as_dict(convert_dates_to_str=True), **values})

	def test_take_over_writes_to_no_other_member(self):
		"""A user takes a request that concerns nobody, sends a member of another cooperative along, and an IBAN."""
		for role in (USER, MANAGER):
			with factories.as_user(factories.a_user(role)):
				forged = self.forged(
					self.application,
					member=self.victim.name,
					matched_member=self.victim.name,
					email="mallory@example.com",
					city="Nowhere",
				)
				self.assertEqual(forged.take_over(["email", "city"]), [])
		self.assertEqual(frappe.db.get_value("Member", self.victim.name, "city"), self.victim.city)
		self.assertEqual(frappe.db.get_value("Member", self.victim.name, "email"), self.victim.email)

	def test_differences_show_no_other_member(self):
		for role in (USER, MANAGER):
			with factories.as_user(factories.a_user(role)):
				forged = self.forged(
					self.application, member=self.victim.name, matched_member=self.victim.name
				)
				self.assertEqual(forged.differences(), [])

	def test_a_member_is_written_by_who_may_write_members(self):
		"""A known member applies again from another street: a user approves, a manager updates the member."""
		member = factories.a_member(self.cooperative)
		person = factories.the_same(member)
		again = factories.an_application(self.cooperative, address_line1="1 rue Neuve", **person)
		self.assertEqual(again.matched_member, member.name)
		with factories.as_user(factories.a_user(USER)), self.assertRaises(frappe.PermissionError):
			frappe.get_doc(again.doctype, again.name).take_over(["address_line1"])
		with factories.as_user(factories.a_user(MANAGER)):
			self.assertEqual(
				frappe.get_doc(again.doctype, again.name).take_over(["address_line1"]), ["address_line1"]
			)

	def test_a_member_of_another_cooperative_is_refused(self):
		"""Even when the database itself names one."""
		self.application.db_set({"matched_member": self.victim.name, "match_choice": "Another member"})
		for action in ("take_over", "differences", "approve"):
			with self.assertRaises(frappe.ValidationError, msg=action):
				document = frappe.get_doc("Membership Application", self.application.name)
				getattr(document, action)(*([["email"]] if action == "take_over" else []))

	def test_a_state_that_was_sent_counts_for_nothing(self):
		"""A cancelled request is not approved because its sender writes `Pending` on it."""
		self.application.withdraw()
		forged = self.forged(self.application, status="Pending", docstatus=0)
		with self.assertRaises(frappe.ValidationError):
			forged.approve()
		self.assertFalse(frappe.db.exists("Share Subscription", {"application": self.application.name}))

	def test_a_body_without_its_document(self):
		"""New, unknown, or under another's name: a sentence, and nothing is made."""
		new = frappe.get_doc({"doctype": "Membership Application", "cooperative": self.cooperative.name})
		with self.assertRaises(frappe.ValidationError):
			new.approve()
		unknown = frappe.get_doc({"doctype": "Member", "name": "MEM-NOBODY", "member_type": "Individual"})
		with self.assertRaises(frappe.PermissionError):
			unknown.credit()

	def test_a_field_with_the_name_of_a_method(self):
		"""The body says `"get_doc_before_save": 1`, `"db_set": 1`: it is taken off before the action runs."""
		forged = self.forged(self.application, db_set=1, get_doc_before_save=1)
		self.assertTrue(forged.approve())

	def test_wrong_arguments_are_a_sentence(self):
		subscription = factories.a_subscription(self.cooperative)
		for action, values in (
			("resend", {}),
			("resend", {"event": {"a": 1}}),
			("record_payment", {"amount": 5, "posting_date": ["2026-01-01"]}),
			("record_payment", {"amount": 5, "reference": "\ud800"}),
			("record_payment", {"amount": 5, "reference": "x" * 30_000}),
			("settle", {"fresh": 0}),
		):
			with self.assertRaises(frappe.ValidationError, msg=(action, values)):
				getattr(subscription, action)(**values)


class TestUserPermissions(FrappeTestCase):
	"""Two cooperatives on one site, and people who work for one of them."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.own = factories.a_cooperative(accounting="Kept elsewhere")
		cls.other = factories.a_cooperative(accounting="Kept elsewhere")
		cls.user = factories.a_user(MANAGER, "Dunning Manager")
		frappe.get_doc(
			{
				"doctype": "User Permission",
				"user": cls.user,
				"allow": "Cooperative",
				"for_value": cls.own.name,
			}
		).insert(ignore_permissions=True)  # a test site
		cls.documents = {
			"Membership Application": factories.an_application(cls.other),
			"Member": factories.a_member(cls.other),
			"Share Subscription": factories.a_subscription(cls.other),
			"Cooperative": cls.other,
		}
		cls.mine = factories.a_subscription(cls.own)

	def test_every_action_of_every_document(self):
		"""None reaches into the other cooperative; the first thing that happens is the refusal."""
		tried = 0
		for address in found.document_actions():
			doctype, name = address.split(".")
			if doctype not in self.documents:
				continue
			arguments = found.arguments_for(doctype, name)
			with factories.as_user(self.user), self.assertRaises(frappe.PermissionError, msg=address):
				getattr(frappe.get_doc(doctype, self.documents[doctype].name), name)(**arguments)
			tried += 1
		self.assertGreater(tried, 25)

	def test_functions_that_take_names(self):
		other = self.documents
		with factories.as_user(self.user):
			for address, arguments in (
				("coop_membership.desk.registers.check_now", {"cooperative": self.other.name}),
				("coop_membership.desk.moving_in.export", {"cooperative": self.other.name}),
				("coop_membership.desk.registers.certificate", {"member": other["Member"].name}),
				(
					"coop_membership.desk.registers.download",
					{"report": "Member Register", "filters": json.dumps({"cooperative": self.other.name})},
				),
				(
					"coop_membership.desk.certificates.preview",
					{"cooperative": self.other.name, "year": "2020", "delivery": "None"},
				),
				(
					"coop_membership.desk.certificates.start",
					{"cooperative": self.other.name, "year": "2020", "delivery": "None"},
				),
				(
					"coop_membership.desk.approvals.queue_many",
					{"names": [other["Membership Application"].name]},
				),
				("coop_membership.desk.dunning.history", {"doctype": "Member", "name": other["Member"].name}),
				(
					"coop_membership.desk.dunning.set_follow_up",
					{
						"doctype": "Member",
						"name": other["Member"].name,
						"values": {"dunning_channel": "Letter"},
					},
				),
				(
					"coop_membership.desk.dunning.get_follow_up",
					{"doctype": "Share Subscription", "name": other["Share Subscription"].name},
				),
				(
					"coop_membership.desk.dunning.search_fitting",
					{"doctype": "", "filters": {"party_type": "Member", "party": other["Member"].name}},
				),
				(
					"coop_membership.desk.buttons.press",
					{"doctype": "Member", "name": other["Member"].name, "action": "give_access"},
				),
			):
				with self.assertRaises(frappe.PermissionError, msg=address):
					frappe.get_attr(address)(**arguments)

	def test_the_own_cooperative_works(self):
		with factories.as_user(self.user):
			self.assertEqual(frappe.get_doc("Share Subscription", self.mine.name).settle(), "Open")
