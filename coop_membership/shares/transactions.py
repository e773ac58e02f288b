"""Share Transactions: what members ask to do with shares that they hold, from the request to the register.

`Draft` → `Waiting` (submitted) → `Approved` → `Executed`, or `Refused`, or `Cancelled`. Whoever requests does not
approve. Every rule (`exits.py`) is checked when the request is saved, and once more on what is stored at the moment of
execution. Lock order: the transaction, the cooperative, the members by name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate, now_datetime, strip_html_tags, today

from coop_membership import actions, doors, host
from coop_membership.accounting.choice import books_of
from coop_membership.doctypes import Member, ShareTransaction
from coop_membership.messages import mail, tasks, timeline
from coop_membership.people import accounts, members, private, representatives
from coop_membership.register import certificates, ledger
from coop_membership.register.movements import Movement
from coop_membership.shares import confirmations, exits, taking_back
from coop_membership.shares.exits import (
	CONVERSION,
	GIFT,
	SELL_BACK,
	TRANSFER,
	Giver,
	Limits,
	Receiver,
	Wanted,
)
from coop_membership.shares.refusals import refuse, tell
from coop_membership.states import applications
from coop_membership.states.members import ORGANISATION
from coop_membership.states.transactions import APPROVED, CANCELLED, DRAFT, EXECUTED, OPEN, REFUSED, WAITING
from coop_membership.values import bank

TRANSACTION = "Share Transaction"
UPDATE, NONE_LEFT, RECEIVED = "Share Update", "No Shares Left", "Transfer"
TURNED_DOWN = "Transaction Refused"
# written by the services alone, whatever a sender wrote into them
OWN_FIELDS = (
	"status",
	"status_reason",
	"application",
	"requested_by",
	"approved_by",
	"approved_on",
	"executed_on",
	"giver_confirmed_on",
	"receiver_confirmed_on",
	"paid_out_amount",
	"is_departure",
)


def operation(transaction) -> str:
	"""What a request is about, in words: who sells everything back in order to leave reads of a departure."""
	kind = "Departure" if transaction.is_departure else transaction.transaction_type
	return _(kind, context=TRANSACTION)


# --- writing one ----------------------------------------------------------------------------------


def prepare(transaction: ShareTransaction) -> None:
	"""Before each save of a draft: what is not the sender's to write is what it was, the rest in one form."""
	stored = None if transaction.is_new() else frappe.get_doc(TRANSACTION, transaction.name)
	for field in OWN_FIELDS:
		transaction.set(field, stored.get(field) if stored else None)
	transaction.status = transaction.status or DRAFT
	member = frappe.db.get_value("Member", transaction.member, ["cooperative", "display_name"], as_dict=True)
	if not member:
		frappe.throw(_("Choose the member whose shares these are."))
	transaction.update({"cooperative": member.cooperative, "member_name": member.display_name})
	if transaction.transaction_type not in exits.TYPES:
		frappe.throw(_("Choose what is to happen with the shares."))
	transaction.quantity = cint(transaction.quantity)
	_drop_what_does_not_belong(transaction)
	_account(transaction)


def _account(transaction: ShareTransaction) -> None:
	"""Where a member is paid back: the `iban` that came along, else the member's own; kept apart (people/private.py)."""
	known = None if transaction.is_new() else private.of(transaction).iban
	if transaction.transaction_type != SELL_BACK:
		transaction.__dict__.pop("iban", None)
		if known:
			transaction.iban = None
	elif transaction.get("iban"):
		doors.read_fields(transaction, {"iban": bank.iban})
	elif not known:
		transaction.iban = private.of(frappe.get_doc("Member", transaction.member)).iban


