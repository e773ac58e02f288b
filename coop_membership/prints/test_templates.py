"""No template of ours looks anything up: newer Frappe lets them reach plain values only."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import patch

from jinja2 import nodes

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.setup import email_templates
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

APP = Path(frappe.get_app_path("coop_membership"))
# rendered by the browser, or by desk/tables.py as the browser does, with its own words
OF_THE_BROWSER = ("templates/register.html", "coop_membership/report/")
FILTERS = {"e", "escape", "length", "urlencode"}


def shipped() -> dict[str, str]:
	"""{path or name: text} of all that the hosts render with Jinja."""
	texts = {
		str(path.relative_to(APP)): path.read_text()
		for path in APP.rglob("*.html")
		if not str(path.relative_to(APP)).startswith(OF_THE_BROWSER) and "node_modules" not in path.parts
	}
	for path in APP.glob("coop_membership/*/*/*.json"):
		document = json.loads(path.read_text())
		for field in ("html", "message", "subject", "introduction_text", "success_message"):
			if isinstance(document, dict) and isinstance(document.get(field), str) and document[field]:
				texts[f"{path.relative_to(APP)}: {field}"] = document[field]
	return texts


def reached(text: str) -> list[str]:
	"""What a template does besides showing plain values, each with its line."""
	tree = frappe.get_jenv().parse(text)
	own = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
	found = [
		f"line {node.lineno}: {node.name}"
		for node in tree.find_all(nodes.Name)
		if node.name not in own | {"_", "range"} and node.name in frappe.get_jenv().globals
	]
	# its own, walked as the rest of it, and what counts
	macros = {"range", *(node.name for node in tree.find_all(nodes.Macro))}
	found += [
		f"line {node.lineno}: a call"
		for node in tree.find_all(nodes.Call)
		if not _is_translation(node) and getattr(node.node, "name", None) not in macros
	]
	found += [
		f"line {node.lineno}: .{node.attr}"
		for node in tree.find_all(nodes.Getattr)
		if node.attr.startswith("_")
	]
	found += [
		f"line {node.lineno}: |{node.name}"
		for node in tree.find_all(nodes.Filter)
		if node.name not in FILTERS
	]
	return found


def _is_translation(call: nodes.Call) -> bool:
	"""`_(…)`, or `.format(…)` of one."""
	function = call.node
	if isinstance(function, nodes.Name):
		return function.name == "_"
	return (
		isinstance(function, nodes.Getattr)
		and function.attr == "format"
		and isinstance(function.node, nodes.Call)
		and _is_translation(function.node)
	)


class TestTemplates(FrappeTestCase):
	def test_no_template_looks_anything_up(self):
		texts = shipped()
		self.assertGreater(len(texts), 35)
		self.assertEqual({name: found for name, text in texts.items() if (found := reached(text))}, {})

	def test_the_test_sees_what_it_should(self):
		for text in (
			"{{ frappe.db.get_value('User', 'x') }}",
			"{{ doc.payment_details() }}",
			"{{ get_url('/x') }}",
			"{% for row in doc.get('items') %}{% endfor %}",
			"{{ doc.name | json }}",
			"{{ doc._meta }}",
			"{{ doc.title.format(1) }}",
		):
			with self.subTest(text):
				self.assertTrue(reached(text))
		self.assertEqual(reached("{% set n = doc.name %}{{ _('To {0}').format(n) | e }}"), [])


class TestEmailTemplates(FrappeTestCase):
	"""What a cooperative wrote itself goes on working; what it never touched follows the app."""

	def setUp(self):
		self.addCleanup(frappe.clear_cache)
		self.addCleanup(frappe.db.rollback)

	def mail_about(self, document) -> str:
		text = frappe.get_all("Email Queue", {"reference_name": document.name}, pluck="message")[-1]
		return text.replace("=\r\n", "").replace("=\n", "")

	def test_an_edited_one_that_calls_the_document(self):
		"""Written for the version before: it asks the document for the details and the payment page."""
		frappe.db.set_value(
			"Email Template",
			"Coop Membership: Capital Release Request",
			"response_html",
			"Pay {% set details = doc.payment_details() %}{{ details.reference }}, {{ details.lines[0].title }}"
			"{% set page = doc.payment_page() %}{% if page %} at {{ page }}{% endif %} to {{ cooperative.title }}",
		)
		subscription = factories.a_subscription(factories.a_cooperative(ELSEWHERE))
		self.assertIn(subscription.payment_reference, self.mail_about(subscription))

	def test_an_edited_one_that_looks_up(self):
		"""The host lets it, so it still says what it said."""
		frappe.db.set_value(
			"Email Template",
			"Coop Membership: Application Received",
			"response_html",
			"{% for row in doc.shares %}{{ row.quantity }} "
			"{{ frappe.db.get_value('Share Class', row.share_class, 'title') }}{% endfor %}",
		)
		application = factories.an_application(factories.a_cooperative(ELSEWHERE))
		self.assertIn("3 Part A", self.mail_about(application))

	def test_texts_that_nobody_edited_follow(self):
		"""A site of before: one text as it was shipped, one edited."""
		old = "{{ _(frappe.db.get_value('Share Class', 'A', 'title')) }}"
		untouched, edited = "Coop Membership: Share Update", "Coop Membership: No Shares Left"
		for name in (untouched, edited):
			frappe.db.set_value("Email Template", name, "response_html", old)
		with patch.dict(email_templates.BEFORE, {"Share Update": (email_templates.mark_of(old),)}):
			email_templates.add()
		_subject, text = email_templates.text_of("Share Update")
		self.assertEqual(frappe.db.get_value("Email Template", untouched, "response_html"), text)
		self.assertEqual(frappe.db.get_value("Email Template", edited, "response_html"), old)
