"""Each role alone walks through the desk: all that its menu leads to opens, and no button leads to a locked door.

Rights stand in `security/rules.py`, the documents in `every_state.py`. A dead end is an answer that refuses (403, 404, 417,
500), an empty dialog, one that nobody asked for, or an error in the console.
"""

from __future__ import annotations

import json
import os
import re

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.tests import every_state, web
from coop_membership.tests.security import rules
from coop_membership.tests.web import DESK, BrowserCase

WORKSPACES = {"Members": rules.REGISTER, "Dunning": rules.DESK[3:]}
REPORTS = {
	"Members": (
		"Member Register",
		"Share Register",
		"Capital Summary",
		"Capital Accounts",
		"Legal Representatives",
		"Yearly Movements",
		"Failed Mails",
	),
	"Dunning": ("Dunning Analysis", "Dunning Phone List"),
}
# of the hosts, not ours: what a server without sockets or with no logo answers; a chart that one leaves while it is drawn
FOREIGN = re.compile(
	r"socket\.io|favicon|\.map$|gravatar|Failed to load resource|net::ERR|WebSocket|manifest|^Traceback"
	r"|Expected (?:length|number), .*NaN"
)
SETTLED = """() => window.frappe && window.$ && $.active === 0 && !document.body.classList.contains('frozen')
	&& !$('#freeze:visible').length"""
OPENED = """(name) => (window.cur_frm && cur_frm.docname === name && $(cur_frm.wrapper).is(':visible'))
	|| $('.modal:visible').length"""
DIALOGS = """() => $('.modal:visible').map((i, one) => $(one).find('.modal-title').text().trim() + ' | '
	+ ($(one).find('.modal-body').text().trim() || ($(one).find('.modal-body :input').length ? '…' : ''))
		.replace(/\\s+/g, ' ').slice(0, 200)).get()"""
CLOSE = """() => { $('.modal:visible').each((i, one) => { $(one).modal('hide'); $(one).remove(); });
	$('.modal-backdrop').remove(); $('body').removeClass('modal-open'); window.cur_dialog = null; }"""
# what one may press on a form: our buttons, in groups or not, and the one that stands out
BUTTONS = """() => [...new Set([
	...Object.keys(cur_frm.custom_buttons || {}).map((label) => 'button ' + label),
	...(cur_frm.page.btn_primary.is(':visible') && !cur_frm.page.btn_primary.prop('disabled')
		? ['primary ' + (cur_frm.page.btn_primary.attr('data-label') ? decodeURIComponent(cur_frm.page.btn_primary.attr('data-label')) : '').replace(/<[^>]*>/g, '')] : []),
])]"""
PRESS = """(what) => {
	const label = what.slice(what.indexOf(' ') + 1);
	if (what.startsWith('primary ')) cur_frm.page.btn_primary.click();
	else cur_frm.custom_buttons[label].click();
}"""
# what a workspace leads to: the addresses of its links; shortcuts and numbers have none and are clicked
LINKS = """() => [...new Set($('.layout-main a.link-item:visible').map((i, one) => new URL(one.href).pathname).get())]"""
TILES = (
	"""() => $('.layout-main .shortcut-widget-box:visible, .layout-main .number-widget-box:visible').length"""
)
CLICK = """(index) => {
	const tile = $('.layout-main .shortcut-widget-box:visible, .layout-main .number-widget-box:visible').eq(index);
	(tile.is('.number-widget-box') ? tile.find('.widget-body') : tile).click();
	return tile.find('.widget-title, .widget-label').first().text().trim().replace(/\\s+/g, ' ');
}"""
LEFT = "(workspace) => !(frappe.get_route()[0] === 'Workspaces' && frappe.get_route().includes(workspace))"
NOT_PRESSED = (
	"Save",
	"Submit",
	"Cancel",
	"Update",
	"Amend",
	"Edit",
)  # the host's own: see test_actions_walk.py