def _drop_what_does_not_belong(transaction: ShareTransaction) -> None:
	kind = transaction.transaction_type
	if kind != TRANSFER:
		transaction.update({"receiver": None, "receiver_name": None})
	elif transaction.application:
		person = frappe.db.get_value(
			"Membership Application", transaction.application, ["member", "applicant_name"], as_dict=True
		)
		transaction.update({"receiver": person.member, "receiver_name": person.applicant_name})
	else:
		transaction.receiver_name = transaction.receiver and frappe.db.get_value(
			"Member", transaction.receiver, "display_name"
		)
	if kind != CONVERSION:
		transaction.update({"to_share_class": None, "to_quantity": 0})
	if kind not in (SELL_BACK, TRANSFER):
		transaction.update({"board_price": 0, "price_reason": None})


def validate(transaction: ShareTransaction) -> None:
	"""Each save of a draft: every rule, and what the shares are worth. A date that lies ahead is when it is executed: told."""
	prepare(transaction)
	refuse_others(transaction)
	parties = _parties(transaction)
	day = getdate(transaction.effective_date) if transaction.effective_date else None
	problems = list(_check(transaction, parties, day))
	refuse(
		problem
		for problem in problems
		if problem.code not in ("in_future", *(() if day else ("before_last_movement",)))
	)
	if transaction.is_new() or transaction.has_value_changed("effective_date"):
		tell(problem for problem in problems if problem.code == "in_future")
	_compute(transaction, parties)


def refuse_others(transaction: ShareTransaction) -> None:
	"""Raise a sentence when something named here belongs to another cooperative, or is no member any more."""
	for field in ("share_class", "to_share_class", "receiver"):
		if not transaction.get(field):
			continue
		doctype = "Member" if field == "receiver" else "Share Class"
		if frappe.db.get_value(doctype, transaction.get(field), "cooperative") != transaction.cooperative:
			frappe.throw(_("{0} belongs to another cooperative.").format(transaction.get(field)))
	if not transaction.share_class:
		frappe.throw(_("Choose the class of the shares."))


def _compute(transaction: ShareTransaction, parties: Parties) -> None:
	"""What the shares were paid, what is paid for them now, and into how many they are converted."""
	transaction.nominal_value = float(exits.value_of(exits.taken(parties.giver.lots, transaction.quantity)))
	transaction.to_quantity = 0
	if transaction.transaction_type == CONVERSION:
		price = parties.limits.classes[transaction.to_share_class].unit_price
		parts = exits.converted(parties.giver.lots, transaction.quantity, price) or []
		transaction.to_quantity = sum(new for _shares, _price, new in parts)
	_price(transaction)


def _price(transaction: ShareTransaction) -> None:
	transaction.board_price = flt(transaction.board_price, 2)
	if transaction.board_price < 0:
		frappe.throw(_("A price can't be below zero."))
	if transaction.board_price and not strip_html_tags(transaction.price_reason or "").strip():
		frappe.throw(_("Another price than the nominal one is the board's decision: write down its reason."))
	if transaction.transaction_type == GIFT:
		transaction.amount = 0
	elif transaction.board_price:
		transaction.amount = flt(transaction.quantity * transaction.board_price, 2)
	else:
		transaction.amount = transaction.nominal_value


# --- what the rules look at -----------------------------------------------------------------------


@dataclass(frozen=True)
class Parties:
	"""Giver, receiver and the cooperative's rules, as they are read at one moment."""

	giver: Giver
	receiver: Receiver | None
	limits: Limits
	currency: str


