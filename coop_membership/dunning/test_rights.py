"""Who may do what: Dunning Info looks, Dunning User chases, Dunning Manager configures; as each of them."""

from __future__ import annotations

import frappe

from coop_membership.coop_membership.report.dunning_analysis import dunning_analysis
from coop_membership.desk import dunning
from coop_membership.dunning import notices
from coop_membership.dunning.letters import sending
from coop_membership.tests import dunning_factories, factories

DUE, CONTROL = "2017-12-06", "2018-01-17"
REFUSED = frappe.PermissionError


class TestRights(dunning_factories.DunningCase):
	def setUp(self):
		super().setUp()
		self.policy = dunning_factories.a_policy()
		self.cooperative = factories.a_cooperative(dunning_policy=self.policy.name)
		self.request = dunning_factories.a_late_request(self.cooperative, DUE)
		self.run = dunning_factories.computed(self.cooperative, CONTROL)
		[self.notice] = dunning_factories.notices_of(self.run)

	def a_run(self):
		return dunning_factories.a_run(self.cooperative, CONTROL)

	def test_info_looks_and_changes_nothing(self):
		with factories.as_user(factories.a_user("Dunning Info")):
			self.assertEqual(len(frappe.get_list("Dunning Notice", {"run": self.run.name})), 1)
			for doctype in ("Dunning Policy", "Dunning Run", "Dunning Letter"):
				frappe.get_list(doctype)
			self.assertEqual(len(dunning.history("Share Subscription", self.request.name)) <= 1, True)
			dunning_analysis.execute({"cooperative": self.cooperative.name})
			refused = {
				"run": lambda: self.a_run(),
				"state": lambda: notices.set_state([self.notice.name], "To Send"),
				"send": lambda: sending.send([self.notice.name]),
				"override": lambda: frappe.get_doc("Dunning Notice", self.notice.name).override(
					self.policy.name, 2
				),
				"policy": lambda: dunning_factories.a_policy(),
				"delete": lambda: frappe.delete_doc("Dunning Notice", self.notice.name),
				"follow-up": lambda: dunning.set_follow_up(
					"Member", self.request.member, {"dunning_channel": "Letter"}
				),
				"print": lambda: frappe.get_doc("Dunning Run", self.run.name).print_letters(),
			}
			for what, action in refused.items():
				with self.subTest(what), self.assertRaises(REFUSED):
					action()

	def test_user_chases(self):
		"""Runs, states, sending, override, the policy of a debtor, and drafts deleted; no policies."""
		with factories.as_user(factories.a_user("Dunning User")):
			run = self.a_run()
			run.preview()
			self.assertEqual(run.compute(), 1)
			run.set_state(None, "To Send")
			self.assertEqual(run.send()["letters"], 1)
			dunning.set_follow_up("Member", self.request.member, {"dunning_policy": self.policy.name})
			for what, action in {
				"new policy": lambda: dunning_factories.a_policy(),
				"change policy": lambda: frappe.get_doc("Dunning Policy", self.policy.name).save(),
				"delete run": lambda: frappe.delete_doc("Dunning Run", self.run.name),
				"cancel run": lambda: frappe.get_doc("Dunning Run", self.run.name).cancel(),
			}.items():
				with self.subTest(what), self.assertRaises(REFUSED):
					action()
		self.assertEqual(
			frappe.db.get_value("Member", self.request.member, "dunning_policy"), self.policy.name
		)

	def test_user_deletes_drafts_only(self):
		with factories.as_user(factories.a_user("Dunning User")):
			notices.set_state([self.notice.name], "Ignored")
			with self.assertRaises(frappe.ValidationError):
				frappe.delete_doc("Dunning Notice", self.notice.name)
			notices.set_state([self.notice.name], "Draft")
			frappe.delete_doc("Dunning Notice", self.notice.name)

	def test_manager_configures_and_deletes_more(self):
		with factories.as_user(factories.a_user("Dunning Manager")):
			policy = dunning_factories.a_policy()
			policy.update({"apply_highest_level": 1})
			policy.save()
			policy.delete()
			notices.set_state([self.notice.name], "Ignored")
			frappe.delete_doc("Dunning Notice", self.notice.name)
			frappe.get_doc("Dunning Run", self.run.name).cancel()

	def test_follow_up_sets_its_fields_only(self):
		"""Any other field of the member that a client sends is left alone, and other DocTypes are refused."""
		with factories.as_user(factories.a_user("Dunning User")):
			dunning.set_follow_up(
				"Member",
				self.request.member,
				{"dunning_channel": "Letter", "email": "x@example.com", "status": "Active"},
			)
			with self.assertRaises(frappe.ValidationError):
				dunning.set_follow_up("User", "Administrator", {"dunning_channel": "Letter"})
		member = frappe.get_doc("Member", self.request.member)
		self.assertEqual((member.dunning_channel, member.status), ("Letter", "Candidate"))

	def test_who_chases_sees_the_debtors_card_and_no_member(self):
		"""Each dunning role reads name, address, phone, e-mail and language on the notice; the member itself is refused."""
		frappe.db.set_value("Member", self.request.member, "phone", "+33612345678")
		member = frappe.get_doc("Member", self.request.member)
		for role in ("Dunning Info", "Dunning User", "Dunning Manager"):
			with self.subTest(role), factories.as_user(factories.a_user(role)):
				card = dunning.debtor("Dunning Notice", self.notice.name)
				self.assertEqual(set(card), {"name", "emails", "phone", "language", "address"})
				self.assertEqual(card["emails"], [member.email])
				self.assertIn(member.city, card["address"])
				for attempt in (
					lambda: frappe.get_list("Member"),
					lambda: frappe.get_doc("Member", member.name).check_permission("read"),
					lambda: frappe.get_doc("Member", member.name).credit(),
				):
					self.assertRaises(REFUSED, attempt)
		with factories.as_user(factories.a_user("Membership User")), self.assertRaises(REFUSED):
			dunning.debtor("Dunning Notice", self.notice.name)
		with self.assertRaises(frappe.ValidationError):
			dunning.debtor("User", "Administrator")

	def test_others_see_nothing(self):
		"""Members of the portal, and desk users of other trades."""
		for role in ("Member", "Membership User"):
			with self.subTest(role), factories.as_user(factories.a_user(role)):
				for doctype in ("Dunning Notice", "Dunning Letter", "Dunning Run"):
					with self.assertRaises(REFUSED):
						frappe.get_list(doctype)
