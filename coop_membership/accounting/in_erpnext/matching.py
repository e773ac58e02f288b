"""Which Payment Entry or Journal Entry pays which invoice of ours, and how that is changed.

A payment is taken off an invoice by the host's Unreconcile Payment where there is one (ERPNext), else as that does it
(Dokos has none). It stays the customer's who paid: to pay another customer's invoice, a Journal Entry moves the money
from the one's account to the other's. That entry names the Payment Correction, and in its reference date the day on
which the money came in, which is what counts for shares.

In a closed period nothing is changed: a Journal Entry of today takes the payment off the one invoice and pays the other.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import frappe
from frappe import _
from frappe.query_builder.functions import Max
from frappe.utils import flt, formatdate, getdate, now_datetime, today

from coop_membership import host
from coop_membership.accounting import demands
from coop_membership.accounting.in_erpnext.credit import PAYMENTS, OnAccount
from coop_membership.accounting.matches import Match

ENTRY, JOURNAL = PAYMENTS
LINK = "payment_correction"  # of a Journal Entry that moves money for a Payment Correction


def invoice_of(demand) -> frappe._dict:
	"""The live Sales Invoice of a demand. Raises a sentence when there is none."""
	invoice = frappe.db.get_value(
		"Sales Invoice",
		{demands.kind_of(demand).invoice_link: demand.name, "docstatus": 1, "is_return": 0},
		["name", "company", "customer", "debit_to", "outstanding_amount"],
		as_dict=True,
		for_update=True,
	)
	if not invoice:
		frappe.throw(
			_("The invoice of {0} is cancelled. Nothing can be matched with it.").format(demand.name)
		)
	return invoice


def matches(demand) -> list[Match]:
	"""The payments that the Payment Ledger matches to a demand's invoices, oldest first."""
	links = {demands.kind_of(demand).invoice_link: demand.name, "docstatus": 1, "is_return": 0}
	invoices = frappe.get_all("Sales Invoice", links, pluck="name")
	ledger = frappe.qb.DocType("Payment Ledger Entry")
	rows = (
		frappe.qb.from_(ledger)
		.select(ledger.voucher_type, ledger.voucher_no, ledger.amount)
		.where(ledger.against_voucher_type == "Sales Invoice")
		.where(ledger.against_voucher_no.isin([*invoices, ""]))
		.where(ledger.voucher_type.isin(PAYMENTS) & (ledger.delinked == 0))
		.run()
	)
	amounts: dict[tuple[str, str], float] = defaultdict(float)
	for voucher_type, voucher, amount in rows:
		amounts[voucher_type, voucher] -= flt(amount)
	for (voucher_type, voucher), amount in list(amounts.items()):
		if flt(amount, 2) < 0 and (payment := _counters(voucher_type, voucher)):
			amounts[payment] += amount
	found = [
		_match(*key, demand.doctype, demand.name, amount)
		for key, amount in amounts.items()
		if flt(amount, 2) > 0
	]
	return sorted(found, key=lambda match: (match.paid_on, match.payment))


def _counters(voucher_type: str, voucher: str) -> tuple[str, str] | None:
	"""The payment that a Journal Entry of a closed period's correction has taken off an invoice."""
	correction = voucher_type == JOURNAL and frappe.db.get_value(JOURNAL, voucher, LINK)
	return correction and frappe.db.get_value("Payment Correction", correction, ["payment_type", "payment"])


def _match(voucher_type: str, voucher: str, demand_type: str, demand: str, amount: float, **more) -> Match:
	posting_date, paid_on = dates(voucher_type, voucher)
	return Match(voucher_type, voucher, demand_type, demand, flt(amount, 2), posting_date, paid_on, **more)


def dates(voucher_type: str, voucher: str):
	"""(posting date, the day on which the money came in) of a payment."""
	posting_date = getdate(frappe.db.get_value(voucher_type, voucher, "posting_date"))
	if voucher_type == JOURNAL and (day := moved_on(voucher)):
		return posting_date, day
	return posting_date, posting_date


def moved_on(journal: str):
	"""The day on which money came in that a Journal Entry of a correction moves; None for any other entry."""
	row = frappe.db.get_value(JOURNAL, journal, [LINK, "cheque_date"], as_dict=True)
	return getdate(row.cheque_date) if row.get(LINK) else None


def paid_by(payment_type: str, payment: str) -> list[Match]:
	"""The demands of ours whose invoices a payment is matched with."""
	if payment_type not in PAYMENTS:
		return []
	ledger = frappe.qb.DocType("Payment Ledger Entry")
	invoices = (
		frappe.qb.from_(ledger)
		.select(ledger.against_voucher_no)
		.distinct()
		.where((ledger.voucher_type == payment_type) & (ledger.voucher_no == payment))
		.where((ledger.against_voucher_type == "Sales Invoice") & (ledger.delinked == 0))
		.run()
	)
	found: dict[str, Match] = {}
	links = [kind.invoice_link for kind in demands.kinds().values()]
	for (invoice,) in invoices:
		row = frappe.db.get_value("Sales Invoice", invoice, links, as_dict=True)
		if demand := demands.linked_from(row):
			for match in matches(frappe.get_doc(*demand)):
				if match.key == (payment_type, payment):
					found[match.demand] = match
	return list(found.values())


