import frappe
from frappe import _

from coop_membership import host
from coop_membership.machines.access import AUTHORIZATION
from coop_membership.portal import step

no_cache = 1


def get_context(context):
	"""The front desk, for the people of the cooperative: type a name, see who may use what."""
	if frappe.session.user == "Guest":
		step.log_in()
	host.require(AUTHORIZATION)
	context.update({"no_cache": 1, "title": _("Front desk"), "no_breadcrumbs": 1, "show_sidebar": False})
