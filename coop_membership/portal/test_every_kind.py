"""Each kind of member presses each button of each page: nothing that is offered is refused."""

from __future__ import annotations

from html.parser import HTMLParser

import frappe

from coop_membership.portal import dues as portal_dues
from coop_membership.portal import sections
from coop_membership.tests import factories, member_kinds
from coop_membership.tests.case import FrappeTestCase

# want something that nobody has filled in yet, or that another value is written over what stands there
GIVEN = ("share_requests.ask", "share_requests.leave", "profile.ask_name")


class Forms(HTMLParser):
	"""The forms of a page: (action, {name: value}, whether somebody has to type something first)."""

	def __init__(self, html: str):
		super().__init__()
		self.found: list[tuple[str, dict, bool]] = []
		self.chosen: str | None = None  # the select whose options come
		self.feed(html)

	def handle_starttag(self, tag, attributes):
		said = dict(attributes)
		if tag == "form":
			self.found.append((said.get("data-action") or "", {}, False))
		elif self.found and tag in ("input", "select", "textarea"):
			action, values, typed = self.found[-1]
			self.chosen = said.get("name") if tag == "select" else None
			if tag == "input" and said.get("type") != "checkbox" and said.get("name"):
				values[said["name"]] = said.get("value") or ""
			empty = tag != "select" and "required" in said and not said.get("value")
			self.found[-1] = (action, values, typed or empty)
		elif tag == "option" and self.found and self.chosen:
			values = self.found[-1][1]
			if "selected" in said or self.chosen not in values:
				values[self.chosen] = said.get("value") or ""


class TestEveryButton(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.people = member_kinds.make(*member_kinds.cooperatives())

	def page(self, member, section) -> str:
		shown = frappe._dict(only_looks=False, member=member.name, display_name=member.display_name)
		words = {"my": frappe._dict(section.words(member)), "portal": shown}
		return frappe.render_template(section.template, words)

	def test_nothing_that_is_offered_is_refused(self):
		pressed, refused = 0, []
		for kind, (user, name) in self.people.items():
			with factories.as_user(user):
				for page, action, values in self.buttons(name):
					pressed += 1
					if said := self.press(action, values):
						refused.append((kind, page, action, said))
		self.assertEqual(refused, [])
		self.assertGreater(pressed, 40)

	def buttons(self, name: str):
		"""(page, action, values) of each form that can be sent as it stands."""
		for page in [one.name for one in sections.for_member(frappe.get_doc("Member", name))]:
			member = frappe.get_doc("Member", name)
			for action, values, typed in Forms(self.page(member, sections.find(page, member))).found:
				if action and not typed and not action.endswith(GIVEN):
					yield page, action, values

	def press(self, action: str, values: dict) -> str:
		"""What stands against it; "" when it is done."""
		frappe.db.savepoint("pressed")
		try:
			answer = frappe.get_attr(action)(**values) or {}
			if isinstance(answer, dict) and answer.get("question"):
				frappe.get_attr(action)(**values, sure=1)
		except frappe.ValidationError as error:
			return f"{type(error).__name__}: {error}"
		finally:
			frappe.db.rollback(save_point="pressed")
			frappe.clear_messages()
		return ""

	def test_nothing_is_offered_in_vain(self):
		"""Who waits for the board with all shares asks for nothing more; who has left first needs shares, then pays dues."""
		for kind, page, gone in (
			("wants to leave", "shares", "share_requests.ask"),
			("wants to leave", "shares", "share_requests.leave"),
			("has left", "dues", "portal.dues.renew"),
		):
			user, name = self.people[kind]
			with factories.as_user(user):
				member = frappe.get_doc("Member", name)
				self.assertNotIn(gone, self.page(member, sections.find(page, member)), kind)
		with factories.as_user(user), self.assertRaisesRegex(frappe.ValidationError, "shares"):
			plan = frappe.db.get_value("Membership Plan", {"cooperative": member.cooperative})
			portal_dues.renew(plan=plan, member=name)

	def test_who_else_is_asked_to_pay(self):
		user, name = self.people["is paid for by an employer"]
		with factories.as_user(user):
			member = frappe.get_doc("Member", name)
			for page in ("dues", "payments"):
				self.assertIn("ACME SARL is asked to pay", self.page(member, sections.find(page, member)))

	def test_every_form_of_more_shares(self):
		"""Who may ask for more finds the form with its own title."""
		for kind, (user, name) in self.people.items():
			with factories.as_user(user):
				member = frappe.get_doc("Member", name)
				section = sections.find("shares", member)
				if section and (link := section.words(member)["more_shares"]):
					self.assertIn(name, link, kind)
