"""What the forms of members and requests show and change of a person's private details."""

from __future__ import annotations

from coop_membership import actions
from coop_membership.people import private


@actions.of_site(private.DOCTYPE, changes=False)
def show(doctype: str, name: str) -> dict:
	"""{"fields": [{fieldname, label, value}], "may_write"} of a Member or Membership Application, noted in the access log."""
	document = actions.granted(private.subject_type(doctype), name)
	return {"fields": private.show(document), "may_write": private.may("write", document)}


@actions.of_site(private.DOCTYPE, "write")
def change(doctype: str, name: str, values: str | dict) -> None:
	"""Write {field: value} for a Member or Membership Application."""
	private.change(actions.granted(private.subject_type(doctype), name), values)
