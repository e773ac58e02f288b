import frappe
from frappe import _

from coop_membership.portal import frame, sections, step, visitor

no_cache = 1


def get_context(context):
	"""A member's own place: one's own membership, or one of an organisation that one represents."""
	if frappe.session.user == "Guest":
		step.log_in()
	visit = visitor.visit(frappe.form_dict.member)
	asked = frappe.form_dict.section
	section = sections.find(asked, visit.chosen)
	if not section:
		step.go_to(
			sections.address("", frappe.form_dict.member)
		)  # a page of before, or one that this member has not
	context.update({"no_cache": 1, "title": section.title() if visit.chosen else _("My membership")})
	context.update({"no_breadcrumbs": 1, "sitemap": 0, "show_sidebar": False})
	context.portal = frame.words(visit, section)
