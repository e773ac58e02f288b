from frappe import _

from coop_membership import signing
from coop_membership.portal import step
from coop_membership.shares import confirmations

no_cache = 1


def get_context(context):
	"""One side of a transfer says yes to it."""
	try:
		transaction, side = confirmations.read(step.key())
	except signing.Expired:
		return step.show(
			context, _("This link has expired"), _("Please ask the cooperative to send it to you again.")
		)
	except signing.BadKey:
		return step.not_complete(context)
	found = (
		confirmations.confirm(transaction, side) if step.pressed() else confirmations.state(transaction, side)
	)
	what = confirmations.in_words(transaction)
	if found is None:
		return step.show(
			context,
			_("Please confirm the transfer"),
			what,
			_("It takes place once both sides have confirmed and the board has approved it."),
			button=_("I agree to this transfer"),
		)
	if found == confirmations.CLOSED:
		return step.show(context, _("This request is closed"), _("There is nothing left to confirm."))
	title = _("Thank you, the transfer is confirmed")
	if found == confirmations.ALREADY:
		title = _("You have confirmed this transfer already")
	return step.show(context, title, what, _("You will hear from us by e-mail once it is done."))