class Walk(BrowserCase):
	"""Somebody with one role, who listens to every answer and every complaint of the console."""

	accounting = ELSEWHERE
	roles_to_walk = rules.DESK

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = cls.a_cooperative(cls.accounting)
		cls.documents = cls.what_there_is()
		cls.roles = {role: cls.a_user(role) for role in cls.roles_to_walk}
		cls.commit()

	@classmethod
	def what_there_is(cls) -> every_state.Documents:
		return every_state.documents(cls.cooperative)

	def setUp(self):
		super().setUp()
		self.dead_ends: list[str] = []
		self.pressed: set[tuple[str, str]] = set()
		self.here = "start"

	def found(self, what: str) -> None:
		self.dead_ends.append(f"{self.here}: {what}")
		if os.environ.get("WALK_SAYS"):
			print("WALK", self.dead_ends[-1][:400].replace("\n", " "), flush=True)

	def begin(self, user: str):
		page = self.page(user=user, **DESK)
		page.on("response", self.heard)
		page.on("console", lambda line: line.type == "error" and self.complain(line.text))
		page.on("pageerror", self.broke)
		page.add_init_script(
			"window.opened = []; window.open = (url) => { window.opened.push(url); return null; };"
		)
		return page

	def complain(self, text: str) -> None:
		if not FOREIGN.search(text):
			self.found(f"console: {text[:300]}")

	def broke(self, error) -> None:
		"""An error of a script; the host's own breadcrumbs and sidebar stumble when one moves on before they are drawn."""
		if web.FOREIGN.search(f"{error.message}\n{error.stack}"):
			return
		if "breadcrumb" not in (error.stack or "") and "reading 'sidebar'" not in (error.message or ""):
			self.found(f"error {error.message or error} {(error.stack or '')[:300]}")

	def heard(self, response) -> None:
		if response.status >= 400 and not FOREIGN.search(response.url):
			try:
				said = json.loads(response.text())
				said = said.get("_server_messages") or said.get("exception") or said
			except Exception:  # the page may have moved on
				said = ""
			called = response.request.post_data or ""
			self.found(
				f"{response.status} {response.url.split('/', 3)[-1][:160]} {called[:160]} {str(said)[:200]}"
			)

	def settle(self, page) -> None:
		page.wait_for_timeout(60)
		page.wait_for_function(SETTLED)

	def go(self, page, *route: str, **options) -> None:
		self.here = "/".join(route)
		page.evaluate(
			"([route, options]) => { if (Object.keys(options).length) frappe.route_options = options; frappe.set_route(route); }",
			[list(route), options],
		)
		self.settle(page)
		if route[0] == "Form":
			try:
				page.wait_for_function(OPENED, arg=route[2], timeout=30_000)
			except Exception:
				self.found("does not open")
			self.settle(page)
		self.nobody_asked(page)

	def nobody_asked(self, page) -> None:
		for text in page.evaluate(DIALOGS):
			self.found(f"dialog: {text}")
		page.evaluate(CLOSE)

	def press_all(self, page, *route: str) -> None:
		"""Each button once a DocType: in another state it is the same one."""
		shown = [button for button in page.evaluate(BUTTONS) if button.split(" ", 1)[1] not in NOT_PRESSED]
		buttons = [button for button in shown if (route[1], button) not in self.pressed]
		self.pressed |= {(route[1], button) for button in buttons}
		for button in buttons:
			if button not in page.evaluate(BUTTONS):  # the one before has led to another state
				self.pressed.discard((route[1], button))
				continue
			label = button.split(" ", 1)[1]
			self.here = f"{'/'.join(route)} [{label}]"
			page.evaluate("window.opened = []")
			try:
				page.evaluate(PRESS, button)
			except Exception as error:  # gone by now, which is as bad
				self.found(f"can't be pressed: {str(error)[:200]}")
				continue
			self.settle(page)
			page.wait_for_timeout(250)  # an answer may bring a word, or the next question
			self.settle(page)
			for text in page.evaluate(DIALOGS):
				if text.endswith("| "):
					self.found(f"empty dialog: {text}")
			for url in page.evaluate("window.opened"):
				answer = page.request.get(url if url.startswith("http") else self.url + url)
				if answer.status >= 400:
					self.found(f"{answer.status} {url[:160]}")
			page.evaluate(CLOSE)
			if button != buttons[-1]:
				self.go(page, *route)

	def click_all(self, page, workspace: str) -> None:
		"""Every link, shortcut and number of a workspace leads somewhere."""
		for address in page.evaluate(LINKS):
			self.here = f"{workspace} → {address}"
			page.evaluate("(address) => { frappe.set_route(address); }", address)
			self.settle(page)
			self.nobody_asked(page)
		self.at(page, workspace)
		for index in range(page.evaluate(TILES)):
			label = page.evaluate(CLICK, index)
			self.here = f"{workspace} → {label}"
			try:
				page.wait_for_function(LEFT, arg=workspace, timeout=10_000)
			except Exception:
				self.found("leads nowhere")
			self.settle(page)
			self.nobody_asked(page)
			self.at(page, workspace)

	def at(self, page, workspace: str) -> None:
		"""Back on the workspace, once its tiles are drawn."""
		page.evaluate("(name) => { frappe.set_route('Workspaces', name); }", workspace)
		page.wait_for_selector(".layout-main .shortcut-widget-box >> visible=true")
		self.settle(page)
		page.wait_for_timeout(400)

	def tearDown(self):
		self.errors = []
		super().tearDown()


class TestWalk(Walk):
	"""A manager, a user, the board and three who chase: each with that role and no other."""

	def walk(self, role: str) -> None:
		workspace = next(name for name, roles in WORKSPACES.items() if role in roles)
		page = self.begin(self.roles[role])
		page.goto(f"{self.url}/app/{frappe.scrub(workspace)}", wait_until="domcontentloaded")
		page.wait_for_selector(".links-widget-box, .link-item", timeout=90_000)
		self.settle(page)
		self.nobody_asked(page)
		self.click_all(page, workspace)
		for report in REPORTS[workspace]:
			self.go(page, "query-report", report)
		for doctype in sorted({doctype for doctype, _state in self.documents}):
			if rules.may(doctype, role, "read") and doctype not in ("Private Details", "Identity Document"):
				self.go(page, "List", doctype)
				for (one, _state), name in self.documents.items():
					if one == doctype:
						self.go(page, "Form", doctype, name)
						self.here = f"Form/{doctype}/{_state}"
						self.press_all(page, "Form", doctype, name)
		self.assertFalse(self.dead_ends, "\n" + "\n".join(self.dead_ends))

	def test_manager(self):
		self.walk(rules.MANAGER)

	def test_user(self):
		self.walk(rules.USER)

	def test_board(self):
		self.walk(rules.BOARD)

	def test_dunning_manager(self):
		self.walk(rules.DUNNING_MANAGER)

	def test_dunning_user(self):
		self.walk(rules.DUNNING_USER)

	def test_dunning_info(self):
		self.walk(rules.DUNNING_INFO)
