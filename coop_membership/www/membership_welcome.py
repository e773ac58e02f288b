from coop_membership.portal import first_page

no_cache = 1


def get_context(context):
	"""The first page: the cooperative, and a door each for who wants to join, for members and for who works there."""
	context.update({"no_cache": 1, "no_breadcrumbs": 1, "full_width": 1, "no_header": 1})
	context.doors = first_page.doors()
	context.title = context.doors.title