def _parties(transaction: ShareTransaction, lock: bool = False, executes: bool = False) -> Parties:
	"""Everything the rules look at. `lock` reads what is saved at this moment, and holds it.

	Once it `executes`, what other requests have asked for stands back: the first one executed has the shares.
	"""
	found = {
		name: frappe.get_doc("Member", name, for_update=lock)
		for name in sorted(filter(None, {transaction.member, transaction.receiver}))
	}
	giver = found[transaction.member]
	if giver.merged_into or not members.is_active(giver):
		frappe.throw(
			_("{0} holds no shares. Only who is a member now can do this.").format(giver.display_name)
		)
	receiver = found.get(transaction.receiver)
	if receiver:
		_may_receive(transaction, receiver)
	cooperative = frappe.get_doc("Cooperative", transaction.cooperative)
	rows = ledger.without_voided(ledger.movements(member=giver.name, lock=lock))
	moves = [(row.name, Movement.of(row)) for row in rows]
	classes = {transaction.share_class, transaction.to_share_class} - {None, ""}
	return Parties(
		Giver(
			giver.name,
			giver.member_type == ORGANISATION,
			[movement for _name, movement in moves],
			certificates.leaving(moves, giver.name, transaction.share_class),
			0 if executes else _reserved(transaction, lock),
		),
		receiver
		and Receiver(
			receiver.name,
			receiver.member_type == ORGANISATION,
			{
				name: (held.quantity, held.value)
				for name, held in ledger.positions(receiver.name, lock=lock).items()
			},
		),
		Limits(
			{name: _rules(name, lock) for name in classes},
			bool(cooperative.single_share_class),
			Decimal(str(flt(cooperative.maximum_amount, 2))),
		),
		cooperative.currency,
	)


def _may_receive(transaction: ShareTransaction, receiver: Member) -> None:
	if receiver.merged_into:
		frappe.throw(
			_("{0} was merged into another member. Choose that one.").format(receiver.display_name),
			host.ForStaff,
		)
	if members.has_left(receiver) and not transaction.application:
		frappe.throw(
			_("{0} has left. Enter the receiver as a new person: a return needs a new application.").format(
				receiver.display_name
			),
			host.ForStaff,
		)


def _rules(share_class: str, lock: bool) -> exits.ClassRules:
	doc = frappe.get_doc("Share Class", share_class, for_update=lock)
	return exits.ClassRules(
		title=doc.title,
		unit_price=Decimal(str(flt(doc.unit_price, 2))),
		minimum=cint(doc.minimum_quantity) if doc.enforce_minimum else 0,
		maximum=cint(doc.maximum_quantity),
		for_individuals=bool(doc.for_individuals),
		for_organisations=bool(doc.for_organisations),
		disabled=bool(doc.disabled),
	)


def _reserved(transaction: ShareTransaction, lock: bool) -> int:
	"""Shares of the same class that other open requests of the member have asked for."""
	table = frappe.qb.DocType(TRANSACTION)
	query = (
		frappe.qb.from_(table)
		.select(table.name, table.quantity)
		.where((table.member == transaction.member) & (table.share_class == transaction.share_class))
		.where((table.docstatus == 1) & table.status.isin(OPEN))
	)
	rows = (query.for_update() if lock else query).run(as_dict=True)
	return sum(row.quantity for row in rows if row.name != transaction.name)


def _check(transaction: ShareTransaction, parties: Parties, day) -> Iterable[exits.Problem]:
	wanted = Wanted(
		transaction.transaction_type,
		transaction.share_class,
		transaction.quantity,
		day,
		transaction.to_share_class or "",
	)
	return exits.check(wanted, parties.giver, parties.receiver, parties.limits, getdate(today()))


# --- asked for by the members themselves ----------------------------------------------------------


def draft_of(member: Member, kind: str, share_class: str, quantity: int, **values) -> ShareTransaction:
	"""The unsubmitted request of a Member, in the name of the session's user; `values` are further fields of the document.

	For the website: the caller proved that the user is the member or represents it. Raises a sentence as `validate`.
	"""
	transaction = frappe.get_doc(
		{
			"doctype": TRANSACTION,
			**values,
			"transaction_type": kind,
			"member": member.name,
			"share_class": share_class,
			"quantity": quantity,
		}
	)
	transaction.flags.ignore_permissions = True  # the caller proved whose request it is
	return transaction.insert()


