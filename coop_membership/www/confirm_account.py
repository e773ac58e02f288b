from frappe import _

from coop_membership import signing
from coop_membership.people import own_changes
from coop_membership.portal import sections, step

no_cache = 1


def get_context(context):
	"""The link that went to the member's mailbox: the new account counts."""
	try:
		member, mark = own_changes.proposed_iban(step.key())
	except signing.Expired:
		return step.show(
			context, _("This link has expired"), _("Please enter the new account on your page once more.")
		)
	except signing.BadKey:
		return step.not_complete(context)
	if step.pressed():
		found = own_changes.confirm_iban(member, mark)
	else:
		found = None if own_changes.iban_is_open(member, mark) else own_changes.CLOSED
	if found is None:
		return step.show(
			context,
			_("Please confirm your new account"),
			_("Did you ask for it yourself? If not, close this page and write to us."),
			button=_("Yes, use this account"),
		)
	if found == own_changes.CLOSED:
		return step.show(context, _("This link is closed"), _("There is nothing left to confirm."))
	step.show(
		context,
		_("Your new account counts"),
		_("You are paid back to it from now on."),
		link=sections.ROOT,
		link_text=_("My membership"),
	)
