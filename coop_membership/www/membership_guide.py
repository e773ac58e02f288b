import frappe
from frappe import _

from coop_membership.portal import guides

no_cache = 1


def get_context(context):
	"""A guide for members, managers or treasurers, in the visitor's language. For anybody."""
	chapter = guides.chapter(frappe.form_dict.chapter)
	context.update(
		{
			"title": guides.TITLES[chapter](),
			"guide": guides.as_html(chapter),
			"others": [
				{"name": name, "title": title()} for name, title in guides.TITLES.items() if name != chapter
			],
			"more": _("Other guides"),
			"no_breadcrumbs": 1,
		}
	)
