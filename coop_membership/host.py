"""What this site can do. Capabilities are looked up, never versions; only `accounting/` and this module may ask."""

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from typing import NoReturn
from urllib.parse import quote

import frappe
from frappe import _
from frappe.utils import escape_html
from frappe.utils.response import build_response

LOCKED = "locked_by_action"

# for a list of names that is empty: "" would find, on the hosts, whatever has no name in that field
NOTHING = "(nothing)"


def has_erpnext() -> bool:
	"""True where customers, invoices and ledgers exist: ERPNext or Dokos is installed on this site."""
	return "erpnext" in frappe.get_installed_apps() and bool(frappe.db.exists("DocType", "Sales Invoice"))


def has_doctype(doctype: str) -> bool:
	return bool(frappe.db.exists("DocType", doctype))


def is_ours(doctype: str) -> bool:
	"""True for a DocType of this app by its exact name; a database may take another spelling for the same."""
	found = frappe.db.get_value("DocType", doctype, ("name", "module"), cache=True)
	return bool(found) and found == (doctype, "Coop Membership")


def has_field(doctype: str, fieldname: str) -> bool:
	"""True when the DocType exists here and has that field, of its own or as a custom field."""
	return has_doctype(doctype) and frappe.get_meta(doctype).has_field(fieldname)


def after_commit(method: str, **kwargs) -> None:
	"""Run a dotted function in the background once the present transaction is saved, never before.

	Only arguments that both Frappe 15 and Dodock 3 know: `job_id` and `deduplicate` would reach the function there.
	"""
	frappe.enqueue(method, queue="short", enqueue_after_commit=True, **kwargs)


def desk() -> str:
	"""Where the desk is: "/app", "/desk" on Frappe 16."""
	try:
		from frappe.apps import DESK_APP_PATTERN  # of Frappe 16; Dodock has no page of apps
	except ImportError:
		return "/app"
	return "/desk" if DESK_APP_PATTERN.match("/desk") else "/app"


def in_background(method: str, **kwargs) -> None:
	"""Run a dotted function in the background, whether the present transaction is saved or not; in a test at once.

	For what has to be told although nothing else is written, as when somebody only looks at a page.
	"""
	frappe.enqueue(method, queue="short", now=in_test(), **kwargs)


def in_test() -> bool:
	"""True while tests run. Frappe 17 has `frappe.in_test` alone, Frappe 15 and Dodock the flag alone, 16 both."""
	flag = frappe.flags.in_test
	return bool(getattr(frappe, "in_test", False) if flag is None else flag)


def with_defaults(set_defaults: Callable[[], None], document, *fields: str) -> None:
	"""Let the host fill in what is missing in a new document, except some fields.

	It takes the site's own language, country and currency for any field of that name, whosever it is.
	"""
	given = {field: document.get(field) for field in fields}
	set_defaults()
	document.update(given)


class ForStaff(frappe.ValidationError):
	"""What only those who work here can put right: a setting, an account, somebody's record. Its sentence is theirs; on the
	members' own pages `portal.visitor.action` says where to write instead.
	"""


def not_permitted() -> str:
	"""Why somebody may not do something, and whom to turn to: a member has no managers to ask for roles."""
	if frappe.session.user in website_users([frappe.session.user]):
		return _("You are not permitted to do this. If you think that this is a mistake, write to us.")
	return _("You are not permitted to do this. Ask a manager of the members.")


def website_users(users: Iterable[str | None]) -> set[str]:
	"""Those of some users who have no desk: what they own, they may write."""
	if not (names := list({user for user in users if user})):
		return set()
	table = frappe.qb.DocType("User")
	query = frappe.qb.from_(table).select(table.name)
	return {
		name for (name,) in query.where(table.name.isin(names) & (table.user_type == "Website User")).run()
	}


def signs_in_by_mail() -> bool:
	"""True where the host mails links that log somebody in, and the site lets it."""
	setting = "login_with_email_link"
	return has_field("System Settings", setting) and bool(
		frappe.db.get_single_value("System Settings", setting)
	)


def sign_in_by_mail() -> None:
	"""Let the host mail links that log somebody in, where it can. At installation: a site may switch it off again."""
	if has_field("System Settings", "login_with_email_link"):
		frappe.db.set_single_value("System Settings", "login_with_email_link", 1)


def require(doctype: str, right: str = "read", name: str | None = None) -> None:
	"""Raise frappe.PermissionError unless the user has a right on a DocType, or on one of its documents.

	Dodock's own `frappe.has_permission(throw=True)` raises a ValidationError, and fails on a document's name.
	"""
	document = frappe.get_doc(doctype, name) if name else None
	if not (document.has_permission(right) if document else frappe.has_permission(doctype, right)):
		frappe.throw(not_permitted(), frappe.PermissionError)


def leads_to(label: str, *route: str) -> str:
	"""A link to a page of the desk, on every host; `label` is translated already."""
	address = "/".join((desk(), *map(quote, route)))
	return f'<a class="btn btn-default btn-xs" href="{address}">{escape_html(label)}</a>'