def request(member: Member, kind: str, share_class: str, quantity: int, **values) -> str:
	"""Ask, as the member, for an operation with the member's own shares; returns the name of the waiting request.

	As `draft_of`. Who gives shares away by a transfer has confirmed it by asking; the receiver is asked by mail.
	"""
	return hand_in(draft_of(member, kind, share_class, quantity, **values))


def ask_to_leave(member: Member, **values) -> list[str]:
	"""Ask to sell back all that a Member holds and has not asked for yet, in order to leave; returns the waiting requests.

	As `draft_of`.
	"""
	made = [request(member, SELL_BACK, name, shares, **values) for name, shares in free(member.name).items()]
	for name in made:
		frappe.db.set_value(TRANSACTION, name, "is_departure", 1, update_modified=False)
	return made


def free(member: str) -> dict[str, int]:
	"""{share class: how many} of the shares of a Member that no request waits for; a class of which none is free is not in it."""
	waiting = {"member": member, "docstatus": 1, "status": ["in", OPEN]}
	asked: dict[str, int] = defaultdict(int)
	for row in frappe.get_all(TRANSACTION, waiting, ["share_class", "quantity"]):
		asked[row.share_class] += row.quantity
	left = {name: held - asked[name] for name, held in sorted(ledger.holdings(member).items())}
	return {name: shares for name, shares in left.items() if shares > 0}


def leaves(member: str) -> bool:
	"""True while a request to leave waits."""
	waiting = {"member": member, "docstatus": 1, "status": ["in", OPEN], "is_departure": 1}
	return bool(frappe.db.exists(TRANSACTION, waiting))


def hand_in(transaction: ShareTransaction) -> str:
	"""Submit a draft that its giver has made (`draft_of`); returns its name."""
	transaction.flags.ignore_permissions = True  # as in draft_of
	transaction.flags.by_giver = True
	transaction.submit()
	return transaction.name


def withdraw(transaction: ShareTransaction) -> str:
	"""The giver thinks better of a request that nobody has executed yet; returns the status. As `draft_of` for rights."""
	host.lock(transaction)
	if transaction.status == CANCELLED:
		return CANCELLED
	_refuse_unless(transaction, OPEN)
	transaction.flags.ignore_permissions = True  # as in draft_of
	transaction.cancel()
	return transaction.status


# --- from request to approval ---------------------------------------------------------------------


def submit(transaction: ShareTransaction) -> None:
	"""Draft → Waiting, checked on what is stored now: two requests for the same shares never pass side by side."""
	ledger.lock(transaction.cooperative)
	if transaction.transaction_type == TRANSFER and not (transaction.receiver or transaction.application):
		frappe.throw(_("Choose the member who receives the shares, or enter a new person."))
	if transaction.transaction_type == SELL_BACK and not (
		transaction.get("iban") or private.of(transaction).iban
	):
		frappe.throw(_("Enter the IBAN of the account that the money goes to."))
	parties = _parties(transaction, lock=True)
	day = getdate(transaction.effective_date) if transaction.effective_date else None
	refuse((p for p in _check(transaction, parties, day) if p.code != "in_future"), parties.currency)
	transaction.update({"status": WAITING, "requested_by": frappe.session.user})
	if transaction.flags.by_giver and transaction.transaction_type == TRANSFER:
		transaction.giver_confirmed_on = now_datetime()


def approve(transaction: ShareTransaction, board_price=None, price_reason: str | None = None) -> str:
	"""Waiting → Approved, by another person than who requested it; returns the status. A second call finds it done.

	`board_price` per share instead of the nominal one, with the board's reason.
	"""
	actions.check(transaction, actions.DECIDE)
	host.lock(transaction)
	if transaction.status in (APPROVED, EXECUTED):
		return transaction.status
	_refuse_unless(transaction, (WAITING,))
	_refuse_own(transaction)
	if board_price not in (None, ""):
		if transaction.transaction_type not in (SELL_BACK, TRANSFER):
			frappe.throw(_("Nothing is paid for this operation, so it has no price."))
		transaction.update(
			{"board_price": doors.price(board_price), "price_reason": strip_html_tags(price_reason or "")}
		)
	_price(transaction)
	_move(
		transaction,
		APPROVED,
		approved_by=frappe.session.user,
		approved_on=now_datetime(),
		board_price=transaction.board_price,
		price_reason=transaction.price_reason,
		amount=transaction.amount,
	)
	return APPROVED


