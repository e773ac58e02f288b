"""What a new structure offers from its first day: one type of shares, one plan of dues, made from the prices on its form."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import flt

from coop_membership.doctypes import Cooperative
from coop_membership.register import standing

PRICES = ("first_share_price", "first_dues")


def check(cooperative: Cooperative) -> None:
	"""What the structure is fits what it has. Raises a sentence otherwise."""
	cooperative.kind = cooperative.kind or standing.WITH_SHARES
	if cooperative.kind == standing.WITH_DUES and frappe.db.exists(
		"Share Class", {"cooperative": cooperative.name}
	):
		frappe.throw(
			_("{0} has types of shares. Choose “{1}”, or delete them first.").format(
				cooperative.title, _(standing.WITH_BOTH)
			)
		)


def make(cooperative: Cooperative) -> None:
	"""Make the first type of shares and the first plan, of the prices that were given; those are not kept."""
	language = cooperative.language
	share, dues = (flt(cooperative.get(field), 2) for field in PRICES)
	if share > 0 and cooperative.kind != standing.WITH_DUES:
		_insert(
			"Share Class",
			cooperative,
			code="A",
			title=_("Cooperative share", lang=language),
			unit_price=share,
			is_default=1,
		)
	if dues > 0 and cooperative.kind != standing.WITH_SHARES:
		period = cooperative.first_dues_period or "Calendar year"
		_insert(
			"Membership Plan", cooperative, title=_("Yearly dues", lang=language), price=dues, period=period
		)
	if share or dues:
		cooperative.db_set(dict.fromkeys(PRICES, 0), update_modified=False)


def _insert(doctype: str, cooperative: Cooperative, **values) -> None:
	"""With the rights of whoever makes the structure: managers may make both."""
	frappe.get_doc({"doctype": doctype, "cooperative": cooperative.name, **values}).insert()
