"""Documents for tests, on whichever host the site runs. Each function makes one thing and returns its document.

Nothing here is committed, but for the accounts of the test company where ERPNext or Dokos is installed.
"""

from __future__ import annotations

import itertools
from contextlib import contextmanager

from stdnum import luhn

import frappe
from frappe.utils import add_days, add_to_date, flt, get_datetime, now_datetime, today

from coop_membership import host
from coop_membership.accounting import demands
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.joining import identity_documents
from coop_membership.payments import settlement
from coop_membership.people import accounts, private
from coop_membership.shares import confirmations

COMPANY = "Coop Test"
IBAN = "FR14 2004 1010 0505 0001 3M02 606"

# of an applicant; 35000 in France, and where nothing is said
POSTCODES = {"Belgium": "1000", "Switzerland": "1000", "Luxembourg": "1000"}

_serial = itertools.count(1)


def unique() -> str:
	"""A short text that no other document of this site has."""
	return f"{frappe.generate_hash(length=6)}{next(_serial)}"


# --- the books -----------------------------------------------------------------------------------


def a_company() -> str:
	"""Name of the test company; made with the standard chart of accounts where the site has none."""
	if not frappe.db.exists("Company", COMPANY):
		company = frappe.get_doc(
			{
				"doctype": "Company",
				"company_name": COMPANY,
				"abbr": "CT",
				"default_currency": "EUR",
				"country": "France",
				"create_chart_of_accounts_based_on": "Standard Template",
				"chart_of_accounts": "Standard",
			}
		)
		company.insert(ignore_permissions=True)  # a test site
		frappe.db.commit()  # a company takes seconds to make, so it stays for the next tests
	return COMPANY


def accounts_of(company: str = COMPANY) -> dict[str, str]:
	"""Fields of a Cooperative whose books are this company's; the accounts are added when missing."""
	receivable = frappe.get_cached_value("Company", company, "default_receivable_account")
	return {
		"company": company,
		"cost_center": frappe.get_cached_value("Company", company, "cost_center"),
		"receivable_account": _account(company, "Subscribers", _parent(receivable), "Receivable"),
		"capital_account": _account(company, "Share Capital", _group(company, "Equity")),
		"reserve_account": _account(company, "Reserves of the cooperative", _group(company, "Equity")),
		"payout_account": _account(company, "Members to pay back", _group(company, "Liability"), "Payable"),
	}


def _account(company: str, title: str, parent: str, account_type: str | None = None) -> str:
	found = frappe.db.get_value("Account", {"company": company, "account_name": title, "is_group": 0})
	if found:
		return found
	account = frappe.get_doc(
		{
			"doctype": "Account",
			"account_name": title,
			"company": company,
			"parent_account": parent,
			"account_type": account_type,
			"is_group": 0,
		}
	)
	account.insert(ignore_permissions=True)  # a test site
	return account.name


def an_equity_account(title: str) -> str:
	"""Name of an account for capital of the test company."""
	return _account(COMPANY, title, _group(COMPANY, "Equity"))


def a_bank_account(title: str) -> str:
	"""Name of a bank account of the test company."""
	beside = frappe.get_all(
		"Account",
		{"company": COMPANY, "root_type": "Asset", "account_type": "Bank", "is_group": 1},
		pluck="name",
	)
	return _account(COMPANY, title, beside[0] if beside else _group(COMPANY, "Asset"), "Bank")


def a_journal_of(account: str) -> None:
	"""Dokos wants an Accounting Journal for each account that a payment touches; ERPNext has none."""
	if host.has_doctype("Accounting Journal") and not frappe.db.exists(
		"Accounting Journal", {"account": account}
	):
		code = frappe.generate_hash(length=4).upper()
		frappe.get_doc(
			{
				"doctype": "Accounting Journal",
				"journal_code": code,
				"journal_name": f"Journal {code}",
				"type": "Miscellaneous",
				"company": frappe.db.get_value("Account", account, "company"),
				"account": account,
				"conditions": [{"document_type": "Payment Entry"}],
			}
		).insert()


