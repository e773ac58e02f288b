"""Who receives shares from a member without being one: the person gets an application, and the transfer waits for it.

It is decided on like any other. Approved, it makes or finds the member, but asks nobody for money: the shares come from
the giver, and with them the number and the certificate.
"""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership import host
from coop_membership.doctypes import Member, MembershipApplication, ShareTransaction
from coop_membership.joining import applications, decisions
from coop_membership.shares import transactions
from coop_membership.states.applications import CANCELLED, UNPAID


def enter(transaction: ShareTransaction, person: dict) -> str:
	"""Make the application of a transfer's receiver, for a draft; returns its name.

	`person` has the fields of an application (`applications.PUBLIC_FIELDS`), or names a `contact` whose own are taken
	for what is missing. Raises a sentence for whatever a form would refuse.
	"""
	transaction.check_permission("write")
	host.lock(transaction)
	if transaction.docstatus or transaction.transaction_type != transactions.TRANSFER:
		frappe.throw(_("A receiver is entered on the draft of a transfer."))
	return _apply(transaction, person, (person or {}).get("contact"), "Desk")


def request(member: Member, share_class: str, quantity: int, person: dict, **values) -> str:
	"""Ask, as the member, to transfer shares to a person who is no member; returns the name of the waiting request.

	As `transactions.request`; `person` as in `enter`, without a contact.
	"""
	transaction = transactions.draft_of(member, transactions.TRANSFER, share_class, quantity, **values)
	_apply(transaction, person, None, "Portal")
	return transactions.hand_in(frappe.get_doc(transaction.doctype, transaction.name))


def _apply(transaction: ShareTransaction, person: dict, contact: str | None, source: str) -> str:
	given = {field: person.get(field) for field in applications.PUBLIC_FIELDS if (person or {}).get(field)}
	application = frappe.get_doc(
		{
			"doctype": "Membership Application",
			"cooperative": transaction.cooperative,
			"source": "Contact" if contact else source,
			**(_of_contact(contact) if contact else {}),
			**given,
			"shares": [{"share_class": transaction.share_class, "quantity": transaction.quantity}],
		}
	)
	application.flags.by_transfer = True  # no mail thanks for a request that the person has not sent
	# the callers checked who may write the transaction, whose receiver this is
	application.insert(ignore_permissions=True)
	_drop(transaction)
	transaction.db_set(
		{
			"application": application.name,
			"receiver": application.matched_member,
			"receiver_name": application.applicant_name,
		},
		notify=True,
	)
	return application.name


def _of_contact(name: str) -> dict:
	"""What a Contact's card says about a person."""
	host.require("Contact", "read", name)
	contact = frappe.get_doc("Contact", name)
	address = frappe.get_doc("Address", contact.address) if contact.get("address") else frappe._dict()
	return {
		"first_name": contact.first_name,
		"last_name": contact.last_name,
		"gender": contact.gender if contact.gender in ("Female", "Male", "Other") else "",
		"email": contact.email_id,
		"phone": contact.mobile_no or contact.phone,
		"address_line1": address.get("address_line1"),
		"address_line2": address.get("address_line2"),
		"postcode": address.get("pincode"),
		"city": address.get("city"),
		"country": address.get("country"),
	}


def admit(application: MembershipApplication, member: Member) -> bool:
	"""Part of an approval: True when the application is a transfer's, so that no money is asked for."""
	name = transactions.of_application(application.name)
	if name:
		transactions.admit(name, member)
	return bool(name)


def release(transaction: ShareTransaction) -> None:
	"""The transfer will not take place: nobody waits for the receiver's application any more."""
	_drop(frappe.get_doc("Share Transaction", transaction.name))


def _drop(transaction: ShareTransaction) -> None:
	name = transaction.get("application")
	if not name:
		return
	application = frappe.get_doc("Membership Application", name, for_update=True)
	if application.status in UNPAID:
		decisions.move(application, CANCELLED, _("The transfer of shares does not take place."))
