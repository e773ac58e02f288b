"""Everybody tries everything over HTTP: each DocType with its files and what hosts keep beside it, each action, function,
report and page.

What is expected stands in `rules.py`. Somebody who may not is refused, learns nothing, and the server never fails.

Roles add up and never take away. So whoever may not do a thing tries it together: one user who has all the roles to which
the table does not give it. What that user is refused, each of the roles is refused alone. In the same way a member stands
for a stranger, who has a role less, where the host asks for roles and nothing else.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import requests

import frappe
from frappe.utils import add_days, today

from coop_membership import bulk, host
from coop_membership.accounting.books import ELSEWHERE
from coop_membership.tests import factories
from coop_membership.tests.security import found, rules
from coop_membership.tests.web import WebCase, an_address

SECRET = "Zebulondawn"  # stands in every document that must not be seen
UNIQUE = ("title", "code")
OUTSIDERS = ("guest", "stranger", "member", "mandate ended", "former member")
SAME_ROLE = ("stranger", "mandate ended", "former member")  # no other roles than "member"
OF_PEOPLE = ("Member", "Membership Application", "Private Details", "Share Subscription")
# what hosts keep beside a document, {DocType: (field that says its DocType, field that names it, field for the text)}
BESIDE = {
	"Comment": ("reference_doctype", "reference_name", "content"),
	"Communication": ("reference_doctype", "reference_name", "content"),
	"Deleted Document": ("deleted_doctype", "deleted_name", "data"),
	"Email Queue": ("reference_doctype", "reference_name", "message"),
	"ToDo": ("reference_type", "reference_name", "description"),
	"Version": ("ref_doctype", "docname", "data"),
}
REFUSED = (400, 401, 403, 404, 405, 410, 417, 429)


def is_here(path: str) -> bool:
	"""False for a function of the host that this host does not have."""
	if not path.startswith("/api/method/frappe."):
		return True
	try:
		return callable(frappe.get_attr(path.removeprefix("/api/method/")))
	except (AttributeError, ImportError, frappe.ValidationError):
		return False


def is_shut(path: str) -> bool:
	"""True for a function of the host that no guest may call, whatever it is about."""
	function = path.startswith("/api/method/frappe.") and frappe.get_attr(path.removeprefix("/api/method/"))
	return bool(function) and function not in frappe.guest_methods


class TestMatrix(WebCase):
	"""Who tries: a guest, a website user, members of another membership, and each desk role alone."""

	checks = 0

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = cls.a_cooperative(ELSEWHERE, postal_address=SECRET)
		cls.elsewhere = cls.a_cooperative(ELSEWHERE)
		cls.people = {"guest": None, "stranger": cls._website_user()}
		for actor in OUTSIDERS[2:]:
			cls.people[actor] = cls._website_user("Member")
		cls._belong()
		for role in rules.DESK:
			cls.people[role] = cls.a_user(role)
		cls.documents = cls._documents()
		cls.files = {doctype: cls._file(doctype, name) for doctype, name in cls.documents.items()}
		cls.beside = {kind: cls._rows_beside(kind) for kind in BESIDE}
		cls.commit()
		cls.sessions = {}

	@classmethod
	def tidy_up(cls):
		for file in getattr(cls, "files", {}).values():
			Path(frappe.get_site_path(file.lstrip("/"))).unlink(missing_ok=True)
			frappe.db.delete("File", {"file_url": file})
		for kind, names in getattr(cls, "beside", {}).items():
			frappe.db.delete(kind, {"name": ["in", list(names.values())]})
		for doctype, name in reversed(list(getattr(cls, "documents", {}).items())):
			factories.wipe(doctype, {"name": name})
		super().tidy_up()
		print(f"\n{cls.__name__}: {cls.checks} checks")

	@classmethod
	def _website_user(cls, *roles: str) -> str:
		user = cls.a_user(*roles)
		frappe.db.set_value("User", user, "user_type", "Website User")
		return user

	@classmethod
	def _belong(cls):
		"""The member holds shares of the other cooperative, the second's mandate ended yesterday, the third left."""
		member = factories.a_member(cls.elsewhere)
		member.db_set("user", cls.people["member"])
		organisation = factories.a_member(cls.elsewhere, **_organisation())
		row = organisation.representatives[0]
		row.db_set({"to_date": add_days(today(), -1), "from_date": add_days(today(), -9)})
		if row.meta.has_field("user"):
			row.db_set("user", cls.people["mandate ended"])
		former = factories.a_member(cls.elsewhere)
		former.db_set({"user": cls.people["former member"], "status": "Former"})

	@classmethod
	def _documents(cls) -> dict[str, str]:
		"""{DocType: name}: one of each, with the secret in it. Those that nobody makes by hand are rows of the database."""
		person = {"last_name": SECRET, "city": SECRET, "iban": factories.IBAN}
		application = factories.an_application(cls.cooperative, **person)
		subscription = factories.a_subscription(cls.cooperative, **person)
		documents = {
			"Cooperative": cls.cooperative.name,
			"Membership Application": application.name,
			"Share Subscription": subscription.name,
			"Member": subscription.member,
			"Private Details": frappe.db.get_value(
				"Private Details", {"reference_name": subscription.member}
			),
		}
		for doctype in found.doctypes(tables=False):
			if doctype not in documents:
				documents[doctype] = cls._row(doctype, subscription.member)
		return documents

	@classmethod
	def _row(cls, doctype: str, member: str) -> str:
		row = frappe.get_doc({"doctype": doctype, "name": f"X-{factories.unique()}"})
		row.update({field: factories.unique() for field in UNIQUE if row.meta.has_field(field)})
		for df in row.meta.fields:
			if row.get(df.fieldname):
				continue
			if df.fieldtype in ("Data", "Small Text", "Text"):
				row.set(df.fieldname, SECRET if df.fieldtype != "Data" or not df.options else None)
			elif df.fieldtype == "Select":
				row.set(df.fieldname, next(filter(None, (df.options or "").split("\n")), None))
			elif df.fieldtype == "Date":
				row.set(df.fieldname, today())
		for field, value in (("cooperative", cls.cooperative.name), ("member", member)):
			if row.meta.has_field(field):
				row.set(field, value)
		row.set("__islocal", 1)
		row.set_user_and_timestamp()
		row.db_insert()
		return row.name

	@classmethod
	def _file(cls, doctype: str, name: str) -> str:
		"""Address of a private file on a document, with the secret in it."""
		file = f"{factories.unique()}-{frappe.scrub(doctype)}.txt"
		path = Path(frappe.get_site_path("private", "files", file))
		path.parent.mkdir(parents=True, exist_ok=True)
		path.write_text(SECRET)
		row = frappe.get_doc({"doctype": "File", "name": file, "file_name": file, "is_private": 1})
		row.update({"attached_to_doctype": doctype, "attached_to_name": name, "folder": "Home/Attachments"})
		row.update({"file_url": f"/private/files/{file}", "__islocal": 1})
		row.set_user_and_timestamp()
		row.db_insert()
		return row.file_url

	@classmethod
	def _rows_beside(cls, kind: str) -> dict[str, str]:
		"""{DocType: name of a row about its document}, with the secret in it."""
		names = {}
		for doctype, document in cls.documents.items():
			doctype_field, name_field, text = BESIDE[kind]
			row = frappe.get_doc(
				{"doctype": kind, doctype_field: doctype, name_field: document, text: SECRET}
			)
			if kind == "Version":
				row.data = json.dumps({"changed": [["city", "", SECRET]]})
			row.name = bulk.new_name(kind)
			row.set("__islocal", 1)
			row.set_user_and_timestamp()
			row.db_insert()
			names[doctype] = row.name
		return names

	def together(self, roles: set[str]) -> str:
		"""One user with all of these roles."""
		actor = " + ".join(role for role in rules.DESK if role in roles)
		if actor not in self.people:
			self.people[actor] = self.a_user(*sorted(roles))
		return actor

	def all_but(self, allowed) -> list[str]:
		"""The user who has every role of the desk except these; nobody when these are all."""
		roles = set(rules.DESK) - set(allowed)
		return [self.together(roles)] if roles else []

	def session(self, actor: str) -> requests.Session:
		if actor not in self.sessions:
			user = self.people[actor]
			session = self.logged_in(user) if user else requests.Session()
			session.headers["Accept"] = "application/json"
			self.sessions[actor] = session
		return self.sessions[actor]

	def call(self, actor: str, verb: str, path: str, **sent) -> requests.Response:
		headers = {"X-Forwarded-For": an_address(), **sent.pop("headers", {})}
		answer = self.session(actor).request(verb, self.url + path, headers=headers, timeout=60, **sent)
		type(self).checks += 1
		self.assertLess(answer.status_code, 500, (actor, verb, path, answer.text[-600:]))
		return answer

	def prints_a_refusal(self, content: bytes, what: tuple) -> None:
		"""The one page of a PDF says no; read where there is something to read it with."""
		if reader := shutil.which("pdftotext"):
			text = subprocess.run(
				[reader, "-", "-"], input=content, stdout=subprocess.PIPE, check=True
			).stdout
			self.assertRegex(text.decode(), "Not Permitted|Not permitted|not permitted", what)

	def refused(self, answer: requests.Response, *what) -> None:
		"""Nothing was done and nothing is told; of several documents the host prints those that one may: none."""
		if "download_multi_pdf" in answer.url and answer.status_code == 200:
			if host.has_doctype("Accounting Journal") and b"/Count 1" in answer.content:
				return self.prints_a_refusal(answer.content, what)  # Dodock prints its page that says no
			self.assertIn(b"/Count 0", answer.content, what)
			return
		self.assertIn(answer.status_code, REFUSED, (*what, answer.text[:300]))
		self.assertNotIn(SECRET, answer.text, what)

	# --- every DocType by every way that the hosts have

	def ways(self, doctype: str, name: str) -> list[tuple[str, str, str, dict]]:
		"""(the right that it needs, verb, path, what is sent)."""
		at = f"/api/resource/{doctype}/{name}"
		listed = {"doctype": doctype, "fields": json.dumps([f"`tab{doctype}`.`name`"]), "page_length": 5}
		known = json.dumps([[doctype, "name", "=", name]])
		known_names = json.dumps([name])
		method = "/api/method/frappe."
		ways = [
			("read", "GET", at, {}),
			("read", "GET", f"/api/resource/{doctype}", {"params": {"limit_page_length": 5}}),
			("read", "GET", f"/api/resource/{doctype}", {"params": {"filters": known, "fields": '["*"]'}}),
			("read", "GET", f"{method}client.get_count", {"params": {"doctype": doctype}}),
			("read", "GET", f"{method}client.get_value", {"params": {"doctype": doctype, "fieldname": "name", "filters": known}}),
			("read", "POST", f"{method}desk.reportview.get", {"data": listed}),
			("read", "POST", f"{method}desk.reportview.get_count", {"data": listed | {"filters": known, "distinct": "false"}}),
			("read", "POST", f"{method}desk.reportview.get", {"data": listed | {"group_by": f"`tab{doctype}`.`owner`"}}),
			("read", "GET", f"{method}desk.form.load.getdoc", {"params": {"doctype": doctype, "name": name}}),
			("read", "GET", f"{method}desk.form.load.get_docinfo", {"params": {"doctype": doctype, "name": name}}),
			("read", "GET", f"{method}client.get_list", {"params": {"doctype": doctype, "filters": known}}),
			("read", "GET", f"{method}client.validate_link", {"params": {"doctype": doctype, "docname": name, "fields": '["owner"]'}}),
			("read", "GET", f"{method}desk.search.search_link", {"params": {"doctype": doctype, "txt": "", "filters": known}}),
			("read", "GET", f"{method}desk.reportview.get_stats", {"params": {"doctype": doctype, "stats": '["_user_tags"]', "filters": known}}),
			("read", "GET", f"{method}desk.listview.get_group_by_count", {"params": {"doctype": doctype, "current_filters": "[]", "field": "owner"}}),
			("read", "GET", f"{method}desk.form.utils.get_next", {"params": {"doctype": doctype, "value": name, "prev": 0}}),
			("read", "GET", "/printview", {"params": {"doctype": doctype, "name": name}}),
			("read", "GET", f"{method}www.printview.get_html_and_style", {"params": {"doc": doctype, "name": name}}),
			("read", "GET", f"{method}utils.print_format.download_pdf", {"params": {"doctype": doctype, "name": name}}),
			("read", "GET", f"{method}utils.print_format.download_multi_pdf", {"params": {"doctype": doctype, "name": known_names}}),
			("export", "POST", f"{method}desk.reportview.export_query", {"data": listed | {"file_format_type": "CSV", "title": "x"}}),
			("write", "PUT", at, {"json": {"docstatus": 0, "owner": "Administrator"}}),
			("create", "POST", f"/api/resource/{doctype}", {"json": {"cooperative": self.cooperative.name}}),
			("delete", "DELETE", at, {}),
			("delete", "POST", f"{method}client.delete", {"data": {"doctype": doctype, "name": name}}),
			("cancel", "POST", f"{method}client.cancel", {"data": {"doctype": doctype, "name": name}}),
			("submit", "POST", f"{method}client.submit", {"data": {"doc": json.dumps({"doctype": doctype, "name": name})}}),
			("write", "POST", f"{method}client.rename_doc", {"data": {"doctype": doctype, "old_name": name, "new_name": "x"}}),
			("write", "POST", f"{method}client.set_value", {"data": {"doctype": doctype, "name": name, "fieldname": "owner", "value": "x"}}),
			("amend", "POST", f"/api/resource/{doctype}", {"json": {"amended_from": name, "cooperative": self.cooperative.name}}),
			("share", "POST", f"{method}share.add", {"data": {"doctype": doctype, "name": name, "user": self.people["stranger"], "write": 1}}),
		]  # fmt: skip
		return [way for way in ways if is_here(way[2])]

	def file_ways(self, doctype: str) -> list[tuple[str, str, str, dict]]:
		"""As `ways`, to a document's file."""
		url = self.files[doctype]
		name = url.rpartition("/")[2]
		known = json.dumps([["File", "attached_to_name", "=", self.documents[doctype]]])
		ways = [
			("read", "GET", url, {}),
			("read", "GET", "/api/method/download_file", {"params": {"file_url": url}}),
			("read", "GET", "/api/method/frappe.utils.file_manager.download_file", {"params": {"file_url": url}}),
			("read", "GET", f"/api/resource/File/{name}", {}),
			("read", "GET", "/api/resource/File", {"params": {"filters": known, "fields": '["*"]'}}),
			("write", "PUT", f"/api/resource/File/{name}", {"json": {"is_private": 0}}),
			("write", "DELETE", f"/api/resource/File/{name}", {}),  # as the hosts have it
		]  # fmt: skip
		return [way for way in ways if is_here(way[2])]

	def nothing_told(self, answer: requests.Response, *what) -> None:
		"""Refused, or an empty answer: a list of what one may read holds nothing of this."""
		self.assertTrue(
			answer.status_code == 200 or answer.status_code in REFUSED, (*what, answer.text[:300])
		)
		self.assertNotIn(SECRET, answer.text, what)
		for url in self.files.values():
			self.assertNotIn(url, answer.text, what)

	def test_outsiders_get_nowhere(self):
		"""Doors that are shut to guests are tried by a guest with one DocType: they don't ask which."""
		shut = set()
		for actor in OUTSIDERS:
			for doctype, name in self.documents.items():
				ways = self.ways(doctype, name)
				if actor in SAME_ROLE or (actor == "member" and doctype not in OF_PEOPLE):
					# one way of each kind: the host asks for the role, and none of theirs has a right on any DocType
					ways = [
						way for way in ways if way[2] in (f"/api/resource/{doctype}/{name}", "/printview")
					]
				for right, verb, path, sent in ways:
					if actor == "guest" and is_shut(path):
						if path in shut:
							continue
						shut.add(path)
					self.refused(self.call(actor, verb, path, **sent), actor, doctype, right, path)

	def test_desk_roles_get_what_the_table_says(self):
		"""What somebody may read is read; what nobody gave them is refused, by every way."""
		for doctype, name in self.documents.items():
			for right, verb, path, sent in self.ways(doctype, name):
				if right == "amend" and not frappe.get_meta(doctype).is_submittable:
					continue  # it would be a new one
				allowed = [role for role in rules.DESK if rules.may(doctype, role, right)]
				for actor in self.all_but(allowed):
					self.refused(self.call(actor, verb, path, **sent), actor, doctype, right, path)
				if right != "read" or "print" in path:
					continue  # a row that nobody made has nothing to print
				each = path == f"/api/resource/{doctype}/{name}" or path.endswith("get_docinfo")
				for role in allowed if each else allowed[:1]:
					answer = self.call(role, verb, path, **sent)
					self.assertEqual(answer.status_code, 200, (role, doctype, path, answer.text[:300]))

	def test_files_go_with_their_document(self):
		"""Who may not read a document gets none of its files; who may read it, does."""
		for doctype in self.documents:
			for number, (right, verb, path, sent) in enumerate(self.file_ways(doctype)):
				allowed = [role for role in rules.DESK if rules.may(doctype, role, right)]
				few = [] if number else SAME_ROLE
				for actor in ("guest", "member", *few, *self.all_but(allowed)):
					self.nothing_told(self.call(actor, verb, path, **sent), actor, doctype, path)
				for role in allowed if path == self.files[doctype] else ():
					answer = self.call(role, verb, path, **sent)
					self.assertEqual((answer.status_code, answer.text), (200, SECRET), (role, doctype))
		self.look_again()
		kept = frappe.get_all("File", {"file_url": ["in", list(self.files.values())], "is_private": 1})
		self.assertEqual(len(kept), len(self.files))

	def test_what_hosts_keep_beside(self):
		"""Versions, comments, mails, tasks and deleted documents tell nobody more than the document itself does."""
		for kind, names in self.beside.items():
			readers = {
				doctype: {role for role in rules.DESK if rules.may(doctype, role, "read")}
				for doctype in names
			}
			for group in {frozenset(roles) for roles in readers.values()}:
				hidden = [doctype for doctype, roles in readers.items() if roles == group]
				known = json.dumps([[kind, "name", "in", [names[doctype] for doctype in hidden]]])
				fields = {"filters": known, "fields": '["*"]', "limit_page_length": 0}
				listed = {"doctype": kind, "filters": known, "fields": f'["`tab{kind}`.`{BESIDE[kind][2]}`"]'}
				outsiders = () if "Member" not in hidden else ("guest", "member")
				for actor in (*outsiders, *self.all_but(group)):
					for verb, path, sent in (
						("GET", f"/api/resource/{kind}", {"params": fields}),
						("GET", f"/api/resource/{kind}/{names[hidden[0]]}", {}),
						("POST", "/api/method/frappe.desk.reportview.get", {"data": listed}),
					):
						self.nothing_told(self.call(actor, verb, path, **sent), actor, kind, path, hidden)

	def test_reports(self):
		"""Run, taken away as a file, or its script read: by the roles of its line only; each of them runs it."""
		where = json.dumps({"cooperative": self.cooperative.name})
		method = "/api/method/frappe.desk.query_report."
		for report, allowed in rules.REPORTS.items():
			asked = {"report_name": report, "filters": where}
			taken = {**asked, "file_format_type": "CSV", "custom_columns": "[]", "visible_idx": "[]"}
			for actor in ("guest", "member", *self.all_but(allowed)):
				for path, sent in (("run", asked), ("export_query", taken), ("get_script", asked)):
					self.refused(self.call(actor, "POST", method + path, data=sent), actor, report, path)
			for role in allowed:
				answer = self.call(role, "POST", f"{method}run", data=asked)
				self.assertNotIn("PermissionError", answer.text, (role, report))
				self.assertIn(
					answer.status_code, (200, 417), (role, report, answer.text[:300])
				)  # 417: no accounts here

	def test_nothing_was_changed(self):
		for doctype, name in self.documents.items():
			self.look_again()
			self.assertTrue(frappe.db.exists(doctype, name), doctype)
			self.assertNotEqual(frappe.db.get_value(doctype, name, "owner"), "x", doctype)

	# --- every action by its name, with a forged body, and by the address of buttons

	def calls(self, doctype: str, name: str, action: str) -> list[tuple[str, str, dict]]:
		arguments = found.arguments_for(doctype, action)
		body = {
			"doctype": doctype,
			"name": name,
			"docstatus": 0,
			"cooperative": self.elsewhere.name,
			"owner": "x",
		}
		run = "/api/method/run_doc_method"
		return [
			(
				"POST",
				run,
				{"data": {"dt": doctype, "dn": name, "method": action, "args": json.dumps(arguments)}},
			),
			(
				"POST",
				run,
				{"data": {"docs": json.dumps(body), "method": action, "args": json.dumps(arguments)}},
			),
			("POST", f"/api/resource/{doctype}/{name}", {"data": {"run_method": action, **arguments}}),
			(
				"POST",
				"/api/method/coop_membership.desk.buttons.press",
				{
					"data": {
						"doctype": doctype,
						"name": name,
						"action": action,
						"values": json.dumps(arguments),
					}
				},
			),
		]

	def test_who_is_not_named_is_refused(self):
		first = next(iter(found.document_actions()))
		for address in found.document_actions():
			doctype, action = address.split(".")
			for actor in (*OUTSIDERS, *self.all_but(rules.ACTIONS[address])):
				if actor in SAME_ROLE:
					continue
				for verb, path, sent in self.calls(doctype, self.documents[doctype], action):
					if actor == "guest" and path.startswith("/api/method/") and address != first:
						continue  # shut to guests, whatever the action is
					self.refused(self.call(actor, verb, path, **sent), actor, address, path)

	def test_what_changes_something_is_not_done_by_opening_an_address(self):
		for address, function in found.document_actions().items():
			if function.coop_action["changes"]:
				doctype, action = address.split(".")
				values = {"dt": doctype, "dn": self.documents[doctype], "method": action}
				answer = self.call(rules.MANAGER, "GET", "/api/method/run_doc_method", params=values)
				self.refused(answer, address)
				at = f"/api/resource/{doctype}/{self.documents[doctype]}"
				self.refused(self.call(rules.MANAGER, "GET", at, params={"run_method": action}), address)

	def test_functions(self):
		member = self.documents["Member"]
		arguments = {
			"cooperative": self.cooperative.name,
			"application": self.documents["Membership Application"],
			"member": member,
			"doctype": "Member",
			"name": member,
			"action": "give_access",
			"names": json.dumps([self.documents["Membership Application"]]),
			"notices": json.dumps([self.documents["Dunning Notice"]]),
			"state": "Ignored",
			"values": json.dumps({"dunning_channel": "Letter"}),
			"filters": json.dumps({"party_type": "Member", "party": member}),
			"chart": "{}",
			"report": "Member Register",
			"year": "2020",
			"delivery": "None",
		}
		for address, function in found.functions().items():
			allowed = rules.FUNCTIONS[address]
			if allowed in (rules.ANYBODY, rules.HARMLESS):
				continue
			verbs = ["POST"] if function.coop_action["changes"] else ["GET"]
			for actor in (*OUTSIDERS, *self.all_but(allowed)):
				for verb in verbs:
					answer = self.call(actor, verb, f"/api/method/{address}", params=arguments)
					self.refused(answer, actor, address)
			if function.coop_action["changes"]:
				self.refused(
					self.call(rules.MANAGER, "GET", f"/api/method/{address}", params=arguments), address
				)

	# --- every route, with and without somebody else in the address

	def test_pages(self):
		for route, guest_meets in rules.PAGES.items():
			for actor in OUTSIDERS:
				queries = ({}, {"member": self.documents["Member"]}, {"key": "A" * 60}, {"key": "\u202e"})
				for query in queries[:2] if actor in SAME_ROLE else queries:
					answer = self.call(actor, "GET", route, params=query, headers={"Accept": "text/html"})
					self.assertNotIn(factories.IBAN, answer.text, (actor, route))
					self.assertNotIn(SECRET, answer.text, (actor, route))
				if actor == "guest" and guest_meets == "log in":
					self.assertIn("/login", self.call(actor, "GET", route).url)


def _organisation() -> dict:
	return {
		"applicant_type": "Organisation",
		"organisation_name": "Association Le Verger",
		"registration_number": factories.a_siren(),
		"representative_function": "Présidente",
	}
