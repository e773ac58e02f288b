"""A copy of an identity document, or the proof of a tariff: asked for by mail, sent through a signed link that ends, deleted once decided.

The file hangs on an `Identity Document`, a DocType that only managers may read: the host lets a private file be read
by whoever reads what it hangs on, and requests are read by more people than that. The request itself says no more
than whether the document came. It only collects: nothing waits for it.
"""

from __future__ import annotations

from pathlib import Path

import frappe
from frappe import _
from frappe.core.doctype.access_log.access_log import make_access_log
from frappe.utils import add_days, get_url, now_datetime

from coop_membership import host, jobs, server_owned
from coop_membership.actions import granted, of_site
from coop_membership.doctypes import MembershipApplication
from coop_membership.dues import dues
from coop_membership.joining import keys
from coop_membership.joining.file_kinds import KINDS, kind_of
from coop_membership.messages import mail, tasks, timeline
from coop_membership.states import applications as states

APPLICATION = "Membership Application"
DOCTYPE, EVENT = "Identity Document", "Identity Document"
PURPOSE, VALID_DAYS = "document", 30
KEEP_DAYS = 30  # where the payment decides, so long a manager has to look at it
MEGABYTES = 8
LIMIT = MEGABYTES * 1024 * 1024  # the hosts themselves take no request over 10 MB

ASKED, RECEIVED = "Asked", "Received"
NOT_SENT, KEPT, DELETED = "Not Sent", "Kept", "Deleted"
OPEN = (ASKED, RECEIVED)
DECISIONS = (states.APPROVED, *states.CLOSED)
ASKED_OF = ("Website", "API")  # a member who asks for more shares is known


class Unusable(frappe.ValidationError):
	"""What was sent is not kept; the sentence says why."""


# --- asking for it -------------------------------------------------------------------------------


def link(application: MembershipApplication) -> str:
	"""Address of the page that takes the document of an application; good for thirty days."""
	return get_url(f"/membership-document?key={keys.sign(PURPOSE, application, VALID_DAYS)}")


def read(key: str | None):
	"""The application that a key is about. Raises signing.Expired or signing.BadKey."""
	return keys.read(PURPOSE, key)


def is_open(application: MembershipApplication) -> bool:
	"""True while a document may be sent: it was asked for, and nobody has decided yet."""
	return application.id_document in OPEN and _is_collected(application)


def ask_visitor(application: MembershipApplication) -> None:
	"""Ask who has just joined online for a document, if the cooperative collects one; lead the browser to the page."""
	if _is_collected(application) and application.source in ASKED_OF:
		_ask(application)
		hand_over_page(application)


def ask_again(application: MembershipApplication) -> bool:
	"""A manager asks, also for what was sent on paper; True when a mail was queued. Raises a sentence when decided."""
	host.lock(application)
	if not may_ask(application):
		frappe.throw(_("No identity document is needed for this request."))
	return _ask(application, by_hand=True)


def may_ask(application: MembershipApplication) -> bool:
	"""True when the cooperative collects documents and this request still needs one."""
	if not _is_collected(application):
		return False
	if not application.id_document:
		return application.status in states.QUEUED
	return application.id_document in OPEN


def page_of(application: MembershipApplication) -> str | None:
	"""Address of the page for whoever has just sent or confirmed a request; None when no document is missing."""
	missing = frappe.db.get_value(APPLICATION, application.name, "id_document") == ASKED
	return link(application) if missing and _is_collected(application) else None


def hand_over_page(application: MembershipApplication) -> None:
	"""Send the address along with the document, which is all that the host's web form answers with."""
	if page := page_of(application):
		application.set_onload("document_page", page)


def _ask(application: MembershipApplication, by_hand: bool = False) -> bool:
	if application.id_document != RECEIVED:
		_note(application, ASKED)
	values = {"link": link(application), "days": VALID_DAYS}
	return mail.send(EVENT, application, values, resend=by_hand, to=application.email)


def _is_collected(application: MembershipApplication) -> bool:
	return of_identity(application) or of_tariff(application)


def of_identity(application: MembershipApplication) -> bool:
	"""True when the cooperative looks at everybody's identity."""
	return bool(frappe.get_cached_value("Cooperative", application.cooperative, "collect_id_document"))


def of_tariff(application: MembershipApplication) -> bool:
	"""True when the person sends a proof of the tariff online; shown at the office, none is collected."""
	return application.tariff_proof == dues.ONLINE and dues.needs_proof(application)


def what(application: MembershipApplication) -> str:
	"""What is asked for, in words: the identity document, the proof of a tariff, or both in one file."""
	if not of_tariff(application):
		return _("a copy of your identity card or passport")
	tariff = _(application.tariff)
	if of_identity(application):
		return _(
			"one file with a copy of your identity card or passport, and your proof for the tariff “{0}”"
		).format(tariff)
	return _("your proof for the tariff “{0}”").format(tariff)


def _note(application: MembershipApplication, state: str) -> None:
	application.db_set({"id_document": state, "id_document_since": now_datetime()}, update_modified=False)


# --- receiving it --------------------------------------------------------------------------------


def receive(application: MembershipApplication, content: bytes) -> None:
	"""Keep the document of an application, instead of one sent before. The caller checked the key.

	Raises Unusable with a sentence, having changed nothing, when the request is decided, or the content is empty, larger
	than LIMIT or no file of KINDS. Its name is never looked at.
	"""
	host.lock(application)
	if not is_open(application):
		frappe.throw(_("This request is decided; no document is needed any more."), Unusable)
	if not content:
		frappe.throw(_("Please choose a file first."), Unusable)
	if len(content) > LIMIT:
		frappe.throw(too_large(), Unusable)
	if not kind_of(content):
		frappe.throw(
			_("This file can't be read. Please send one of these kinds: {0}.").format(kinds()), Unusable
		)
	_keep(application, content)
	again = application.id_document == RECEIVED
	_note(application, RECEIVED)
	timeline.note(
		application,
		_("The document was replaced.") if again else _("The document has arrived."),
	)
	if not again:
		tasks.tell(application, _("{0} has sent a document.").format(application.applicant_name))


