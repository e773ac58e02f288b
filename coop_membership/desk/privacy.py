"""What managers do with a person's data: hand it out, reduce it, erase it."""

from __future__ import annotations

import frappe

from coop_membership import actions
from coop_membership.people import private
from coop_membership.privacy import erasure, export
from coop_membership.privacy.person import APPLICATION, MEMBER


@actions.of_site(private.DOCTYPE, "write", changes=False)
def download(member: str, file_type: str = "JSON") -> None:
	"""All that is known of a Member, as a file: JSON, or HTML to read."""
	document = actions.granted(MEMBER, member, "write")
	exported = export.of_member(document)
	page = str(file_type).upper() == "HTML"
	frappe.response.filename = f"{document.name}.{'html' if page else 'json'}"
	frappe.response.filecontent = export.as_html(exported) if page else export.as_json(exported)
	frappe.response.type = "download"


@actions.of_site(MEMBER, "delete", changes=False)
def obstacles(member: str) -> dict:
	"""{"reduce", "erase"}: sentences that stand in the way of each step, for the form to show before."""
	document = actions.granted(MEMBER, member, "delete")
	return {"reduce": erasure.obstacles(document), "erase": erasure.register_obstacles(document)}


@actions.of_site(MEMBER, "delete")
def reduce(member: str) -> None:
	"""Leave of a Member what the law asks for."""
	erasure.reduce(actions.granted(MEMBER, member, "delete"))


@actions.of_site(MEMBER, "delete")
def erase(member: str) -> None:
	"""Let a Member's name go too."""
	erasure.erase(actions.granted(MEMBER, member, "delete"))


@actions.of_site(APPLICATION, "delete")
def forget(application: str) -> None:
	"""Delete a request that came to nothing, and all it left behind."""
	erasure.forget(actions.granted(APPLICATION, application, "delete"))