def _parent(account: str) -> str:
	return frappe.db.get_value("Account", account, "parent_account")


def _group(company: str, root_type: str) -> str:
	"""The smallest account group of a root type: the one nearest to the leaves."""
	groups = frappe.get_all(
		"Account",
		{"company": company, "root_type": root_type, "is_group": 1, "parent_account": ["is", "set"]},
		["name", "lft", "rgt"],
		order_by="lft",
	) or frappe.get_all(
		"Account", {"company": company, "root_type": root_type, "is_group": 1}, ["name", "lft", "rgt"]
	)
	return min(groups, key=lambda group: group.rgt - group.lft).name


# --- the cooperative -----------------------------------------------------------------------------


def a_cooperative(accounting: str | None = None, title: str | None = None, **values):
	"""A Cooperative ready to take applications. Its books: in ERPNext where that is installed, else kept elsewhere."""
	accounting = accounting or (IN_ERPNEXT if host.has_erpnext() else ELSEWHERE)
	cooperative = frappe.get_doc(
		{
			"doctype": "Cooperative",
			"title": title or f"Les Jardins {unique()}",
			"country": "France",
			"language": "en",
			"currency": "EUR",
			"contact_email": "bonjour@jardins.example",
			"board_representative": "Odile Marchand",
			"iban": IBAN,
			"accounting": accounting,
			"portal_account": "Never",
			**(accounts_of(a_company()) if accounting == IN_ERPNEXT else {}),
			**values,
		}
	)
	return cooperative.insert()


def a_share_class(cooperative, code: str = "A", unit_price: float = 25, **values):
	"""A Share Class of a Cooperative (its document or name)."""
	return frappe.get_doc(
		{
			"doctype": "Share Class",
			"cooperative": _name(cooperative),
			"code": code,
			"title": f"Part {code}",
			"unit_price": unit_price,
			**values,
		}
	).insert()


def class_of(cooperative, code: str = "A") -> str:
	"""Name of a class of the cooperative, made at 25 when it does not exist."""
	name = frappe.db.get_value("Share Class", {"cooperative": _name(cooperative), "code": code})
	return name or a_share_class(cooperative, code).name


def a_plan(cooperative, title: str = "Cotisation", price: float = 60, **values):
	"""A Membership Plan of a Cooperative: calendar years at 60 unless said otherwise."""
	return frappe.get_doc(
		{
			"doctype": "Membership Plan",
			"cooperative": _name(cooperative),
			"title": title,
			"price": price,
			**values,
		}
	).insert()


# --- from request to shares ----------------------------------------------------------------------


def an_application(cooperative=None, quantity: int = 3, shares: dict[str, int] | None = None, **values):
	"""A `Pending` Membership Application of a person nobody knows yet, for `quantity` shares of class A at 25.

	`shares` names other classes: {share class: quantity}; {}: for none, only dues.
	"""
	cooperative = cooperative or a_cooperative()
	shares = {class_of(cooperative): quantity} if shares is None else shares
	return frappe.get_doc(
		{
			"doctype": "Membership Application",
			"cooperative": _name(cooperative),
			"applicant_type": "Individual",
			"first_name": "Camille",
			"last_name": "Durand",
			"birth_date": "1985-04-12",
			"email": f"camille.{unique()}@example.com",
			"language": "en",
			"address_line1": "3 rue des Lilas",
			"postcode": POSTCODES.get(values.get("country"), "35000"),
			"city": "Rennes",
			"country": "France",
			"shares": [{"share_class": name, "quantity": number} for name, number in shares.items()],
			**values,
		}
	).insert()


def a_siren() -> str:
	"""A French registration number that no other document of this site has, with the right check digit."""
	base = f"{int(unique(), 16) % 10**8:08d}"
	return base + luhn.calc_check_digit(base)


def an_organisation(cooperative=None, **values):
	"""A `Pending` application of an organisation with its representative."""
	return an_application(
		cooperative,
		**{
			"applicant_type": "Organisation",
			"organisation_name": "Association Le Potager",
			"registration_number": a_siren(),
			"organisation_email": f"potager.{unique()}@example.com",
			"representative_function": "Présidente",
			**values,
		},
	)