def _refuse_own(transaction: ShareTransaction) -> None:
	"""Whoever requested it, or gives or receives the shares, does not decide."""
	user = frappe.session.user
	if user in (transaction.requested_by, transaction.owner):
		frappe.throw(
			_(
				"You requested this operation yourself, so somebody else has to approve it: a member of the board, "
				"or another manager. If there is nobody yet, give a person the role Membership Board first."
			),
			title=_("Another person has to approve"),
		)
	if user in _users_of(transaction.member, transaction.receiver):
		frappe.throw(
			_("These shares are given or received by yourself. Ask another person to approve it."),
			title=_("Another person has to approve"),
		)


def _users_of(*names: str | None) -> set[str]:
	"""The logins of members, and of those who represent them today."""
	users = set()
	for member in (frappe.get_doc("Member", name) for name in names if name):
		users.add(member.user)
		users.update(row.user for row in representatives.in_force(member))
	return users - {None, ""}


def refuse_request(transaction: ShareTransaction, reason: str) -> str:
	"""Waiting or Approved → Refused, with the reason; the shares are free again. A second call finds it done."""
	actions.check(transaction, actions.DECIDE)
	host.lock(transaction)
	if transaction.status == REFUSED:
		return REFUSED
	_refuse_unless(transaction, OPEN)
	if not strip_html_tags(reason or "").strip():
		frappe.throw(_("Please give a reason; it is kept with the request."))
	_move(transaction, REFUSED, strip_html_tags(reason).strip())
	_tell_requester(transaction)
	_tell_refused(transaction)
	return REFUSED


def _tell_requester(transaction: ShareTransaction) -> None:
	"""At the desk, unless it was decided on by the same person; members hear it by mail."""
	user = transaction.requested_by
	if user not in (frappe.session.user, *_users_of(transaction.member, transaction.receiver)):
		sentence = _("{0}, {1}: refused. Reason: {2}").format(
			transaction.name, transaction.member_name, transaction.status_reason
		)
		tasks.tell_one(user, transaction, sentence)


def _tell_refused(transaction: ShareTransaction, resend: bool = False) -> bool:
	"""Who wanted to give shares hears why not, and so does who was to receive them; True when a mail was queued."""
	sides = (confirmations.GIVER, confirmations.RECEIVER)
	asked = sides if transaction.transaction_type == TRANSFER else sides[:1]
	return any(
		[
			mail.send(
				TURNED_DOWN,
				confirmations.person(transaction, side),
				lambda: confirmations.in_mail(transaction),
				resend=resend,
			)
			for side in asked
		]
	)


def _refuse_unless(transaction: ShareTransaction, allowed: tuple[str, ...]) -> None:
	if transaction.status not in allowed:
		frappe.throw(
			_("This is not possible for a request that is {0}. Reload the page to see its state.").format(
				_(transaction.status, context=transaction.doctype)
			)
		)


def _move(transaction: ShareTransaction, status: str, reason: str | None = None, **values) -> None:
	sentence = _("State: {0}. Reason: {1}") if reason else _("State: {0}")
	timeline.note(transaction, sentence.format(_(status, context=transaction.doctype), reason))
	transaction.db_set({"status": status, "status_reason": reason, **values}, notify=True)


# --- execution ------------------------------------------------------------------------------------


