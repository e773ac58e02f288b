from __future__ import annotations

import frappe
from frappe import _
from frappe.rate_limiter import rate_limit

from coop_membership import host, signing
from coop_membership.doctypes import MembershipApplication
from coop_membership.joining import automatic, identity_documents
from coop_membership.joining.file_kinds import KINDS
from coop_membership.portal import step

no_cache = 1

ATTEMPTS_PER_HOUR = 20  # of one link, from one address


def get_context(context):
	"""Send a copy of an identity document for a request, or another one instead of it."""
	try:
		application = identity_documents.read(step.key())
	except signing.Expired:
		return step.show(
			context,
			_("This link has expired"),
			_("Please answer the message that you had it from: we send you a new one."),
		)
	except signing.BadKey:
		return step.not_complete(context)
	if not identity_documents.is_open(application):
		return step.show(
			context,
			_("No document is needed any more"),
			_("Your request is decided. There is nothing you need to do now."),
		)
	problem = _take(application) if step.pressed() else None
	if step.pressed() and not problem:
		return _thank(context, application)
	_ask(context, application, problem)


def _take(application: MembershipApplication) -> str | None:
	"""Keep what the page was sent with; the sentence that says what is wrong with it, if so."""
	try:
		_not_too_often()
	except frappe.ValidationError:
		frappe.clear_messages()
		return _("Too many attempts. Please wait an hour and try again.")
	file = frappe.local.request.files.get("document")
	content = file.stream.read(identity_documents.LIMIT + 1) if file else b""
	try:
		with host.as_system():  # the key proves that the request is theirs
			identity_documents.receive(application, content)
	except identity_documents.Unusable as error:
		frappe.clear_messages()
		return str(error)
	return None


@rate_limit(key="key", limit=ATTEMPTS_PER_HOUR, seconds=3600, methods=["POST"])
def _not_too_often() -> None:
	"""Counts; raises frappe.ValidationError."""


def _thank(context, application: MembershipApplication) -> None:
	page = automatic.payment_page(application)
	step.show(
		context,
		_("Thank you, your document has arrived"),
		None if page else _("There is nothing you need to do now. You will hear from us by e-mail."),
		link=page,
		link_text=_("Pay online"),
	)


def _ask(context, application: MembershipApplication, problem: str | None) -> None:
	cooperative = frappe.get_cached_doc("Cooperative", application.cooperative)
	came = application.id_document == identity_documents.RECEIVED
	step.show(
		context,
		_("Your document has arrived") if came else _("Send your document"),
		_("Would you like to replace it? Choose another file.")
		if came
		else _("To look at your request, {0} needs this: {1}.").format(
			cooperative.title, identity_documents.what(application)
		),
		_("Only the people who decide on your request can read it, and it is deleted afterwards.")
		if cooperative.delete_id_document
		else _("Only the people who decide on your request can read it."),
		problem=problem,
		button=_("Send the document"),
		file={
			"label": _("Your file"),
			"help": _("{0}, at most {1} MB. A photo taken with your phone is fine.").format(
				identity_documents.kinds(), identity_documents.MEGABYTES
			),
			"accept": ",".join(kind.content_type for kind in KINDS),
			"limit": identity_documents.LIMIT,
			"too_large": identity_documents.too_large(),
			"sending": _("Sending…"),
		},
	)
