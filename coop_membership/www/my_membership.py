from urllib.parse import urlencode

import frappe

from coop_membership.portal import sections, step

no_cache = 1


def get_context(context):
	"""The address of before leads on, with whom it was about."""
	member = frappe.form_dict.member
	query = "?" + urlencode({"member": member}) if member else ""
	step.go_to(sections.ROOT + query)