def too_large() -> str:
	return _(
		"This file is too large: at most {0} MB are possible. Please send a smaller photo or scan."
	).format(MEGABYTES)


def kinds() -> str:
	"""The kinds of files that are taken, for people."""
	return ", ".join(kind.title for kind in KINDS)


def _keep(application: MembershipApplication, content: bytes) -> None:
	"""The new file first, then the old one goes: if storing fails, what was there before is still there."""
	if frappe.db.exists(DOCTYPE, application.name):
		document = frappe.get_doc(DOCTYPE, application.name)
	else:
		document = frappe.get_doc(
			{"doctype": DOCTYPE, "application": application.name, "cooperative": application.cooperative}
		)
		# the caller checked the key of the application
		server_owned.by_service(document).insert(ignore_permissions=True)
	before = _files(application.name)
	file = frappe.get_doc(
		{
			"doctype": "File",
			# without an ending, no host takes it for a picture and opens what a stranger sent
			"file_name": f"identity-{frappe.generate_hash(length=32)}",
			"attached_to_doctype": DOCTYPE,
			"attached_to_name": application.name,
			"is_private": 1,
			"content": content,
		}
	).insert(ignore_permissions=True)  # as above
	document.db_set("file", file.name)
	_delete(before)


def _files(application: str) -> list[str]:
	attached = {"attached_to_doctype": DOCTYPE, "attached_to_name": application}
	return frappe.get_all("File", attached, pluck="name")


def _delete(files: list[str]) -> None:
	for name in files:
		# a newer copy came through the link, or the request is decided: the caller checked which
		frappe.delete_doc("File", name, ignore_permissions=True, delete_permanently=True)


# --- looking at it -------------------------------------------------------------------------------


@of_site(DOCTYPE, changes=False, looks=True)
def show(application: str):
	"""Answer with the file itself, for a browser to show. For managers; each look is in the host's access log."""
	granted(DOCTYPE, application)
	granted("Membership Application", application)
	file = frappe.get_doc("File", frappe.db.get_value(DOCTYPE, application, "file"))
	content = Path(file.get_full_path()).read_bytes()
	kind = kind_of(content)
	make_access_log(doctype=DOCTYPE, document=application, file_type=kind.title)
	frappe.local.response.update(
		{
			"type": "download",
			"filename": f"{application}.{kind.extension}",
			"filecontent": content,
			"content_type": kind.content_type,
			"display_content_as": "inline",
		}
	)
	return host.as_it_is()


def actions(application: MembershipApplication) -> dict[str, bool]:
	"""What the session's user may do about the document: {"ask", "look"}, for the buttons of the request."""
	return {
		"ask": may_ask(application),
		"look": application.get("id_document") in (RECEIVED, KEPT)
		and bool(frappe.has_permission(DOCTYPE, "read")),
	}


def checked(application: MembershipApplication) -> str:
	"""A manager has looked at the document: it is deleted if so set, and the link ends. Returns the new state."""
	host.require(DOCTYPE)
	application.check_permission("write")
	host.lock(application)
	if application.id_document == RECEIVED:
		application.db_set(close(application), update_modified=False)
	return application.id_document


# --- letting it go -------------------------------------------------------------------------------


def close(application: MembershipApplication) -> dict:
	"""Values of a request whose document is settled, {} when there is nothing to settle; the file goes after commit."""
	if application.get("id_document") not in OPEN:
		return {}
	state = NOT_SENT
	if application.id_document == RECEIVED:
		delete = frappe.get_cached_value("Cooperative", application.cooperative, "delete_id_document")
		state = DELETED if delete else KEPT
	if state == DELETED:
		_delete_later(application.name)
	return {"id_document": state, "id_document_since": now_datetime()}


def _delete_later(application: str) -> None:
	"""After commit: a file is gone at once, and a decision that fails would not bring it back."""
	# if it fails, the daily sweep deletes what is left
	with jobs.attempt("Identity document not deleted yet", APPLICATION, application):
		host.after_commit("coop_membership.joining.identity_documents.remove", application=application)


def remove(application: str) -> None:
	"""Delete the document of a request (its name) with its file, leaving no copy. A second call finds nothing."""
	if not frappe.db.exists(DOCTYPE, application):
		return
	_delete(_files(application))
	frappe.delete_doc(
		DOCTYPE,
		application,
		ignore_permissions=True,  # follows from a decision that was allowed
		delete_permanently=True,
	)


def sweep() -> None:
	"""Daily: delete what a failed job left, and settle documents that nobody looked at where the payment decided."""
	overdue = {
		"status": ["in", states.DECIDED_OK],
		"id_document": ["in", OPEN],
		"id_document_since": ["<", add_days(now_datetime(), -KEEP_DAYS)],
	}
	jobs.each(
		frappe.get_all(APPLICATION, overdue, pluck="name"),
		_settle,
		"Identity document not settled",
		APPLICATION,
	)
	jobs.each(
		frappe.get_all(DOCTYPE, pluck="name"), _remove_decided, "Identity document not deleted", DOCTYPE
	)


def _settle(application: str) -> None:
	document = frappe.get_doc(APPLICATION, application)
	host.lock(document)
	if values := close(document):
		document.db_set(values, update_modified=False)


def _remove_decided(application: str) -> None:
	if frappe.db.get_value(APPLICATION, application, "id_document") in (DELETED, None):
		remove(application)