def an_approved_application(cooperative=None, **values):
	"""An application that was approved: its member is a `Candidate` and its subscription is open."""
	application = an_application(cooperative, **values)
	application.approve()
	open_invitations(application.member)
	return application


def a_subscription(cooperative=None, **values):
	"""The open Share Subscription of a newly approved application."""
	application = an_approved_application(cooperative, **values)
	return frappe.get_doc("Share Subscription", {"application": application.name})


def pay(subscription, amount: float | None = None, on: str | None = None, reference: str | None = None):
	"""Record a payment of all that is due, or of `amount`; the subscription comes back as it is after it."""
	subscription.record_payment(
		flt(subscription.outstanding_amount if amount is None else amount), on or today(), reference=reference
	)
	open_invitations(subscription.member)
	return subscription


def a_member(cooperative=None, on: str | None = None, **values):
	"""An `Active` Member whose shares were paid on a date (today)."""
	subscription = pay(a_subscription(cooperative, **values), on=on)
	return frappe.get_doc("Member", subscription.member)


def the_same(document, *fields: str) -> dict:
	"""{field: value} of the person of a Member or application, for another request of the same person."""
	fields = fields or ("first_name", "last_name", "email", "birth_date")
	known = {**document.as_dict(), **private.of(document)}
	return {field: known[field] for field in fields}


def more_shares(member, quantity: int = 1, on: str | None = None, **values):
	"""The paid Share Subscription of an increase, asked for by the same person."""
	return pay(a_subscription(member.cooperative, quantity=quantity, **the_same(member), **values), on=on)


def a_correction(wrong, right=None, payment=None, submit: bool = True, **values):
	"""A Payment Correction of what pays `wrong`, done unless `submit` is False; the demands come back as they are.

	`payment`: (DocType, name) where several pay it.
	"""
	payment_type, name = payment or (None, None)
	correction = frappe.get_doc(
		{
			"doctype": "Payment Correction",
			"demand_type": wrong.doctype,
			"demand": wrong.name,
			"payment_type": payment_type,
			"payment": name,
			"right_demand_type": right.doctype if right else None,
			"right_demand": right.name if right else None,
			"reason": "Matched with the wrong person",
			**values,
		}
	).insert()
	if submit:
		correction.submit()
		for demand in filter(None, (wrong, right)):
			demand.reload()
	return correction


def a_transaction(member, kind: str = "Sell Back", quantity: int = 1, submit: bool = True, **values):
	"""A `Waiting` Share Transaction of a Member's shares of class A; a `Draft` one with `submit=False`."""
	transaction = frappe.get_doc(
		{
			"doctype": "Share Transaction",
			"transaction_type": kind,
			"member": member.name,
			"share_class": class_of(member.cooperative),
			"quantity": quantity,
			"iban": IBAN if kind == "Sell Back" else None,
			**values,
		}
	).insert()
	if submit:
		transaction.submit()
	return transaction


def a_board_member() -> str:
	"""A user who may approve what others have requested."""
	return a_user("Membership Board")


def executed(transaction, on: str | None = None):
	"""Have a waiting transaction approved by somebody else, confirmed by both sides and executed."""
	with as_user(
		a_user("Membership Board", email="the.board@example.com")
	):  # one user, however many decisions
		frappe.get_doc("Share Transaction", transaction.name).approve()
	transaction.reload()
	for side in ("giver", "receiver") if transaction.transaction_type == "Transfer" else ():
		confirmations.confirm(transaction, side)
	transaction.execute(on)
	return transaction


def dues_of_an_association(association, **values):
	"""The open dues of somebody whose request to join an association was approved."""
	application = frappe.get_doc(
		{
			"doctype": "Membership Application",
			"cooperative": _name(association),
			"applicant_type": "Individual",
			"first_name": "Camille",
			"last_name": "Durand",
			"birth_date": "1985-04-12",
			"email": f"camille.{unique()}@example.com",
			"address_line1": "3 rue des Lilas",
			"postcode": "35000",
			"city": "Rennes",
			"country": "France",
			"plan": a_plan(association).name,
			**values,
		}
	).insert()
	application.approve()
	return frappe.get_doc("Membership", {"application": application.name})


