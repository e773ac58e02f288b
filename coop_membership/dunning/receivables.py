"""What can be chased: the open documents of a cooperative, read set by set from whoever keeps its books.

Each source is one DocType. `accounting/in_erpnext/receivables.py` reads Sales Invoices, all those of the company;
`accounting/kept_elsewhere/receivables.py` the app's own documents of a cooperative whose books are kept elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from pypika.functions import Concat

import frappe
from frappe.query_builder.terms import ParameterizedValueWrapper as Value
from frappe.utils import getdate, now

from coop_membership.accounting import instalments
from coop_membership.accounting.instalments import Term
from coop_membership.accounting.receivables import Source, in_chunks
from coop_membership.doctypes import DunningRun
from coop_membership.dunning.names import CHASED, DRAFT, NOTICE
from coop_membership.dunning.rules.selection import History
from coop_membership.messages.outcome import SENT


def history_of(source: Source) -> dict[tuple[str, str], History]:
	"""The newest notice past draft of each open document.

	A draft made by hand counts as well: it is somebody's decision about the next step.
	"""
	notice = frappe.qb.DocType(NOTICE)
	rows = (
		frappe.qb.from_(notice)
		.join(source.table)
		.on(notice.document == source.table.name)
		.select(
			notice.document, notice.level, notice.control_date, notice.policy, notice.state, notice.due_date
		)
		.where((notice.document_type == source.document_type) & source.is_open)
		.where(notice.state.isin(CHASED) | ((notice.state == DRAFT) & (notice.is_manual == 1)))
		.orderby(notice.control_date)
		.orderby(notice.level)
		.run()
	)
	return {
		(source.document_type, document): History(level, date, policy, state == SENT, due_date)
		for document, level, date, policy, state, due_date in rows
	}


def insert_notices(
	source: Source,
	run: DunningRun,
	documents: list[str],
	in_terms: Mapping[str, Term],
	constants: dict[str, Any],
) -> None:
	"""Make a draft notice for each document, copied from the books inside the database.

	`in_terms`: due date and balance of those that are paid in several terms. `constants` are the columns that all share.
	"""
	notice = frappe.qb.DocType(NOTICE)
	moment = now()
	shared = {
		"owner": frappe.session.user,
		"modified_by": frappe.session.user,
		"creation": moment,
		"modified": moment,
		"docstatus": 0,
		"idx": 0,
		"state": DRAFT,
		"run": run.name,
		"control_date": run.control_date,
		"cooperative": run.cooperative,
		"document_type": source.document_type,
		"party_type": source.party_type,
		**constants,
	}
	for chunk in in_chunks(documents):
		query, copied = source.read(frappe.qb.into(notice), chunk, in_terms)
		values = {"name": Concat(Value(run.name), Value("-"), copied["document"]), **copied}
		values |= {column: Value(value) for column, value in shared.items() if column not in copied}
		query.columns(*values).select(*values.values()).run()


def snapshot(source: Source, document: str) -> dict[str, Any]:
	"""What the books say about one document, by column of a notice; empty when nothing of it is late today."""
	terms = source.late_terms([document], getdate())
	if any(not late for late in terms.values()):
		return {}
	in_terms = {name: instalments.together(late) for name, late in terms.items()}
	query, columns = source.read(frappe.qb, [document], in_terms)
	rows = query.select(*(value.as_(column) for column, value in columns.items())).run(as_dict=True)
	return rows[0] if rows and getdate(rows[0].due_date) <= getdate() else {}


def open_credits(sources: list[Source]) -> dict[tuple[str, str], float]:
	"""{(debtor, currency): open credit}, all of them."""
	total: dict[tuple[str, str], float] = defaultdict(float)
	for source in sources:
		for credit in source.credits():
			total[credit.party, credit.currency] += credit.open
	return total
