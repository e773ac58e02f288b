"""Share Subscriptions as demands for money: paid in full, their shares are issued and stay."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import formatdate

from coop_membership.accounting.demands import Caused, InvoiceLine
from coop_membership.accounting.paid import Paid
from coop_membership.doctypes import Cooperative, ShareSubscription
from coop_membership.messages import mail, tasks
from coop_membership.payments import correction, credit
from coop_membership.payments.demands import application_paid, state_sentence, store
from coop_membership.people import accounts, members
from coop_membership.prints.wording import money
from coop_membership.register import ledger
from coop_membership.shares import taking_back
from coop_membership.states.demands import PAID, REVERSED

SUBSCRIPTION = "Share Subscription"
AUTOMATIC = "Automatic when paid"


class ShareDemand:
	doctype = SUBSCRIPTION
	title = "Capital release request"
	subject = "Shares"
	print_format = "Capital Release Request"
	invoice_link = "share_subscription"

	def is_fulfilled(self, document) -> bool:
		return bool(document.effective_date)  # of the locked row: written with the register entries

	def follow_money(self, document, status: str, paid: Paid) -> None:
		if status == PAID and not self.is_fulfilled(document):
			_issue(document, paid)
			return
		if status == REVERSED and document.status != REVERSED:
			_ask_for_correction(document)
		_store(document, status, paid)

	def caused(self, document, numbers_back: bool = False) -> Caused | None:
		return taking_back.caused(document, numbers_back) if self.is_fulfilled(document) else None

	def undo(self, document, numbers_back: bool) -> dict:
		return taking_back.undo(document, numbers_back)

	def ask_again(self, document) -> None:
		"""Capital release requests ask until they are cancelled."""

	def lines(self, document) -> list[frappe._dict]:
		currency = frappe.get_cached_value("Cooperative", document.cooperative, "currency")
		return [
			frappe._dict(
				title=_(frappe.get_cached_value("Share Class", row.share_class, "title")),
				quantity=row.quantity,
				unit_price=money(row.unit_price, currency),
				amount=money(row.amount, currency),
			)
			for row in document.items
		]

	def invoice_lines(self, document, cooperative: Cooperative) -> list[InvoiceLine]:
		return [self._invoice_line(row, cooperative) for row in document.items]

	def _invoice_line(self, row, cooperative: Cooperative) -> InvoiceLine:
		share_class = frappe.get_cached_doc("Share Class", row.share_class)
		return InvoiceLine(
			code=f"SHARE-{share_class.name}",
			title=share_class.title,
			quantity=row.quantity,
			rate=row.unit_price,
			account=share_class.get("capital_account") or cooperative.capital_account,
			keeps_item=share_class,
		)

	def pay_title(self, cooperative: Cooperative) -> str:
		return _("Pay your shares in {0}").format(cooperative.title)

	def thanks(self, cooperative: Cooperative) -> str:
		return _("{0} sends you your share certificate by e-mail.").format(cooperative.title)


def _issue(document, paid: Paid) -> None:
	"""Write the shares into the register, once, and all that follows from it."""
	ledger.lock(document.cooperative)
	if ledger.entries_of(document.name):
		return _store(document, PAID, paid)
	member = frappe.get_doc("Member", document.member, for_update=True)
	was_member = members.is_active(member)
	for row in document.items:
		ledger.post(
			document.cooperative,
			"Subscription",
			row.share_class,
			row.quantity,
			row.unit_price,
			effective_date=paid.completed_on,
			to_member=document.member,
			reference_doctype=SUBSCRIPTION,
			reference=document.name,
		)
	members.refresh(member)
	_store(document, PAID, paid)
	application_paid(document)
	mail.send("Share Increase" if was_member else "Certificate", document)
	accounts.grant_when(accounts.ON_PAYMENT, document.cooperative, document.member)
	_tell_paid(document)
	credit.tell_rest(document, member)
	return None


def _store(document, status: str, paid: Paid) -> None:
	effective_date = paid.completed_on if status == PAID and not document.effective_date else None
	store(document, status, paid, _sentence(document, status, paid), effective_date)


def _sentence(document, status: str, paid: Paid) -> str:
	if status == PAID:
		return _("Paid on {0}; the shares are in the register.").format(formatdate(paid.completed_on))
	if status == REVERSED:
		return _("The payment was taken back. The shares are still in the register.")
	return state_sentence(document.doctype, status, paid)


def _tell_paid(subscription: ShareSubscription) -> None:
	"""The managers did not see this member come: tell them once the shares are issued."""
	automatic = frappe.get_cached_value("Cooperative", subscription.cooperative, "approval") == AUTOMATIC
	if not (subscription.application and automatic):
		return
	tasks.tell(
		subscription, _("{0} has paid online; the shares are issued.").format(subscription.member_name)
	)


def _ask_for_correction(subscription: ShareSubscription) -> None:
	"""The money was taken back by hand. Shares stay; a manager has to decide."""
	tasks.ask(
		subscription,
		_(
			"The payment of {0} was taken back after its shares were issued. If it was matched by mistake, {1}correct "
			"the match{2}: that takes the shares back. If the right payment comes in, match it as usual."
		).format(subscription.name, f'<a href="{correction.address_for(subscription)}">', "</a>"),
	)