def free_of(payment_type: str, payment: str, member, demand) -> Match | None:
	if payment_type not in PAYMENTS:
		return None
	amount = sum(voucher.amount for voucher in OnAccount.of(member, lock=True).only(payment_type, payment))
	if flt(amount, 2) <= 0:
		return None
	return _match(payment_type, payment, demand.doctype, demand.name, amount, is_free=True)


def free_money(member, demand) -> list[Match]:
	"""As `Books.free_money`; several rows of a Journal Entry are one payment."""
	on_account = OnAccount.of(member, lock=True)
	left, amounts = on_account.credit, defaultdict(float)
	for voucher in on_account.vouchers:
		amounts[voucher.doctype, voucher.name] += min(voucher.amount, left)
		left = flt(left - min(voucher.amount, left), 2)
	return [
		_match(*key, demand.doctype, demand.name, amount, is_free=True)
		for key, amount in amounts.items()
		if flt(amount, 2) > 0
	]


def hindrance(company: str, match: Match) -> str | None:
	if not frappe.has_permission(match.payment_type, "submit"):
		return _(
			"You may not change what a payment is matched with. Save the correction, and ask somebody to submit it "
			"who may submit payments in the accounts."
		)
	if closed_on(company, today()):
		return _("The books are closed for today. Open the period first, or wait for the next one.")
	return None


def closed_on(company: str, day, documents: tuple[str, ...] = PAYMENTS) -> bool:
	"""True when nothing may be booked on a day: frozen accounts, a closed accounting period, a closed year."""
	day = getdate(day)
	frozen = [
		frappe.db.get_single_value("Accounts Settings", "acc_frozen_upto")
		if host.has_field("Accounts Settings", "acc_frozen_upto")
		else None,
		frappe.get_cached_value("Company", company, "accounts_frozen_till_date")
		if host.has_field("Company", "accounts_frozen_till_date")
		else None,
	]
	if any(until and day <= getdate(until) for until in frozen):
		return True
	period, closed = frappe.qb.DocType("Accounting Period"), frappe.qb.DocType("Closed Document")
	if (
		frappe.qb.from_(period)
		.join(closed)
		.on(closed.parent == period.name)
		.select(period.name)
		.where((period.company == company) & (period.start_date <= day) & (period.end_date >= day))
		.where((closed.closed == 1) & closed.document_type.isin(documents))
		.limit(1)
		.run()
	):
		return True
	voucher = frappe.qb.DocType("Period Closing Voucher")
	end = "period_end_date" if host.has_field("Period Closing Voucher", "period_end_date") else "posting_date"
	[[last]] = (
		frappe.qb.from_(voucher)
		.select(Max(voucher[end]))
		.where((voucher.company == company) & (voucher.docstatus == 1))
		.run()
	)
	return bool(last and day <= getdate(last))


def rematch(match: Match, wrong, right, member, correction: str) -> None:
	"""As `Books.rematch`; `member` is the one who `wrong` is asked of."""
	_hold(match)
	invoice = invoice_of(wrong)
	target = invoice_of(right) if right else None
	if closed_on(invoice.company, match.posting_date):
		if not match.is_free:
			_book(match, invoice, target, correction, today(), _against(invoice.name))
			_restore_requests(match, invoice.name)
		elif target:
			_book(match, invoice, target, correction, today(), {})
		return
	if not match.is_free:
		release(match, invoice)
	if not target:
		return
	payer = OnAccount.of(member, lock=True)
	money = replace(payer, vouchers=payer.only(match.payment_type, match.payment))
	if target.customer == invoice.customer:
		money.match("Sales Invoice", target.name, min(match.amount, flt(target.outstanding_amount, 2)))
	else:
		money.match(JOURNAL, _book(match, invoice, target, correction, match.posting_date, {}), match.amount)


def _hold(match: Match) -> None:
	"""Wait for whoever changes the same payment; it must still have what the caller has read."""
	frappe.db.get_value(match.payment_type, match.payment, "name", for_update=True)
	if frappe.db.get_value(match.payment_type, match.payment, "docstatus") != 1:
		frappe.throw(_("The payment {0} is cancelled. Reload the page.").format(match.payment))


def release(match: Match, invoice) -> None:
	"""Take one payment off one invoice, with nothing else that it pays: its money is on account."""
	from erpnext.accounts import utils

	# the host tells each voucher's name; the correction's service checked the user
	muted, frappe.flags.mute_messages = frappe.flags.mute_messages, True
	try:
		if host.has_doctype("Unreconcile Payment"):
			_unreconcile(match, invoice)
			return
		with host.as_system():
			_unlink(match, invoice)
		utils.update_voucher_outstanding(
			"Sales Invoice", invoice.name, invoice.debit_to, "Customer", invoice.customer
		)
		_restore_requests(match, invoice.name)
	finally:
		frappe.flags.mute_messages = muted


