import frappe
from frappe import _

from coop_membership.people import representatives
from coop_membership.portal import my_membership, step, visitor

no_cache = 1


def get_context(context):
	"""A member's own page: one's own membership, or one of an organisation that one represents."""
	if frappe.session.user == "Guest":
		step.log_in()
	found = representatives.members()
	chosen = visitor.choose(found, frappe.form_dict.member)
	context.update({"no_cache": 1, "title": _("My membership"), "show_sidebar": True, "no_breadcrumbs": 1})
	context.members, context.chosen = my_membership.persons(found, chosen), chosen
	context.membership = chosen and my_membership.overview(chosen)