def execute(transaction: ShareTransaction, effective_date=None) -> str:
	"""Approved → Executed: register, accounts, members, certificates; all of it or nothing. Returns the status.

	Effective on `effective_date`, else on the date asked for, else today. Everything is read again first; raises a
	sentence when anything stands against it by now. A second call finds it done.
	"""
	transaction.check_permission("write")
	host.lock(transaction)
	if transaction.status == EXECUTED:
		return EXECUTED
	_refuse_unless(transaction, (APPROVED,))
	if transaction.transaction_type == TRANSFER:
		_receiver_is_ready(transaction)
		confirmations.refuse_unconfirmed(transaction)
	day = doors.day(effective_date or transaction.effective_date)
	ledger.lock(transaction.cooperative)
	parties = _parties(transaction, lock=True, executes=True)
	refuse(_check(transaction, parties, day), parties.currency)
	_compute(transaction, parties)
	capital = _post(transaction, parties, day)
	transaction.effective_date = day  # the books read it
	owed = transaction.amount if transaction.transaction_type == SELL_BACK else 0
	books_of(transaction).move_capital(transaction, day, capital, owed)
	_follow(transaction)
	_move(
		transaction,
		EXECUTED,
		effective_date=day,
		executed_on=now_datetime(),
		nominal_value=transaction.nominal_value,
		to_quantity=transaction.to_quantity,
		amount=transaction.amount,
	)
	_tell(transaction)
	return EXECUTED


def _receiver_is_ready(transaction: ShareTransaction) -> None:
	if not transaction.application:
		return
	person = frappe.db.get_value(
		"Membership Application",
		transaction.application,
		["status", "member", "applicant_name"],
		as_dict=True,
		for_update=True,
	)
	if person.status not in applications.DECIDED_OK or not person.member:
		frappe.throw(
			_("The application of {0} is not approved yet ({1}). Decide on it first.").format(
				person.applicant_name, _(person.status, context="Membership Application")
			)
		)
	transaction.receiver = person.member


def _post(transaction: ShareTransaction, parties: Parties, day) -> dict[str, Decimal]:
	"""Write the movements, one per price paid; returns how the capital of each class changes."""
	kind, share_class = transaction.transaction_type, transaction.share_class
	into = transaction.to_share_class
	new_price = parties.limits.classes[into].unit_price if into else Decimal(0)
	if kind == CONVERSION:
		parts = exits.converted(parties.giver.lots, transaction.quantity, new_price)
	else:
		parts = [(*part, 0) for part in exits.taken(parties.giver.lots, transaction.quantity)]
	for shares, price, new in parts:
		ledger.post(
			transaction.cooperative,
			kind,
			share_class,
			shares,
			float(price),
			effective_date=day,
			from_member=transaction.member,
			to_member=transaction.receiver if kind == TRANSFER else None,
			reference_doctype=TRANSACTION,
			reference=transaction.name,
			to_share_class=into or None,
			to_quantity=new,
			to_unit_price=float(new_price),
		)
	return capital_of(ledger.entries_of(transaction.name))


def capital_of(entries: Iterable[frappe._dict]) -> dict[str, Decimal]:
	"""{share class: change of its capital} by register entries; a transfer changes none."""
	changes: dict[str, Decimal] = defaultdict(Decimal)
	for row in entries:
		for _member, share_class, _shares, value in Movement.of(row).deltas:
			changes[share_class] += value
	return {share_class: change for share_class, change in changes.items() if change}


def _follow(transaction: ShareTransaction) -> None:
	"""The members as the register has them now; a receiver becomes a member without owing the cooperative anything."""
	giver = members.refresh(transaction.member)
	if members.has_left(giver) and transaction.reason and not giver.leaving_reason:
		giver.db_set("leaving_reason", transaction.reason)
	if transaction.receiver:
		members.refresh(transaction.receiver)
		transaction.db_set("receiver", transaction.receiver)
		_application(transaction, applications.APPROVED, applications.PAID)
		accounts.grant_when(accounts.ON_PAYMENT, transaction.cooperative, transaction.receiver)