def _unreconcile(match: Match, invoice) -> None:
	document = frappe.get_doc(
		{
			"doctype": "Unreconcile Payment",
			"company": invoice.company,
			"voucher_type": match.payment_type,
			"voucher_no": match.payment,
			"allocations": [
				{
					"account": invoice.debit_to,
					"party_type": "Customer",
					"party": invoice.customer,
					"reference_doctype": "Sales Invoice",
					"reference_name": invoice.name,
					"allocated_amount": match.amount,
				}
			],
		}
	)
	host.submit_as_system(document)


def _unlink(match: Match, invoice) -> None:
	"""What the host's `unlink_ref_doc_from_payment_entries` does, for one payment: on Dokos it takes all of them off."""
	now = {"modified": now_datetime(), "modified_by": frappe.session.user}
	if match.payment_type == ENTRY:
		_unlink_entry(match.payment, invoice.name)
	else:
		row = {"parent": match.payment, "reference_type": "Sales Invoice", "reference_name": invoice.name}
		frappe.db.set_value("Journal Entry Account", row, {"reference_type": None, "reference_name": None})
	voucher = {"voucher_type": match.payment_type, "voucher_no": match.payment}
	frappe.db.set_value(
		"GL Entry",
		{**voucher, "against_voucher_type": "Sales Invoice", "against_voucher": invoice.name},
		{"against_voucher_type": None, "against_voucher": None, **now},
	)
	against = {"against_voucher_type": "Sales Invoice", "against_voucher_no": invoice.name}
	own = {"against_voucher_type": match.payment_type, "against_voucher_no": match.payment}
	frappe.db.set_value("Payment Ledger Entry", {**voucher, **against, "delinked": 0}, {**own, **now})


def _unlink_entry(payment: str, invoice: str) -> None:
	rows = {"parent": payment, "reference_doctype": "Sales Invoice", "reference_name": invoice}
	frappe.db.set_value("Payment Entry Reference", rows, "allocated_amount", 0)
	entry = frappe.get_doc(ENTRY, payment)
	entry.set_amounts()
	entry.clear_unallocated_reference_document_rows()
	fields = ("total_allocated_amount", "base_total_allocated_amount", "unallocated_amount")
	entry.db_set({field: entry.get(field) for field in fields})


def _restore_requests(match: Match, invoice: str) -> None:
	"""A Payment Request that this payment had paid asks for the money again.

	Unreconcile Payment does it by itself; Dokos forgets it, and a period's counter-entry is no unreconciling.
	"""
	if match.payment_type != ENTRY:
		return
	if host.has_field("Payment Entry Reference", "payment_request"):
		from erpnext.accounts.doctype.payment_request import payment_request

		rows = {"parent": match.payment, "reference_name": invoice, "payment_request": ["is", "set"]}
		fields = ["payment_request", "allocated_amount"]
		payment_request.update_payment_requests_as_per_pe_references(
			frappe.get_all("Payment Entry Reference", rows, fields), cancel=True
		)
	elif host.has_field(ENTRY, "payment_request"):
		request = frappe.db.get_value(ENTRY, match.payment, "payment_request")
		if request and frappe.db.get_value("Payment Request", request, "reference_name") == invoice:
			frappe.db.set_value("Payment Request", {"name": request, "status": "Paid"}, "status", "Initiated")


def _against(invoice: str) -> dict:
	return {"reference_type": "Sales Invoice", "reference_name": invoice}


def _book(match: Match, invoice, target, correction: str, day, debited: dict) -> str:
	"""The Journal Entry that moves the money: off `invoice`'s customer, onto `target`, what is too much on account.

	`debited`: what the first row refers to. Returns its name.
	"""
	cost_center = frappe.get_cached_value("Company", invoice.company, "cost_center")
	receiver = target or invoice
	part = min(match.amount, flt(target.outstanding_amount, 2)) if target else 0

	def row(of, **values) -> dict:
		return {"account": of.debit_to, "party_type": "Customer", "party": of.customer, **values}

	rows = [row(invoice, debit_in_account_currency=match.amount, **debited)]
	if part > 0:
		rows.append(row(receiver, credit_in_account_currency=part, **_against(target.name)))
	if flt(match.amount - part, 2) > 0:
		rows.append(row(receiver, credit_in_account_currency=flt(match.amount - part, 2)))
	journal = frappe.get_doc(
		{
			"doctype": JOURNAL,
			"voucher_type": "Journal Entry",
			"company": invoice.company,
			"posting_date": day,
			"cheque_no": correction,
			"cheque_date": match.paid_on,
			LINK: correction,
			"user_remark": _("Correction {0}: the payment {1} of {2} was for another request.").format(
				correction, match.payment, formatdate(match.paid_on)
			),
			"accounts": [{**values, "cost_center": cost_center} for values in rows],
		}
	)
	journal.flags.ignore_links = True  # the correction is being saved
	host.submit_as_system(journal)  # the correction's service checked the user
	return journal.name
