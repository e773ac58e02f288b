"""Receipts of a year for everybody, from the desk: printed in the background, attached to the cooperative."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint

from coop_membership import actions
from coop_membership.messages import tasks
from coop_membership.payments import receipts


@actions.of_site("Cooperative", "write")
def start(cooperative: str, year: str) -> int:
	"""Print the receipts of a year in the background; returns how many. Raises a sentence when nothing was paid."""
	actions.granted("Cooperative", cooperative, "write")
	count = len(receipts.everybody(cooperative, _year(year)))
	if not count:
		frappe.throw(_("Nothing was paid in this year."))
	frappe.enqueue(
		"coop_membership.desk.receipts.make_all",
		queue="long",
		timeout=6 * 3600,
		enqueue_after_commit=True,
		cooperative=cooperative,
		year=_year(year),
		user=frappe.session.user,
	)
	return count


def make_all(cooperative: str, year: int, user: str) -> list[str]:
	"""Background job: as `receipts.print_everybodys`; the user who asked gets a note."""
	files, count = receipts.print_everybodys(cooperative, year)
	document = frappe.get_doc("Cooperative", cooperative)
	sentence = _("Receipts of {0} that are printed: {1}. The PDFs are attached here.").format(year, count)
	tasks.tell_one(user, document, sentence)
	return files


def _year(written: str) -> int:
	year = cint(written)
	if not 1900 < year < 3000:
		frappe.throw(_("Choose a year."))
	return year
