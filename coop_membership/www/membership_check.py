import frappe
from frappe import _

from coop_membership.portal import step
from coop_membership.register import cards

no_cache = 1


def get_context(context):
	"""Whether a member card is valid: a word, and nothing about whose it is."""
	valid = cards.is_valid(step.key())
	step.show(context, _("Valid") if valid else _("Not valid"), _("Asked on {0}.").format(_now()))
	context.valid = valid


def _now() -> str:
	return frappe.utils.format_datetime(frappe.utils.now_datetime())
