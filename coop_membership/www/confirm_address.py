from frappe import _

from coop_membership import signing
from coop_membership.people import own_changes
from coop_membership.portal import sections, step

no_cache = 1


def get_context(context):
	"""The link that went to a new mailbox: from now on it counts."""
	try:
		member, old, new = own_changes.proposed_email(step.key())
	except signing.Expired:
		return step.show(
			context, _("This link has expired"), _("Please enter the new address on your page once more.")
		)
	except signing.BadKey:
		return step.not_complete(context)
	if not own_changes.email_is_open(member, old, new):
		return step.show(
			context,
			_("This link is closed"),
			_("Your address has been changed since, or the change was taken back."),
		)
	if not step.pressed():
		return step.show(
			context,
			_("Is this your new address?"),
			_("From now on you are written to at {0}, and log in with it.").format(new),
			button=_("Yes, use this address"),
		)
	own_changes.confirm_email(member, old, new)
	step.show(
		context,
		_("Your new address counts"),
		_("Log in with {0} and the password that you have.").format(new),
		link=sections.ROOT,
		link_text=_("My membership"),
	)
