"""The capital accounts beside the register, by class, on any day."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import flt

from coop_membership import host
from coop_membership.accounting.books import IN_ERPNEXT
from coop_membership.accounting.in_erpnext import comparison
from coop_membership.desk import tables
from coop_membership.desk.tables import column


@tables.register(tables.no_shares)
def execute(filters: dict | None = None) -> tuple:
	"""Columns and rows, and a sentence where there are none to compare. Filters: cooperative, as_of (today). Rows: each account, below it its classes of shares."""
	filters = tables.checked(filters)
	cooperative = frappe.get_cached_doc("Cooperative", filters.cooperative)
	if cooperative.accounting != IN_ERPNEXT:
		return get_columns(), [], _kept_elsewhere(cooperative)
	rows = []
	for compared in comparison.compare(cooperative, filters.as_of):
		rows.append(
			{
				"name": compared.account,
				"indent": 0,
				"register": flt(sum(compared.register.values()), 2),
				"called": compared.called,
				"balance": compared.balance,
				"difference": compared.difference,
				"currency": filters.currency,
			}
		)
		rows += [
			{
				"name": _class_title(share_class, owner if compared.is_shared else None),
				"indent": 1,
				"register": value,
				"currency": filters.currency,
			}
			for (owner, share_class), value in sorted(compared.register.items())
		]
	return get_columns(), rows


def _kept_elsewhere(cooperative) -> str:
	return tables.sentence(
		_(
			"The books of {0} are kept elsewhere: there are no accounts here. What the capital is by the register, "
			"to compare with your accountant's figures:"
		).format(cooperative.title),
		host.leads_to(_("Capital Summary"), "query-report", "Capital Summary"),
		host.leads_to(_("Yearly Movements"), "query-report", "Yearly Movements"),
	)


def _class_title(share_class: str, cooperative: str | None) -> str:
	title = _(frappe.get_cached_value("Share Class", share_class, "title"))
	return f"{title} ({cooperative})" if cooperative else title


def get_columns() -> list[dict]:
	return [
		column("name", _("Account and share class"), width=320),
		column("register", _("In the register"), "Currency", 150),
		column("called", _("Called, shares not issued yet"), "Currency", 190),
		column("balance", _("Balance of the account"), "Currency", 170),
		column("difference", _("Difference"), "Currency", 130),
		tables.currency_column(),
	]
