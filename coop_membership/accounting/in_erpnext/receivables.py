"""What can be chased with books in ERPNext or Dokos: every open Sales Invoice of the cooperative's company.

Amounts are in the currency of the receivable account, which is the currency of `outstanding_amount`.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator

from pypika import Case
from pypika.functions import NullIf
from pypika.terms import ExistsCriterion

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Max, Sum
from frappe.utils import flt, getdate

from coop_membership import host
from coop_membership.accounting import demands, instalments
from coop_membership.accounting import receivables as open_items
from coop_membership.accounting.in_erpnext.items import service_item
from coop_membership.accounting.instalments import Term
from coop_membership.accounting.receivables import INVOICE, Credit, Debtor, Receivable, Standing
from coop_membership.doctypes import Cooperative


def sources(cooperative: Cooperative) -> list[Invoices]:
	return [Invoices(cooperative)] if cooperative.get("company") else []


class Invoices:
	document_type = INVOICE
	party_type = "Customer"

	def __init__(self, cooperative: Cooperative):
		self.cooperative = cooperative
		self.company = cooperative.company
		self.table = frappe.qb.DocType(INVOICE)

	@property
	def is_open(self):
		invoice = self.table
		return (invoice.docstatus == 1) & (invoice.company == self.company) & (invoice.outstanding_amount > 0)

	def open_documents(self, control_date: datetime.date) -> list[Receivable]:
		invoice, schedule = self.table, frappe.qb.DocType("Payment Schedule")
		is_due = (schedule.parent == invoice.name) & (schedule.due_date <= control_date)
		terms = self._late_terms(self.is_open, control_date)
		rows = (
			frappe.qb.from_(invoice)
			.select(
				invoice.name,
				invoice.customer,
				invoice.due_date,
				invoice.outstanding_amount,
				invoice.party_account_currency,
				invoice.currency,
				invoice.conversion_rate,
				invoice.debit_to,
				invoice.dunning_policy,
				invoice.dunning_promise_until,
			)
			.where(
				self.is_open
				& (
					(invoice.due_date <= control_date)
					| ExistsCriterion(frappe.qb.from_(schedule).select(schedule.name).where(is_due))
				)
			)
			.orderby(invoice.customer)
			.orderby(invoice.due_date)
			.run()
		)
		wishes = self._wishes()
		default = (self.cooperative.dunning_policy, None)
		tolerance, home = flt(self.cooperative.dunning_tolerance), self.cooperative.currency
		found = []
		for name, customer, due, balance, currency, own_currency, rate, account, policy, promise in rows:
			if name in terms:
				if not terms[name]:
					continue
				due, balance = instalments.together(terms[name])
			party_policy, party_promise = wishes.get(customer, default)
			currency = currency or home
			foreign = currency != home and currency == own_currency and rate
			found.append(
				Receivable(
					(INVOICE, name),
					customer,
					due,
					balance,
					currency,
					tolerance / rate if foreign else tolerance,
					policy or party_policy,
					account,
					promise or party_promise,
					name in terms,
				)
			)
		return found

	def late_terms(self, documents: list[str], day: datetime.date) -> dict[str, list[Term]]:
		return self._late_terms(self.is_open & self.table.name.isin(documents), day)

	def schedules(self, documents: list[str]) -> dict[str, list[Term]]:
		found = self._schedules(self.table.name.isin(documents or [host.NOTHING]))
		return {name: terms for name, (_outstanding, terms) in found.items()}

	def _late_terms(self, criterion, day: datetime.date) -> dict[str, list[Term]]:
		return {
			name: instalments.late_terms(terms, outstanding, day)
			for name, (outstanding, terms) in self._schedules(criterion).items()
		}

	def _schedules(self, criterion) -> dict[str, tuple[float, list[Term]]]:
		"""{invoice: (outstanding amount, its terms)}. An invoice is paid in several terms when one is due before the
		invoice's own due date, which is its last one's.
		"""
		invoice, schedule = self.table, frappe.qb.DocType("Payment Schedule")
		early = frappe.qb.DocType("Payment Schedule").as_("early")
		is_early = (early.parent == invoice.name) & (early.due_date < invoice.due_date)
		in_own_currency = Coalesce(invoice.party_account_currency, invoice.currency) == invoice.currency
		rows = (
			frappe.qb.from_(invoice)
			.join(schedule)
			.on((schedule.parent == invoice.name) & (schedule.parenttype == INVOICE))
			.select(
				invoice.name,
				invoice.outstanding_amount,
				schedule.due_date,
				Case().when(in_own_currency, schedule.payment_amount).else_(schedule.base_payment_amount),
			)
			.where(criterion & ExistsCriterion(frappe.qb.from_(early).select(early.name).where(is_early)))
			.run()
		)
		found: dict[str, tuple[float, list[Term]]] = {}
		for name, outstanding, due, amount in rows:
			found.setdefault(name, (outstanding, []))[1].append((due, flt(amount, 2)))
		return found

	def _wishes(self) -> dict[str, tuple[str | None, datetime.date | None]]:
		"""{customer: (policy, promised until)} of those who have their own; what the member says wins."""
		default = self.cooperative.dunning_policy
		wishes = {}
		for doctype, key, filters in (
			("Customer", "name", {}),
			("Member", "customer", {"cooperative": self.cooperative.name}),
		):
			for field in ("dunning_policy", "dunning_promise_until"):
				rows = frappe.get_all(
					doctype,
					{**filters, key: ["is", "set"], field: ["is", "set"]},
					[key, "dunning_policy", "dunning_promise_until"],
				)
				for row in rows:
					policy, promise = wishes.get(row[key], (default, None))
					wishes[row[key]] = (row.dunning_policy or policy, row.dunning_promise_until or promise)
		return wishes

	def credits(self, parties: list[str] | None = None) -> list[Credit]:
		return [*self._credit_notes(parties), *self._unmatched_payments(parties)]

	def _credit_notes(self, parties: list[str] | None):
		invoice = self.table
		query = (
			frappe.qb.from_(invoice)
			.select(
				invoice.name,
				invoice.customer,
				Coalesce(invoice.party_account_currency, invoice.currency),
				invoice.posting_date,
				invoice.grand_total,
				invoice.outstanding_amount,
			)
			.where(
				(invoice.docstatus == 1)
				& (invoice.company == self.company)
				& (invoice.outstanding_amount < 0)
			)
			.orderby(invoice.posting_date)
		)
		if parties is not None:
			query = query.where(invoice.customer.isin(parties or [host.NOTHING]))
		for name, customer, currency, day, amount, outstanding in query.run():
			yield Credit(INVOICE, name, customer, currency, day, flt(amount, 2), -flt(outstanding, 2))

	def _unmatched_payments(self, parties: list[str] | None):
		entry = frappe.qb.DocType("Payment Entry")
		query = (
			frappe.qb.from_(entry)
			.select(
				entry.name,
				entry.party,
				entry.paid_from_account_currency,
				entry.posting_date,
				entry.paid_amount,
				entry.unallocated_amount,
			)
			.where((entry.docstatus == 1) & (entry.company == self.company) & (entry.unallocated_amount > 0))
			.where((entry.party_type == "Customer") & (entry.payment_type == "Receive"))
			.orderby(entry.posting_date)
		)
		if parties is not None:
			query = query.where(entry.party.isin(parties or [host.NOTHING]))
		for name, customer, currency, day, amount, unmatched in query.run():
			yield Credit("Payment Entry", name, customer, currency, day, -flt(amount, 2), flt(unmatched, 2))

	def read(self, builder, documents: list[str], in_terms):
		invoice, customer = self.table, frappe.qb.DocType("Customer")
		asked = {frappe.qb.DocType(doctype): kind.invoice_link for doctype, kind in demands.kinds().items()}
		members = self._member_of_customer()
		in_own_currency = invoice.party_account_currency == invoice.currency
		amount = (
			Case()
			.when(in_own_currency & (invoice.rounded_total != 0), invoice.rounded_total)
			.when(in_own_currency, invoice.grand_total)
			.when(invoice.base_rounded_total != 0, invoice.base_rounded_total)
			.else_(invoice.base_grand_total)
		)
		due_date, balance = invoice.due_date, invoice.outstanding_amount
		if mine := {name: in_terms[name] for name in documents if name in in_terms}:
			due_date, balance = Case().else_(due_date), Case().else_(balance)
			for name, (day, late) in mine.items():
				due_date = due_date.when(invoice.name == name, day)
				balance = balance.when(invoice.name == name, late)
		query = (
			builder.from_(invoice)
			.left_join(customer)
			.on(invoice.customer == customer.name)
			.left_join(members)
			.on(members.customer == invoice.customer)
			.where(self.is_open & invoice.name.isin(documents))
		)
		for demand, invoice_link in asked.items():
			query = query.left_join(demand).on(invoice[invoice_link] == demand.name)
		return query, {
			"document": invoice.name,
			"due_date": due_date,
			"amount": amount,
			"balance": balance,
			"currency": Coalesce(invoice.party_account_currency, invoice.currency),
			"payment_reference": Coalesce(*(demand.payment_reference for demand in asked)),
			"party": invoice.customer,
			"party_name": invoice.customer_name,
			"customer": invoice.customer,
			"member": Coalesce(*(demand.member for demand in asked), members.member),
			"account": invoice.debit_to,
			"responsible": Coalesce(
				NullIf(members.responsible, ""), NullIf(customer.dunning_responsible, "")
			),
		}

	def _member_of_customer(self):
		member = frappe.qb.DocType("Member")
		return (
			frappe.qb.from_(member)
			.select(
				member.customer,
				Max(member.name).as_("member"),
				Max(member.dunning_responsible).as_("responsible"),
			)
			.where((member.cooperative == self.cooperative.name) & (member.customer != ""))
			.groupby(member.customer)
			.as_("members")
		)

	def standing(self, documents: list[str]) -> dict[str, Standing]:
		wishes, invoice = self._wishes(), self.table
		terms = self.late_terms(documents, getdate())
		rows = (
			frappe.qb.from_(invoice)
			.select(
				invoice.name,
				invoice.outstanding_amount,
				invoice.posting_date,
				invoice.customer,
				invoice.dunning_promise_until,
				invoice.dunning_letter,
			)
			.where(self.is_open & invoice.name.isin(documents))
			.run()
		)
		standing = {}
		for name, balance, day, customer, promise, letter in rows:
			late = terms.get(name, [(None, balance)])
			if late:
				_since, balance = instalments.together(late)
				promise = promise or wishes.get(customer, (None, None))[1]
				standing[name] = Standing(balance, day, promise, bool(letter), tuple(terms.get(name, ())))
		return standing

	def payments(self, documents: list[str]) -> dict[str, list[Term]]:
		"""From the Payment Ledger, by what pays: a payment that is matched and released again is none."""
		ledger = frappe.qb.DocType("Payment Ledger Entry")
		rows = (
			frappe.qb.from_(ledger)
			.select(
				ledger.against_voucher_no,
				ledger.voucher_no,
				Max(ledger.posting_date),
				-Sum(ledger.amount_in_account_currency),
			)
			.where(
				(ledger.against_voucher_type == INVOICE)
				& ledger.against_voucher_no.isin(documents or [host.NOTHING])
			)
			.where(ledger.voucher_type.isin(["Payment Entry", "Journal Entry"]) & (ledger.delinked == 0))
			.groupby(ledger.against_voucher_no, ledger.voucher_no)
			.run()
		)
		found: dict[str, list[Term]] = defaultdict(list)
		for document, _voucher, day, amount in rows:
			if flt(amount, 2) > 0:
				found[document].append((getdate(day), flt(amount, 2)))
		return dict(found)

	def channels(self) -> dict[str, str]:
		"""The channel that debtors asked for; what the member says wins."""
		wishes = {}
		for doctype, key, filters in (
			("Customer", "name", {}),
			("Member", "customer", {"cooperative": self.cooperative.name}),
		):
			filters = {**filters, key: ["is", "set"], "dunning_channel": ["is", "set"]}
			wishes.update(frappe.get_all(doctype, filters, [key, "dunning_channel"], as_list=True))
		return wishes

	def with_email(self) -> set[str]:
		contact, link = frappe.qb.DocType("Contact"), frappe.qb.DocType("Dynamic Link")
		by_contact = (
			frappe.qb.from_(link)
			.join(contact)
			.on(link.parent == contact.name)
			.select(link.link_name)
			.where(
				(link.parenttype == "Contact") & (link.link_doctype == "Customer") & (contact.email_id != "")
			)
			.run(pluck=True)
		)
		by_member = frappe.get_all(
			"Member",
			{"cooperative": self.cooperative.name, "customer": ["is", "set"], "email": ["is", "set"]},
			pluck="customer",
		)
		return {*by_contact, *by_member}

	def debtors(self, parties: list[str]) -> dict[str, Debtor]:
		"""Name and language of the Customer; e-mail and phone of the member, or of its contacts, the main one first."""
		found = {}
		for row in frappe.get_all(
			"Customer", {"name": ["in", parties]}, ["name", "customer_name", "language"]
		):
			found[row.name] = Debtor(row.customer_name, language=row.language or "")
		self._add_emails_of_members(found)
		self._add_contacts(found)
		self._add_addresses(found)
		self._add_members(found)
		return found

	def _add_emails_of_members(self, found: dict[str, Debtor]) -> None:
		"""Where a member is reached stands on the Member alone; anybody may have written a Contact."""
		filters = {"cooperative": self.cooperative.name, "customer": ["in", list(found) or [host.NOTHING]]}
		for row in frappe.get_all("Member", filters, ["customer", "email", "organisation_email"]):
			found[row.customer].emails = list(
				filter(None, dict.fromkeys([row.email, row.organisation_email]))
			)

	def _add_contacts(self, found: dict[str, Debtor]) -> None:
		contact, link = frappe.qb.DocType("Contact"), frappe.qb.DocType("Dynamic Link")
		rows = (
			frappe.qb.from_(link)
			.join(contact)
			.on(link.parent == contact.name)
			.select(link.link_name, contact.email_id, contact.mobile_no, contact.phone, contact.owner)
			.where((link.parenttype == "Contact") & (link.link_doctype == "Customer"))
			.where(link.link_name.isin(list(found) or [host.NOTHING]))
			.orderby(contact.is_primary_contact, order=frappe.qb.desc)
			.orderby(contact.creation)
			.run()
		)
		visitors = host.website_users(row[-1] for row in rows)  # they may write what they own
		for customer, email, mobile, phone, owner in rows:
			if owner in visitors:
				continue
			debtor = found[customer]
			if email and not debtor.emails:
				debtor.emails = [email]
			debtor.phone = debtor.phone or mobile or phone or ""

	def _add_addresses(self, found: dict[str, Debtor]) -> None:
		address, link = frappe.qb.DocType("Address"), frappe.qb.DocType("Dynamic Link")
		rows = (
			frappe.qb.from_(link)
			.join(address)
			.on(link.parent == address.name)
			.select(
				link.link_name,
				address.address_line1,
				address.address_line2,
				address.pincode,
				address.city,
				address.country,
				address.owner,
				address.address_type,
			)
			.where((link.parenttype == "Address") & (link.link_doctype == "Customer"))
			.where(link.link_name.isin(list(found) or [host.NOTHING]) & (address.disabled == 0))
			.orderby(address.is_primary_address, order=frappe.qb.desc)
			.orderby(address.creation)
			.run()
		)
		rows = sorted(rows, key=lambda row: row[-1] != "Billing")  # stable: billing addresses first
		visitors = host.website_users(row[-2] for row in rows)
		for customer, line1, line2, postcode, city, country, owner, _type in rows:
			if owner in visitors:
				continue
			debtor = found[customer]
			debtor.address = debtor.address or open_items.address_lines(
				debtor.name, line1, line2, postcode, city, country
			)

	def _add_members(self, found: dict[str, Debtor]) -> None:
		for row in frappe.get_all(
			"Member",
			{"cooperative": self.cooperative.name, "customer": ["in", list(found) or [host.NOTHING]]},
			["customer", *open_items.MEMBER_FIELDS],
		):
			open_items.complete(found[row.customer], row)

	def policy_account(self, party: str) -> str | None:
		from erpnext.accounts.party import get_party_account

		return get_party_account("Customer", party, self.company)

	def set_policy(self, document: str, policy: str) -> None:
		frappe.db.set_value(INVOICE, document, "dunning_policy", policy)

	def last_entry(self) -> datetime.date | None:
		"""The newest day on which a bank line was imported or a payment entered."""
		days = [
			frappe.db.get_value(
				doctype, {"company": self.company, "docstatus": 1}, "creation", order_by="creation desc"
			)
			for doctype in ("Payment Entry", "Bank Transaction")
			if host.has_field(doctype, "company")
		]
		return max((getdate(day) for day in days if day), default=None)

	def book_fee(self, letter, on: datetime.date | None = None) -> str:
		"""A Sales Invoice of one line, due at once, that refers to the letter. Untaxed: it is damages, no price.

		On the receivable account of what the letter is about, so that one payment pays both.
		"""
		day = on or letter.control_date
		account = frappe.get_cached_value("Dunning Policy", letter.policy, "fee_account")
		account = account or frappe.get_cached_value("Company", self.company, "default_income_account")
		title = _("Reminder fee")
		invoice = frappe.get_doc(
			{
				"doctype": INVOICE,
				"customer": letter.party,
				"company": self.company,
				"currency": letter.currency,
				"set_posting_time": 1,
				"posting_date": day,
				"due_date": day,
				"debit_to": next(self._accounts_of(letter), None),
				"ignore_default_payment_terms_template": 1,
				"disable_rounded_total": 1,
				"ignore_pricing_rule": 1,
				"update_stock": 0,
				"dunning_letter": letter.name,
				"remarks": letter.name,
				"items": [
					{
						"item_code": service_item("DUNNING-FEE", title),
						"item_name": title,
						"description": title,
						"qty": 1,
						"rate": letter.fee,
						"price_list_rate": letter.fee,
						"income_account": account,
						"cost_center": frappe.get_cached_value("Company", self.company, "cost_center"),
					}
				],
			}
		)
		# the policy, which only a Dunning Manager may set, says: book it
		invoice.flags.ignore_permissions = True
		invoice.insert()
		invoice.submit()
		return invoice.name

	def _accounts_of(self, letter) -> Iterator[str]:
		for line in letter.documents:
			if line.notice and line.document_type == INVOICE:
				yield frappe.db.get_value(INVOICE, line.document, "debit_to")

	def take_back_fee(self, document: str) -> None:
		invoice = frappe.get_doc(INVOICE, document)
		if flt(invoice.outstanding_amount, 2) < flt(invoice.grand_total, 2):
			frappe.throw(_("The fee {0} is paid already. Make a credit note instead.").format(document))
		invoice.flags.ignore_permissions = True  # waive() checked that this user may change the letter
		invoice.flags.ignore_links = True
		invoice.cancel()