def throw_missing(sentence: str, label: str, *route: str) -> NoReturn:
	"""Raise a sentence about something that has to be set first, with a link to where; members have no desk to go to, see
	`ForStaff`.
	"""
	is_staff = frappe.get_cached_value("User", frappe.session.user, "user_type") == "System User"
	frappe.throw(f"{sentence} {leads_to(label, *route)}" if is_staff else sentence, ForStaff)


def as_it_is():
	"""The host's answer with the file of `frappe.response`, which browsers take for what we say and for nothing else.

	The hosts let no function add a header of its own on all of them; an answer that is returned whole they pass on.
	"""
	answer = build_response(frappe.response.type)
	answer.headers["X-Content-Type-Options"] = "nosniff"
	return answer


@contextmanager
def as_import():
	"""Insert persons as the host's import does: it asks gravatar.com for no picture of their address, and counts no users.

	Otherwise each new address would be told to a third party, and the transaction would wait for its answer.
	"""
	before, frappe.flags.in_import = frappe.flags.in_import, True
	try:
		yield
	finally:
		frappe.flags.in_import = before


@contextmanager
def as_system():
	"""Work as the system for a while; the line that calls this says who was checked and by what."""
	if frappe.session.user == "Administrator":
		yield
		return
	session = frappe.local.session
	kept = {field: session.get(field) for field in ("user", "sid", "data")}
	# what a request has of its own user; the host would build the last two again, at a price of 50 queries
	local = {name: getattr(frappe.local, name, None) for name in ("form_dict", "jenv", "new_doc_templates")}
	frappe.set_user("Administrator")
	try:
		yield
	finally:
		frappe.set_user(kept["user"])
		session.update(kept)
		for name, value in local.items():
			setattr(frappe.local, name, value)


def lock(document) -> None:
	"""Wait for anyone who changes the same document, then read into it what is saved by now.

	Read always: the caller's copy may carry what a browser sent along with the action. Only what an action has read and
	locked for its service (`locked`) is not read a second time.
	"""
	if document.flags.pop(LOCKED, None):
		return
	if not frappe.flags.holds:
		wait_for(document.doctype, document.name)
	document.flags.for_update = True
	document.reload()
	document.flags.for_update = None
	changes_from_here(document)


def read_locked(doctype: str, name: str):
	"""The document, locked as `lock` does, and read once."""
	wait_for(doctype, name)
	document = frappe.get_doc(doctype, name, for_update=True)
	changes_from_here(document)
	return document


def wait_for(doctype: str, name: str) -> None:
	"""Wait for anyone who holds this row, and hold it. What an action reads behind its first lock is saved by then.

	MariaDB shows a transaction, for as long as it lasts, what stood there when it first looked; the action has looked at
	who it is and what may be done before. Nothing is written yet and nothing held, so the transaction can end here. The
	lock is one statement: the host's own calls may look something up first, and that would be the first look again.
	"""
	flags, request = frappe.flags, getattr(frappe.local, "request", None)
	begins = flags.starts_again and not (flags.holds or flags.savepoint_depth or frappe.db.transaction_writes)
	if begins and request:  # a script or a test may have begun before it called the action
		frappe.db.rollback()
	flags.holds = True
	table = frappe.qb.DocType(doctype)
	frappe.qb.from_(table).select(table.name).where(table.name == name).for_update().run()


@contextmanager
def locked(document):
	"""For an action: the document was locked just now, and its service is next. Its first `lock` finds that done."""
	document.flags[LOCKED] = True
	try:
		yield
	finally:
		document.flags.pop(LOCKED, None)


def changes_from_here(document) -> None:
	"""Tell a document just read and locked that this is its state before the changes to come.

	Its next `db_set` gives that to the hooks and notifications of the site; it would read all of it again otherwise.
	"""
	document._doc_before_save = frappe.get_doc(document.as_dict())


def submit_as_system(document) -> None:
	"""Insert and submit a voucher for whose accounts the host would ask the user's own rights; it stays the user's.

	The caller checked by our own rules that the user may enter it.
	"""
	user = frappe.session.user
	with as_system():
		document.submit()  # inserts it too: as a draft first, the host would check everything twice
	whose = {"owner": user, "modified_by": user}
	frappe.db.set_value(document.doctype, document.name, whose, update_modified=False)


def forget_home_pages() -> None:
	"""What `/` leads to is asked again: the hosts keep it for each user."""
	frappe.cache().delete_key("home_page")


def set_sign_up_form(web_form: str, wanted: bool) -> None:
	"""Dokos: its sign-up leads to a Web Form, or no longer does. Others ask `signup_form_template` (hooks.py)."""
	if not has_field("Website Settings", "custom_signup"):
		return
	present = frappe.db.get_single_value("Website Settings", "custom_signup")
	if wanted != (present == web_form):
		settings = frappe.get_doc("Website Settings")
		settings.custom_signup = web_form if wanted else None
		settings.save(ignore_permissions=True)  # follows from a Cooperative that its user was allowed to save
