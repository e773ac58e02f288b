import frappe
from frappe import _

from coop_membership import signing
from coop_membership.activities import registrations, words
from coop_membership.portal import public_agenda, step, visitor

no_cache = 1


def get_context(context):
	"""Take the place that somebody who is no member asked for; looking does nothing, the button does."""
	try:
		activity, name, email = public_agenda.asked_by(step.key())
	except signing.Expired:
		return step.show(
			context,
			_("This link has expired"),
			_("Please ask for the place again."),
			link="/activities",
			link_text=_("Activities"),
		)
	except (signing.BadKey, frappe.DoesNotExistError):
		return step.not_complete(context)
	when = words.when(activity.starts_on, activity.ends_on)
	if not step.pressed():
		title = _(activity.title)
		return step.show(context, title, when, _(activity.place or ""), button=_("Confirm my registration"))
	try:
		place = public_agenda.take(activity, name, email)
	except frappe.ValidationError as refused:
		said = visitor.in_their_words(refused, activity.cooperative)
		return step.show(context, _("This is not possible any more"), said)
	said = (
		_("All places are taken: you are on the waiting list and hear from us.")
		if place.status == registrations.WAITING
		else _("You have a place. A confirmation is on its way by e-mail.")
	)
	step.show(context, _("Thank you!"), said, when)