def _application(transaction: ShareTransaction, before: str, after: str) -> None:
	"""The receiver's application is done when the shares are there; the transaction is the trail."""
	if transaction.application:
		frappe.db.set_value(
			"Membership Application", {"name": transaction.application, "status": before}, "status", after
		)


def _tell(transaction: ShareTransaction) -> None:
	giver = frappe.get_doc("Member", transaction.member)
	_mail(transaction, UPDATE if members.is_active(giver) else NONE_LEFT)
	if transaction.receiver:
		_mail(transaction, RECEIVED)


def _mail(transaction: ShareTransaction, event: str, resend: bool = False) -> bool:
	who = transaction.receiver if event == RECEIVED else transaction.member
	return mail.send(
		event, frappe.get_doc("Member", who), lambda: confirmations.in_mail(transaction), resend=resend
	)


def resend(transaction: ShareTransaction, event: str) -> bool:
	"""Send one of its mails once more by hand; True when one was queued. Raises as `mail.check_resendable`."""
	mail.check_resendable(event, transaction)
	if event == confirmations.EVENT:
		return confirmations.ask(transaction, resend=True)
	if event == TURNED_DOWN:
		return _tell_refused(transaction, resend=True)
	giver_holds = members.is_active(frappe.get_doc("Member", transaction.member))
	wrong = NONE_LEFT if giver_holds else UPDATE
	if event == wrong or (event == RECEIVED and not transaction.receiver):
		frappe.throw(_("This mail doesn't fit the current state. Reload the page to see it."))
	return _mail(transaction, event, resend=True)


# --- taking back ----------------------------------------------------------------------------------


def cancel(transaction: ShareTransaction) -> None:
	"""Any open or executed request → Cancelled. An executed one is taken back in register and books, or refused whole.

	Called before the document is written as cancelled, which would write whatever a browser sent along: it is made what
	is stored, as it is after the taking back.
	"""
	stored = frappe.get_doc(TRANSACTION, transaction.name, for_update=True)
	if stored.status == EXECUTED:
		_take_back(stored)
	for field in stored.meta.get_valid_columns():
		if field not in ("docstatus", "modified", "modified_by"):
			transaction.set(field, stored.get(field))


def _take_back(transaction: ShareTransaction) -> None:
	ledger.lock(transaction.cooperative)
	entries = ledger.entries_of(transaction.name)
	if stopped := taking_back.obstacles(entries):
		frappe.throw("<br>".join(obstacle.sentence for obstacle in stopped))
	books_of(transaction).take_back_capital(transaction)
	for row in reversed(entries):
		ledger.reverse(row)
	members.refresh(transaction.member)
	if transaction.receiver:
		receiver = frappe.get_doc("Member", transaction.receiver, for_update=True)
		members.undo_payment(receiver, number_back=False)
		_application(transaction, applications.PAID, applications.APPROVED)
	_withdraw_mails(transaction)


def _withdraw_mails(transaction: ShareTransaction) -> None:
	"""What the mails told is no longer so; those that have left can't be called back."""
	for member in filter(None, {transaction.member, transaction.receiver}):
		about = frappe.get_doc("Member", member)
		mail.withdraw(mail.queued(about, (UPDATE, NONE_LEFT, RECEIVED), since=transaction.executed_on))


# --- for the other rooms --------------------------------------------------------------------------


def of_application(application: str) -> str | None:
	"""Name of the transfer that waits for an application; None for everybody who subscribes shares."""
	return frappe.db.get_value(TRANSACTION, {"application": application, "docstatus": ["<", 2]}, "name")


def admit(name: str, member: Member) -> None:
	"""The receiver's application is approved: the transfer knows now which member that is."""
	whose = {"receiver": member.name, "receiver_name": member.display_name}
	frappe.db.set_value(TRANSACTION, name, whose)
