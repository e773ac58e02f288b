"""What a member owes, has paid and has left over: with the account, the code for bank apps and the way to pay online."""

from __future__ import annotations

from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.utils import getdate

from coop_membership.accounting import demands
from coop_membership.accounting.choice import books_of
from coop_membership.accounting.in_erpnext import portal_access
from coop_membership.doctypes import Member
from coop_membership.payments import instructions
from coop_membership.portal import sections
from coop_membership.prints.wording import long_date, money, short_date
from coop_membership.states.demands import DUE, PAID

RECEIPT = "/api/method/coop_membership.portal.receipts.receipt?"
LETTER = "/api/method/coop_membership.portal.receipts.letter?"


class Payments(sections.Section):
	name = "payments"
	template = "templates/includes/portal/payments.html"

	def title(self) -> str:
		return _("Payments")

	def words(self, member: Member) -> dict:
		cooperative = frappe.get_cached_doc("Cooperative", member.cooperative)
		return {
			"to_pay": [_to_pay(demand) for demand in due(member)],
			"credit": credit_of(member, cooperative.currency),
			"contact_email": cooperative.contact_email,
			"paid": _paid(member, cooperative.currency),
			"letters": _letters(member),
			"pages": portal_access.pages_of(member),
		}

	def asks(self, member: Member) -> dict:
		"""Which kinds of demands there are at all: most members know one or two."""
		found = {}
		for doctype in demands.doctypes():
			table = frappe.qb.DocType(doctype)
			mine = (table.member == member.name) & (table.docstatus == 1)
			found[f"demand_{frappe.scrub(doctype)}"] = (
				frappe.qb.from_(table).select(table.name).where(mine).limit(1)
			)
		return found

	def tiles(self, member: Member) -> list[sections.Tile]:
		rows = [row for row in _lately(member) if row.status in DUE]
		if not rows:
			return []
		currency = frappe.get_cached_value("Cooperative", member.cooperative, "currency")
		text = _("{0}, by {1}.").format(
			money(sum(row.outstanding_amount for row in rows), currency),
			long_date(min(getdate(row.due_date) for row in rows)),
		)
		link = sections.address(self.name, member.name)
		return [sections.Tile(_("To pay"), text, link, _("How to pay"), urgent=True)]

	def news(self, member: Member) -> list[sections.News]:
		link = sections.address(self.name, member.name)
		currency = frappe.get_cached_value("Cooperative", member.cooperative, "currency")
		return [
			sections.News(
				getdate(row.effective_date),
				_("Payment of {0} has arrived.").format(money(row.amount, currency)),
				link,
			)
			for row in _lately(member)
			if row.amount and row.status == PAID and row.effective_date
		]


def due(member: Member) -> list:
	"""What is still to be paid: shares before dues, the oldest first."""
	waiting = {"member": member.name, "docstatus": 1, "status": ["in", DUE]}
	return [
		frappe.get_doc(doctype, name)
		for doctype in demands.doctypes()
		for name in frappe.get_all(doctype, waiting, pluck="name", order_by="posting_date asc, creation asc")
	]


def _lately(member: Member) -> list[frappe._dict]:
	"""What was asked for or paid last, for the first page: one query of each kind, asked once in a request."""
	if member.flags.demands_lately is None:
		known = {"member": member.name, "docstatus": 1, "status": ["in", [*DUE, PAID]]}
		fields = ["status", "amount", "outstanding_amount", "due_date", "effective_date"]
		member.flags.demands_lately = [
			row
			for doctype in demands.doctypes()
			if sections.told(member)[f"demand_{frappe.scrub(doctype)}"]
			for row in frappe.get_all(doctype, known, fields, order_by="posting_date desc", limit=20)
		]
	return member.flags.demands_lately


def credit_of(member: Member, currency: str) -> str:
	"""Money of the member's that pays for nothing yet; "" when there is none."""
	credit = books_of(member).credit(member)
	return money(credit, currency) if credit > 0 else ""


def _to_pay(demand) -> dict:
	details = instructions.details(demand)
	return {
		"subject": _(demands.kind_of(demand).subject),
		"lines": details.lines,
		"to_pay": details.to_pay,
		"paid": details.paid,
		"due_date": details.due_date,
		"payer": demand.get("payer_name") or "",
		"overdue": bool(demand.due_date and getdate(demand.due_date) < getdate()),
		"beneficiary": details.beneficiary,
		"iban": details.iban,
		"reference": details.reference,
		"payment_page": details.page,
		"qr_code": instructions.qr_code(demand),
	}


def _paid_rows(member: Member, most: int = 100) -> list[frappe._dict]:
	paid = {"member": member.name, "docstatus": 1, "status": PAID}
	fields = ["name", "amount", "effective_date", "payment_reference"]
	rows = [
		frappe._dict(row, doctype=doctype)
		for doctype in demands.doctypes()
		for row in frappe.get_all(doctype, paid, fields, order_by="effective_date desc", limit=most)
		if row.effective_date
	]
	return sorted(rows, key=lambda row: getdate(row.effective_date), reverse=True)


def _paid(member: Member, currency: str) -> list[dict]:
	"""What is paid, the newest first, each with its receipt."""
	kinds = demands.kinds()
	return [
		{
			"day": short_date(row.effective_date),
			"year": getdate(row.effective_date).year,
			"subject": _(kinds[row.doctype].subject),
			"amount": money(row.amount, currency),
			"reference": row.payment_reference,
			"receipt": RECEIPT + urlencode({"member": member.name, "doctype": row.doctype, "name": row.name}),
		}
		for row in _paid_rows(member)
	]


def _letters(member: Member) -> list[dict]:
	"""Reminders that reached the member, the newest first."""
	rows = frappe.get_all(
		"Dunning Letter",
		{"member": member.name, "state": "Sent"},
		["name", "sent_on", "level_title", "total_due", "currency"],
		order_by="sent_on desc",
		limit=50,
	)
	return [
		{
			"day": short_date(row.sent_on),
			"title": _(row.level_title),
			"amount": money(row.total_due, row.currency),
			"link": LETTER + urlencode({"member": member.name, "name": row.name}),
		}
		for row in rows
		if row.sent_on
	]
