"""Personal data, registers and certificates on the desk: each role sees the buttons that it may use, and no other.

What each of them needs stands in `security/rules.py`. That a button of whatever form leads nowhere is found by
`test_browser_walk.py`, which presses all of them as each role.
"""

from __future__ import annotations

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.tests import factories
from coop_membership.tests.security import rules
from coop_membership.tests.web import DESK, BrowserCase

# {DocType: {button: the function or action that it needs}}
BUTTONS = {
	"Cooperative": {
		"Check the register": "coop_membership.desk.registers.check_now",
		"Year-end certificates": "coop_membership.desk.certificates.start",
		"Look at the e-mails": "coop_membership.desk.mails.preview",
	},
	"Member": {
		"Download all data (to read)": "coop_membership.desk.privacy.download",
		"Download all data (JSON)": "coop_membership.desk.privacy.download",
		"Reduce to what the law asks for": "coop_membership.desk.privacy.reduce",
		"Erase the name too": "coop_membership.desk.privacy.erase",
		"Certificate of a day": "coop_membership.desk.registers.certificate",
	},
	"Membership Application": {"Erase this request": "coop_membership.desk.privacy.forget"},
	"Share Register Entry": {"Correct the date": "Share Register Entry.correct_date"},
}
OF_PRIVATE = {"shown": "coop_membership.desk.private.show", "change": "coop_membership.desk.private.change"}
REPORTS = ("Member Register", "Share Register", "Capital Summary")
READY = (
	"(name) => window.cur_frm && cur_frm.docname === name && $.active === 0 && !$('#freeze:visible').length"
)


class TestButtons(BrowserCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = cls.a_cooperative(ELSEWHERE)
		member = factories.a_member(cls.cooperative, iban=factories.IBAN)
		refused = factories.an_application(cls.cooperative)
		refused.refuse("Double")
		cls.documents = {
			"Cooperative": cls.cooperative.name,
			"Member": member.name,
			"Membership Application": refused.name,
			"Share Register Entry": frappe.db.get_value("Share Register Entry", {"to_member": member.name}),
		}
		cls.people = {role: cls.a_user(role) for role in rules.REGISTER}
		for user in cls.people.values():
			frappe.db.set_value("User", user, "language", "en")
		cls.commit()

	def may(self, role: str, what: str) -> bool:
		return role in {**rules.ACTIONS, **rules.FUNCTIONS}[what]

	def walk(self, role: str):
		page = self.page("en", self.people[role], **DESK)
		page.add_init_script("window.opened = []; window.open = (url) => { window.opened.push(url); };")
		page.goto(f"{self.url}/app/members", wait_until="domcontentloaded")
		page.wait_for_function("window.frappe && frappe.set_route && frappe.boot && frappe.boot.user")
		for doctype, buttons in BUTTONS.items():
			page.evaluate(
				"([doctype, name]) => { frappe.set_route('Form', doctype, name); }",
				[doctype, self.documents[doctype]],
			)
			page.wait_for_function(READY, arg=self.documents[doctype])
			seen = page.evaluate("Object.keys(cur_frm.custom_buttons)")
			for label, needed in buttons.items():
				self.assertEqual(label in seen, self.may(role, needed), (role, doctype, label, seen))
			if doctype == "Member":
				self.private_details(page, role)
				self.downloads(page, [label for label in buttons if label in seen and "Download" in label])
		return page

	def private_details(self, page, role: str) -> None:
		if self.may(role, OF_PRIVATE["shown"]):
			page.wait_for_selector("[data-private=iban]")
		shown = page.evaluate("$('[data-private=iban]:visible').length")
		changed = page.evaluate("$('button:visible:contains(\"Change private details\")').length")
		wanted = [self.may(role, OF_PRIVATE["shown"]), self.may(role, OF_PRIVATE["change"])]
		self.assertEqual([bool(shown), bool(changed)], wanted, role)

	def downloads(self, page, labels: list[str]) -> None:
		for label in labels:
			page.evaluate("(label) => { window.opened = []; cur_frm.custom_buttons[label].click(); }", label)
			page.wait_for_function("window.opened.length")
			self.answers(page, label)

	def register_files(self, page, report: str) -> None:
		"""PDF to sign and Excel, for whoever reads the register."""
		page.evaluate("(report) => { frappe.set_route('query-report', report); }", report)
		page.wait_for_function(
			"(report) => frappe.query_report && frappe.query_report.report_name === report && $.active === 0"
			" && $('.page-actions:visible button:contains(\"Excel\")').length",
			arg=report,
		)
		page.evaluate(
			"(name) => frappe.query_report.set_filter_value('cooperative', name)", self.cooperative.name
		)
		for label in ("PDF to sign", "Excel"):
			page.evaluate(
				"(label) => { window.opened = []; $(`.page-actions:visible button:contains('${label}')`).click(); }",
				label,
			)
			page.wait_for_function("window.opened.length")
			self.answers(page, (report, label))

	def answers(self, page, what) -> None:
		[url] = page.evaluate("window.opened")
		answer = page.request.get(url if url.startswith("http") else self.url + url)
		self.assertEqual(answer.status, 200, (what, url))

	def test_manager(self):
		self.whole_numbers(self.walk(rules.MANAGER))

	def whole_numbers(self, page) -> None:
		"""As people type them: 1 000 and 12,00 are read, of 2.5 shares it is asked; the host would take 1, 12 and 2."""
		page.evaluate("frappe.new_doc('Share Transaction')")
		page.wait_for_function(
			"cur_frm && cur_frm.doctype === 'Share Transaction' && cur_frm.is_new() && $.active === 0"
		)
		field = page.locator("[data-fieldname=quantity] input:visible")
		for typed, read in (
			("1 000", 1000),
			("12,00", 12),
			("12.00", 12),
			("7", 7),
			("2.5", None),
			("many", None),
		):
			field.fill(typed)
			field.blur()
			wanted = (
				"cur_frm.doc.quantity === read"
				if read
				else "!cur_frm.doc.quantity && $('.msgprint-dialog:visible, .modal:visible').length"
			)
			page.wait_for_function(f"(read) => {wanted}", arg=read)
			page.evaluate("frappe.hide_msgprint(true)")
			page.wait_for_timeout(500)  # the dialog fades

	def test_user(self):
		self.walk(rules.USER)

	def test_board(self):
		page = self.walk(rules.BOARD)
		for report in REPORTS:  # the same for all three, see security/test_http_matrix.py
			self.register_files(page, report)