# --- machines ------------------------------------------------------------------------------------


def a_right(cooperative, title: str = "Laser", first: list[str] | None = None, **values) -> str:
	"""Name of an Equipment Right that counts for six months, or for ever when it needs none first and nothing is said."""
	values = values or ({"ends": "After a time", "valid_for": 6} if first else {})
	return (
		frappe.get_doc(
			{
				"doctype": "Equipment Right",
				"cooperative": _name(cooperative),
				"title": title
				if not frappe.db.exists("Equipment Right", f"{_name(cooperative)}-{title}")
				else unique(),
				"prerequisites": [{"right": name} for name in first or []],
				**values,
			}
		)
		.insert()
		.name
	)


def a_machine(cooperative, *rights: str, **values):
	"""An Equipment of a Cooperative that needs these rights."""
	code = unique().upper()
	return frappe.get_doc(
		{
			"doctype": "Equipment",
			"cooperative": _name(cooperative),
			"title": f"Machine {code}",
			"code": code,
			"needs": [{"right": name} for name in rights],
			**values,
		}
	).insert()


def an_activity(cooperative, **values):
	"""An Activity of two hours, in ten days."""
	starts_on = get_datetime(
		values.pop("starts_on", None) or add_days(now_datetime().replace(microsecond=0), 10)
	)
	return frappe.get_doc(
		{
			"doctype": "Activity",
			"cooperative": _name(cooperative),
			"title": f"Atelier {unique()}",
			"starts_on": starts_on,
			"ends_on": add_to_date(starts_on, hours=2),
			**values,
		}
	).insert()


# --- people --------------------------------------------------------------------------------------


def open_invitations(member) -> None:
	"""Whoever was invited to a Member opens the invitation, as one does with a mail that comes."""
	rows = frappe.get_all("Member Representative", {"parent": _name(member)}, pluck="invited_user")
	for user in {frappe.db.get_value("Member", _name(member), "invited_user"), *rows} - {None, ""}:
		accounts.prove(user)


def a_user(*roles: str, email: str | None = None) -> str:
	"""Name of a User with these roles and no other, who has logged in before; no welcome mail."""
	email = email or f"{frappe.scrub(roles[0]) if roles else 'nobody'}.{unique()}@example.com"
	if not frappe.db.exists("User", email):
		user = frappe.get_doc(
			{
				"doctype": "User",
				"email": email,
				"first_name": email.split(".")[0].title(),
				"enabled": 1,  # an import sets no defaults
				"send_welcome_email": 0,
				"roles": [{"role": role} for role in roles],
			}
		)
		with host.as_import():  # hosts take sixty users an hour
			user.insert(ignore_permissions=True)  # a test site
		frappe.db.set_value("User", email, "last_login", now_datetime())
	return email


@contextmanager
def as_user(user: str):
	"""Work as somebody else for a while."""
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield user
	finally:
		frappe.set_user(before)


# --- tidying up ----------------------------------------------------------------------------------


