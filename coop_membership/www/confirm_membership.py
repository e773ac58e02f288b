from frappe import _

from coop_membership import signing
from coop_membership.joining import automatic, confirmation, identity_documents, reception
from coop_membership.portal import step

no_cache = 1


def get_context(context):
	"""Confirm the e-mail address of a request."""
	try:
		application = confirmation.read(step.key())
	except signing.Expired:
		return step.show(
			context,
			_("This link has expired"),
			_("Your request was not confirmed in time. Please send it again: it takes five minutes."),
			link="/join",
			link_text=_("Become a member"),
		)
	except signing.BadKey:
		return step.not_complete(context)
	found = reception.confirm(application) if step.pressed() else confirmation.state(application)
	if found is None:
		return step.show(
			context,
			_("Please confirm your e-mail address"),
			_("One click, and your request is on its way."),
			button=_("Confirm my address"),
		)
	if found == confirmation.CLOSED:
		return step.show(context, _("This request is closed"), _("There is nothing left to confirm."))
	document = identity_documents.page_of(application)
	title = (
		_("Thank you, your address is confirmed")
		if found == confirmation.CONFIRMED
		else _("Your address is confirmed already")
	)
	step.show(
		context,
		title,
		_("We have received your request. You will hear from us by e-mail."),
		_("One thing is missing: {0}.").format(identity_documents.what(application)) if document else None,
		link=document or automatic.payment_page(application),
		link_text=_("Send the document") if document else _("Pay online"),
	)
