import frappe
from frappe import _

from coop_membership.activities import eligibility
from coop_membership.portal import public_agenda
from coop_membership.portal.pages import agenda
from coop_membership.prints.wording import weekday_names

no_cache = 1


def get_context(context):
	"""The public calendar of a cooperative, for anybody: list or month."""
	several = public_agenda.cooperatives()
	asked = frappe.form_dict.cooperative
	chosen = next((one for one in several if one["name"] == asked), several[0] if len(several) == 1 else None)
	view = agenda.MONTH if frappe.form_dict.view == agenda.MONTH else agenda.LIST
	first, last = agenda.days_of(view, frappe.form_dict.month)
	rows = public_agenda.shown(chosen["name"], first, last) if chosen else []
	cards = [agenda.card(row, None, eligibility.Candidate(None)) for row in rows]
	context.update({"no_cache": 1, "title": _("Activities"), "no_breadcrumbs": 1, "show_sidebar": False})
	context.update({"cooperatives": several, "chosen": chosen, "view": view, "cards": cards})
	context.weeks = agenda.weeks(first, cards) if view == agenda.MONTH else []
	context.weekdays = weekday_names()
	context.update(agenda.around("agenda", None, first) if view == agenda.MONTH else {})
