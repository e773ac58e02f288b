"""Lists as people have them on their screens: a laptop, a small laptop and a phone, in French where words are long."""

from __future__ import annotations

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.tests import dunning_factories, factories
from coop_membership.tests.web import PHONE, BrowserCase

LAPTOP, SMALL = {"viewport": {"width": 1400, "height": 800}}, {"viewport": {"width": 1366, "height": 768}}
INSIDE = """(selector) => $(selector).filter(':visible').map((_i, one) => {
	const box = one.getBoundingClientRect();
	return box.left >= 0 && box.right <= window.innerWidth + 1 && one.scrollWidth <= one.clientWidth + 2;
}).get()"""


class TestLists(BrowserCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		policy = dunning_factories.a_policy()
		title = (
			f"Coopérative des habitantes et des habitants du grand quartier des Lilas {factories.unique()}"
		)
		cls.cooperative = cls.a_cooperative(ELSEWHERE, title, language="fr", dunning_policy=policy.name)
		cls.name = f"Ménard{factories.unique()}"
		cls.request = factories.an_application(cls.cooperative, last_name=cls.name)
		cls.member = factories.a_member(cls.cooperative, last_name=cls.name)
		dunning_factories.a_late_request(cls.cooperative, "2026-01-05")
		[cls.notice] = dunning_factories.notices_of(dunning_factories.computed(cls.cooperative))
		cls.manager = cls.a_user("Membership Manager", "Dunning Manager")
		frappe.db.set_value("User", cls.manager, "language", "fr")
		cls.commit()

	def list_of(self, doctype: str, screen: dict, **filters):
		page = self.page("fr", user=self.manager, **screen)
		filters["cooperative"] = self.cooperative.name
		query = "&".join(f"{field}={value}" for field, value in filters.items())
		page.goto(
			f"{self.url}/app/{frappe.scrub(doctype).replace('_', '-')}?{query}", wait_until="domcontentloaded"
		)
		page.wait_for_selector(".list-row-container .list-row")
		page.wait_for_load_state("networkidle")
		return page

	def shows(self, page, selector: str, *words: str) -> None:
		"""Wait until a part of the page says all of these: lists are drawn again when their counts come."""
		page.wait_for_function(
			"""([selector, words]) => {
				const text = $(selector).filter(':visible').map((_i, one) => one.innerText).get().join(' ');
				return words.every((word) => text.replace(/[\\u00a0\\u202f]/g, ' ').includes(word));
			}""",
			arg=[selector, list(words)],
			timeout=30_000,
		)

	def test_columns_that_matter(self):
		"""At 1400 pixels and at 1366 a request shows its day, shares and amount, a reminder its document, balance and policy."""
		year = str(frappe.utils.getdate(self.request.requested_on).year)
		for screen in (LAPTOP, SMALL):
			page = self.list_of("Membership Application", screen)
			self.shows(page, ".list-row .list-row-col", str(self.request.total_shares), "75", year)
			page = self.list_of("Dunning Notice", screen)
			self.shows(page, ".list-row .list-row-col", self.notice.document, self.notice.party_name)
			columns = page.evaluate("cur_list.columns.map((one) => one.df && one.df.fieldname)")
			self.assertLessEqual({"document", "balance", "policy", "sent_on"}, set(columns))

	def test_every_list_draws_its_columns(self):
		"""Each of our lists draws all columns that its DocType names, on the small laptop too."""
		for doctype in ("Member", "Share Subscription", "Membership", "Share Transaction"):
			with self.subTest(doctype):
				page = self.page("fr", user=self.manager, **SMALL)
				page.goto(
					f"{self.url}/app/{doctype.lower().replace(' ', '-')}", wait_until="domcontentloaded"
				)
				page.wait_for_function(
					"(name) => window.cur_list?.doctype === name && cur_list.columns", arg=doctype
				)
				drawn = set(page.evaluate("cur_list.columns.map((one) => one.df && one.df.fieldname)"))
				meta = frappe.get_meta(doctype)
				wanted = {df.fieldname for df in meta.fields if df.in_list_view} - {"status"}
				self.assertLessEqual(wanted, drawn)

	def test_on_a_phone(self):
		"""The same on a phone, in a line under the name; a candidate has no number 0."""
		for doctype, words in (
			("Membership Application", ("3 parts", "75")),
			("Dunning Notice", (self.notice.document, "75")),
		):
			with self.subTest(doctype):
				self.shows(self.list_of(doctype, PHONE), ".coop-phone-line", *words)
		page = self.list_of("Member", PHONE, status="Candidate")
		page.wait_for_selector(".coop-phone-line", state="attached")
		self.assertEqual(page.locator(".coop-phone-line").first.inner_text().strip(), "")

	def test_buttons_are_whole(self):
		"""“Ajouter Demande de libération de capital” on a small laptop, the long button of a form on a phone."""
		page = self.list_of("Share Subscription", SMALL)
		self.assertEqual(set(page.evaluate(INSIDE, ".page-actions .primary-action")), {True})
		page = self.page("fr", user=self.manager, **PHONE)
		page.goto(f"{self.url}/app/membership-application/{self.request.name}", wait_until="domcontentloaded")
		page.wait_for_function("(name) => window.cur_frm?.docname === name", arg=self.request.name)
		page.wait_for_load_state("networkidle")
		page.evaluate(
			"cur_frm.page.set_primary_action('Ouvrir la demande de libération de capital', () => {})"
		)
		self.assertEqual(set(page.evaluate(INSIDE, ".page-actions .primary-action")), {True})

	def test_the_payment_box_stays_within_the_margin(self):
		"""However long the beneficiary's name is, on paper of 210 mm."""
		page = self.page("fr", user=self.manager, viewport={"width": 794, "height": 1123})
		name = frappe.db.get_value(
			"Share Subscription", {"cooperative": self.cooperative.name, "status": "Open"}
		)
		page.goto(
			f"{self.url}/printview?doctype=Share%20Subscription&name={name}"
			"&format=Capital%20Release%20Request&no_letterhead=1&_lang=fr"
		)
		right = "(selector) => document.querySelector(selector).getBoundingClientRect().right"
		self.assertLessEqual(page.evaluate(right, ".coop-pay"), page.evaluate(right, ".coop-sheet") + 1)

	def test_print_icon_gives_our_print(self):
		"""Subscription, member, dues and letter: the host's print page opens with our format."""
		page = self.page("fr", user=self.manager, **LAPTOP)
		page.goto(f"{self.url}/app/print/Member/{self.member.name}", wait_until="domcontentloaded")
		page.wait_for_function("$('.print-format-container iframe, iframe.print-format-container').length")
		for doctype, format in (
			("Member", "Share Certificate"),
			("Share Subscription", "Capital Release Request"),
			("Membership", "Dues Request"),
			("Dunning Letter", "Dunning Letter"),
		):
			self.assertEqual(frappe.get_meta(doctype).default_print_format, format)
