"""Year-end certificates from the desk: what there is to do, and the job that does it."""

from __future__ import annotations

from dataclasses import asdict

import frappe
from frappe import _

from coop_membership import actions
from coop_membership.register import yearly


@actions.of_site("Cooperative", "write", changes=False)
def preview(cooperative: str, year: str, delivery: str) -> dict:
	"""{members, made, left} of a year: who held shares at its end, has the certificate, is still to be reached."""
	actions.granted("Cooperative", cooperative, "write")
	return asdict(yearly.plan(cooperative, year, _known(delivery)))


@actions.of_site("Cooperative", "write")
def start(cooperative: str, year: str, delivery: str) -> int:
	"""Make the certificates of a year in the background, see `yearly.run`; returns for how many members."""
	actions.granted("Cooperative", cooperative, "write")
	plan = yearly.plan(cooperative, year, _known(delivery))
	if not plan.left:
		frappe.throw(_("Everybody has the certificate of {0} already.").format(year))
	frappe.enqueue(
		"coop_membership.desk.certificates.make_all",
		queue="long",
		timeout=6 * 3600,
		enqueue_after_commit=True,
		job_id=f"yearly-certificates-{frappe.scrub(cooperative)}-{year}",
		deduplicate=True,
		cooperative=cooperative,
		year=int(year),
		delivery=delivery,
		user=frappe.session.user,
	)
	return plan.left


def make_all(cooperative: str, year: int, delivery: str, user: str) -> dict:
	"""Background job: as `yearly.run`; the user who asked gets a note with the PDFs of the letters."""
	done = yearly.run(cooperative, year, delivery)
	subject = _("Certificates of {0}: {1} made, {2} by e-mail, {3} as letters, {4} not made").format(
		year, done["made"], done["mailed"], done["printed"], len(done["failed"])
	)
	urls = [frappe.db.get_value("File", name, "file_url") for name in done["files"]]
	links = [f'<a href="{url}">{frappe.utils.escape_html(url.rpartition("/")[2])}</a>' for url in urls]
	failed = [
		_("{0}: {1}").format(name, frappe.utils.escape_html(text)) for name, text in done["failed"].items()
	]
	frappe.get_doc(
		{
			"doctype": "Notification Log",
			"for_user": user,
			"type": "Alert",
			"subject": subject,
			"email_content": "<br>".join(links + failed),
			"document_type": "Cooperative",
			"document_name": cooperative,
		}
	).insert(ignore_permissions=True)  # a note to the user who asked
	return done


def _known(delivery: str) -> str:
	if delivery not in yearly.DELIVERIES:
		frappe.throw(_("Choose how the certificates reach the members."))
	return delivery