def forget(*cooperatives) -> None:
	"""Remove what was committed for these cooperatives. The register refuses deletion, so the rows go by hand."""
	frappe.db.rollback()
	if not cooperatives:  # "in nothing" reads "of none", and what belongs to the whole site would go
		return
	ours = {"cooperative": ["in", [_name(cooperative) for cooperative in cooperatives]]}
	contacts = frappe.get_all("Member", ours, pluck="contact")
	users = [name for name in frappe.get_all("Member", ours, pluck="user") if name]
	linked = {"link_doctype": "Contact", "link_name": ["in", contacts]}
	for name in frappe.get_all("Identity Document", ours, pluck="name"):
		identity_documents.remove(name)
	if host.has_erpnext():
		_remove_books(ours)
	wipe("Address", {"name": ["in", frappe.get_all("Dynamic Link", linked, pluck="parent")]})
	wipe("Contact", {"name": ["in", contacts]})
	for doctype in (
		"Badge",
		"Dues Cover",
		"Equipment Booking",
		"Equipment Authorization",
		"Activity Registration",
		"Activity Fee",
		"Activity",
		"Yearly Certificate",
		"Member Import",
		"Dunning Letter",
		"Dunning Notice",
		"Dunning Run",
		"Dunning Policy",
		"Shared Document",
		"Share Register Entry",
		"Payment Correction",
		"Share Transaction",
		"Member Payment",
		"Share Subscription",
		"Membership",
		"Membership Application",
		"Membership Plan",
		"Share Class",
		"Equipment",
		"Equipment Right",
		"Member",
	):
		if doctype == "Member":
			wipe("Calendar Link", {"member": ["in", frappe.get_all(doctype, ours, pluck="name")]})
		names = frappe.get_all(doctype, ours, pluck="name")
		wipe("Email Queue", {"reference_doctype": doctype, "reference_name": ["in", names]})
		wipe("Private Details", {"reference_doctype": doctype, "reference_name": ["in", names]})
		wipe("File", {"attached_to_doctype": doctype, "attached_to_name": ["in", names]})
		wipe(doctype, {"name": ["in", names]})
	for cooperative in cooperatives:
		wipe("Email Template", {"name": ["like", f"{_name(cooperative)}: %"]})
	wipe("Cooperative", {"name": ours["cooperative"]})
	wipe("Notification Settings", {"name": ["in", users]})
	wipe("User", {"name": ["in", users]})
	frappe.db.commit()
	for cooperative in cooperatives:
		frappe.clear_document_cache("Cooperative", _name(cooperative))


def _remove_books(ours: dict) -> None:
	invoices = [
		name
		for doctype in demands.doctypes()
		for name in frappe.get_all(doctype, ours, pluck="sales_invoice")
		if name
	]
	online = frappe.get_all("Payment Request", {"reference_name": ["in", invoices]}, pluck="name")
	items = [name for name in frappe.get_all("Share Class", ours, pluck="item") if name]
	customers = [name for name in frappe.get_all("Member", ours, pluck="customer") if name]
	payments = frappe.get_all("Payment Entry", {"party": ["in", customers]}, pluck="name")
	journals = frappe.get_all("Journal Entry Account", {"party": ["in", customers]}, pluck="parent")
	for ledger in ("GL Entry", "Payment Ledger Entry"):
		frappe.db.delete(ledger, {"voucher_no": ["in", [*invoices, *payments, *journals, ""]]})
	wipe("Integration Request", {"reference_docname": ["in", online]})
	wipe("Payment Request", {"name": ["in", online]})
	if host.has_doctype("Unreconcile Payment"):
		wipe("Unreconcile Payment", {"voucher_no": ["in", [*payments, *journals]]})
	matched = {"payment_entry": ["in", [*payments, *journals]]}
	wipe(
		"Bank Transaction",
		{"name": ["in", frappe.get_all("Bank Transaction Payments", matched, pluck="parent")]},
	)
	wipe("Payment Entry", {"name": ["in", payments]})
	wipe("Journal Entry", {"name": ["in", journals]})
	wipe("Sales Invoice", {"name": ["in", invoices]})
	wipe("Item", {"name": ["in", items]})
	wipe("Customer", {"name": ["in", customers]})


def wipe(doctype: str, filters: dict) -> None:
	names = frappe.get_all(doctype, filters, pluck="name")
	if names:
		for field in frappe.get_meta(doctype).get_table_fields():
			frappe.db.delete(field.options, {"parent": ["in", names], "parenttype": doctype})
		frappe.db.delete(doctype, {"name": ["in", names]})


def _name(document) -> str:
	return document if isinstance(document, str) else document.name


def settle(name: str, doctype: str = "Share Subscription") -> str:
	"""Settle a demand as the worker does; returns its status."""
	return settlement.settle(frappe.get_doc(doctype, name))
