"""A payment matched with the wrong demand: what it caused, and the one action that puts it right.

Before anything happens `preview` says in words what will. `execute` does it in the transaction of the caller, all or
nothing: the payment is taken off the wrong demand and nothing else that it pays; what it caused there is taken back, as
the kind of the demand answers (`Demand.undo`); the money pays the right demand, or stays on account; other money of the
wrong one's member that is enough for it pays that one instead, as if it had from the first; both follow the
money. No mail leaves before all of it is saved. To undo a correction is another correction.

Lock order: both demands by name, cooperative, payment, member.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.utils import flt, formatdate, getdate, now_datetime

from coop_membership import actions, host
from coop_membership.accounting import demands
from coop_membership.accounting.choice import all_books, books_of
from coop_membership.accounting.demands import Caused, Demand, Obstacle
from coop_membership.accounting.matches import Match
from coop_membership.accounting.paid import Paid
from coop_membership.doctypes import PaymentCorrection
from coop_membership.messages import mail, tasks, timeline
from coop_membership.payments import settlement
from coop_membership.people import accounts
from coop_membership.prints.wording import money
from coop_membership.register import ledger
from coop_membership.states.demands import is_waiting

CORRECTION = "Payment Correction"
NOTICE = "Correction Notice"
PAYMENTS = ("Payment Entry", "Journal Entry", "Member Payment")


@dataclass
class Case:
	"""A correction with all that it is about, as read. `right` is None while nobody knows what the money is for."""

	correction: PaymentCorrection
	wrong: frappe.model.document.Document
	right: frappe.model.document.Document | None

	@property
	def kind(self) -> Demand:
		return demands.kind_of(self.wrong)

	@cached_property
	def matches(self) -> list[Match]:
		return books_of(self.wrong).matches(self.wrong)

	@cached_property
	def match(self) -> Match | None:
		"""The payment that is taken off; None when there is none any more, or several of which none was chosen."""
		kind, name = self.correction.payment_type, self.correction.payment
		if not name:
			return self.matches[0] if len(self.matches) == 1 else None
		if chosen := next((match for match in self.matches if match.key == (kind, name)), None):
			return chosen
		free = books_of(self.wrong).free_of(kind, name, self.wrong)
		return replace(free, amount=min(free.amount, flt(self.wrong.amount, 2))) if free else None

	@cached_property
	def more(self) -> Match | None:
		"""What of the same payment is on account: it was one transfer of one payer, and changes hands with the rest."""
		if not self.match or self.match.is_free or not self.right or self.right.member == self.wrong.member:
			return None
		return books_of(self.wrong).free_of(*self.match.key, self.wrong)

	@property
	def moved(self) -> float:
		"""What the right demand's member gets of the payment."""
		return flt(self.match.amount + (self.more.amount if self.more else 0), 2)

	@cached_property
	def left(self) -> float:
		"""What stays paid of the wrong demand."""
		taken = self.match.amount if self.match and not self.match.is_free else 0
		return max(flt(books_of(self.wrong).paid(self.wrong).amount - taken, 2), 0)

	@cached_property
	def instead(self) -> list[Match]:
		"""The member's own credit that pays instead what counted as paid, oldest first: all that is missing, or nothing."""
		missing = flt(self.wrong.amount - self.left, 2)
		if missing <= 0 or not self.match or not self.wrong.effective_date:
			return []
		found = []
		for free in books_of(self.wrong).free_money(self.wrong):
			if free.key != self.match.key and missing > 0:
				found.append(replace(free, amount=min(free.amount, missing)))
				missing = flt(missing - found[-1].amount, 2)
		return [] if missing > 0 else found

	@cached_property
	def completed_on(self) -> datetime.date | None:
		"""The day on which other money than the wrong payment completed the demand; None where it doesn't."""
		stays = [match for match in self.matches if match.key != (self.match and self.match.key)]
		money = [(match.paid_on, match.amount) for match in (*stays, *self.instead)]
		return Paid.sum_of(flt(self.wrong.amount, 2), money).completed_on if self.instead else None

	@cached_property
	def caused(self) -> Caused | None:
		"""What has to be taken back: None while the money that stays pays the demand in full, from the same day on."""
		if self.left >= flt(self.wrong.amount, 2):
			return None
		if self.instead and self.completed_on == getdate(self.wrong.effective_date):
			return None
		return self.kind.caused(self.wrong, bool(self.correction.take_numbers_back))

	@cached_property
	def mails(self) -> list[frappe._dict]:
		return mail.queued(self.wrong, self.caused.mails, self.caused.since) if self.caused else []

	@cached_property
	def new_accounts(self) -> list[str]:
		"""Accounts that the payment has brought and that nobody else needs."""
		if not (self.caused and self.caused.since) or self.instead:
			return []
		cooperative = frappe.get_cached_doc("Cooperative", self.wrong.cooperative)
		if cooperative.portal_account != accounts.ON_PAYMENT:
			return []
		return accounts.new_since(self.wrong.holder(), self.caused.since)

	@property
	def may_have_told(self) -> bool:
		"""True unless every mail about the payment still waits: then there is nothing to tell the member."""
		return (
			bool(self.caused)
			and not self.instead
			and not (self.mails and all(mail.is_waiting(row) for row in self.mails))
		)

	@property
	def payer(self) -> str:
		"""Whose account the money is on once it is taken off: a mother may have paid for her child."""
		if self.match.payment_type != "Member Payment":
			return self.wrong.member_name
		return frappe.db.get_value("Member Payment", self.match.payment, "member_name")

	def money(self, amount: float) -> str:
		return money(amount, frappe.get_cached_value("Cooperative", self.wrong.cooperative, "currency"))


# --- what is possible ----------------------------------------------------------------------------


def complete(correction: PaymentCorrection) -> None:
	"""Fill what follows from a draft's links; raise a sentence when they don't fit together. Believes nothing sent."""
	case = _read(correction)
	match = case.match
	correction.update(
		{
			"cooperative": case.wrong.cooperative,
			"member": case.wrong.member,
			"member_name": case.wrong.member_name,
			"amount": match.amount if match else 0,
			"status": "Draft",
			"snapshot": None,
		}
	)
	if match:
		correction.update({"payment_type": match.payment_type, "payment": match.payment})


def _read(correction: PaymentCorrection, right: str = "read", lock: bool = False) -> Case:
	"""The documents of a correction; the user needs `right` on both demands, which are locked if so asked."""
	wanted = [("demand", correction.demand_type, correction.demand)]
	if correction.right_demand:
		wanted.append(("right_demand", correction.right_demand_type, correction.right_demand))
	found = {}
	for field, doctype, name in sorted(wanted, key=lambda row: (row[1] or "", row[2] or "")):
		if doctype not in demands.doctypes() or not name:
			frappe.throw(_("Choose the request that the payment is matched with by mistake."))
		document = actions.granted(doctype, name, right)
		if lock:
			host.lock(document)
		found[field] = document
	if correction.payment and correction.payment_type not in PAYMENTS:
		frappe.throw(_("Choose a payment."))
	return Case(correction, found["demand"], found.get("right_demand"))


def _problems(case: Case) -> list[Obstacle]:
	"""What stands in the way and how to clear it; nothing when the correction can be submitted."""
	return [
		*_about_payment(case),
		*_about_right(case),
		*(case.caused.obstacles if case.caused else ()),
	]


def _about_payment(case: Case) -> list[Obstacle]:
	wrong, correction = case.wrong, case.correction
	if wrong.docstatus != 1:
		return [_obstacle(_("{0} is not submitted. There is nothing to correct.").format(wrong.name), wrong)]
	if other := _done_meanwhile(correction):
		sentence = _(
			"{0} has put the payment {1} right meanwhile. If it is still wrong, make a new correction."
		)
		return [_obstacle(sentence.format(other, correction.payment), wrong)]
	if not case.match:
		if correction.payment:
			return [
				_obstacle(
					_(
						"The payment {0} does not pay {1} any more. Somebody has corrected it already: reload the page."
					).format(correction.payment, wrong.name),
					wrong,
				)
			]
		if case.matches:
			return [
				_obstacle(
					_("{0} is paid by several payments. Choose the wrong one.").format(wrong.name), wrong
				)
			]
		if not case.caused:
			return [
				_obstacle(
					_("No payment is matched with {0}. There is nothing to correct.").format(wrong.name),
					wrong,
				)
			]
		if case.right:
			return [
				_obstacle(
					_(
						"The payment was taken off {0} already. Choose it here, or match it with {1} as usual."
					).format(wrong.name, case.right.name),
					wrong,
				)
			]
		return []
	if case.match.is_free and not case.right and not case.caused:
		sentence = _(
			"The payment {0} is on account already, and {1} has caused nothing. There is nothing to correct."
		)
		return [_obstacle(sentence.format(case.match.payment, wrong.name), wrong)]
	if hindrance := books_of(wrong).hindrance(case.match):
		return [Obstacle(hindrance)]
	return []


def _done_meanwhile(correction: PaymentCorrection) -> str | None:
	"""A correction of the same payment and demand that was submitted since this draft was saved."""
	draft = correction.get_doc_before_save() or correction
	if not correction.payment or draft.is_new():
		return None
	same = {field: correction.get(field) for field in ("demand_type", "demand", "payment_type", "payment")}
	later = {"docstatus": 1, "name": ["!=", correction.name], "modified": [">", draft.modified]}
	return frappe.db.get_value(CORRECTION, {**same, **later})


def _about_right(case: Case) -> list[Obstacle]:
	right, wrong = case.right, case.wrong
	if not right:
		return []
	if (right.doctype, right.name) == (wrong.doctype, wrong.name):
		return [_obstacle(_("The right request is the wrong one. Choose another, or none."), right)]
	if right.cooperative != wrong.cooperative:
		return [_obstacle(_("{0} belongs to another cooperative.").format(right.name), right)]
	if not is_waiting(right):
		sentence = _("{0} of {1} waits for no money: {2}. Choose a request that is open.")
		return [
			_obstacle(
				sentence.format(right.name, right.member_name, _(right.status, context=right.doctype)), right
			)
		]
	return []


def _obstacle(sentence: str, document) -> Obstacle:
	return Obstacle(sentence, document.doctype, document.name)


# --- what will happen, in words ------------------------------------------------------------------


def preview(correction: PaymentCorrection) -> dict:
	"""What a correction will do: `payment`, `caused`, `undone`, `then` and `problems` in sentences, `offers` to choose.

	The user needs to read both demands. Changes nothing.
	"""
	case = _read(correction)
	caused = case.caused
	return {
		"payment": _payment_in_words(case),
		"caused": [*(caused.facts if caused else ()), *_mails_in_words(case), *_accounts_in_words(case)],
		"undone": _undone_in_words(case),
		"then": _then_in_words(case),
		"problems": [
			{"sentence": problem.sentence, "doctype": problem.doctype, "name": problem.name}
			for problem in _problems(case)
		],
		"offers": {
			"take_numbers_back": bool(caused and caused.may_reuse_numbers),
			"notify_member": case.may_have_told,
			"disable_account": bool(case.new_accounts),
		},
		"payments": [
			{
				"payment_type": match.payment_type,
				"payment": match.payment,
				"label": _("{0} received on {1}").format(case.money(match.amount), formatdate(match.paid_on)),
			}
			for match in case.matches
		],
	}


def _payment_in_words(case: Case) -> str:
	match = case.match
	if not match:
		return ""
	words = (
		_("{0} of {1}: {2} of {3} are on account of {5}.")
		if match.is_free
		else _("{0} of {1}: {2} of {3} are matched with {4} of {5}.")
	)
	return words.format(
		match.payment,
		formatdate(match.paid_on),
		case.money(match.amount),
		case.money(_total(match)),
		case.wrong.name,
		case.wrong.member_name,
	)


def _total(match: Match) -> float:
	field = {"Payment Entry": "paid_amount", "Journal Entry": "total_credit"}.get(
		match.payment_type, "amount"
	)
	return flt(frappe.db.get_value(match.payment_type, match.payment, field), 2)


def _mails_in_words(case: Case) -> list[str]:
	return [
		(
			_("The mail to {0} is still waiting to be sent.")
			if mail.is_waiting(row)
			else _("The mail to {0} was sent on {1}.")
		).format(", ".join(row.recipients), formatdate(row.creation))
		for row in case.mails
	]


def _accounts_in_words(case: Case) -> list[str]:
	return [_("The account {0} was made for the portal.").format(user) for user in case.new_accounts]


def _undone_in_words(case: Case) -> list[str]:
	match, wrong = case.match, case.wrong
	sentences = []
	if match and not match.is_free:
		if books_of(wrong).is_closed(match):
			sentences.append(
				_(
					"The payment lies in a closed period and stays as it is. An entry of today takes it off {0}."
				).format(wrong.name)
			)
		else:
			sentences.append(
				_(
					"The payment is taken off {0}. What else it pays, and the bank's line, stay as they are."
				).format(wrong.name)
			)
	if case.caused:
		sentences += case.caused.undoing
	if any(mail.is_waiting(row) for row in case.mails):
		sentences.append(_("The mail that still waits is withdrawn."))
	if case.new_accounts and case.correction.disable_account:
		sentences.append(_("The account {0} is disabled.").format(", ".join(case.new_accounts)))
	if case.correction.notify_member and case.may_have_told:
		sentences.append(_("{0} is told by mail that this was a mistake.").format(wrong.member_name))
	due = flt(wrong.amount - case.left, 2)
	if due > 0 and not case.instead:
		sentences.append(_("{0} waits for {1} again.").format(wrong.name, case.money(due)))
	return sentences


def _then_in_words(case: Case) -> list[str]:
	if not case.match:
		return []
	return [*_instead_in_words(case), *_right_in_words(case)]


def _instead_in_words(case: Case) -> list[str]:
	if not case.instead:
		return []
	wrong = case.wrong
	sentence = (
		_("{0} of the credit of {1} pay {2} instead, which counts as paid on {3}.")
		if case.caused
		else _("{0} of the credit of {1} pay {2} instead. What it has brought stays as it is, as of {3}.")
	)
	amount = case.money(sum(match.amount for match in case.instead))
	return [sentence.format(amount, wrong.member_name, wrong.name, formatdate(case.completed_on))]


def _right_in_words(case: Case) -> list[str]:
	if not case.right:
		sentence = _("{0} stay on account of {1} until the right request is known.")
		return [sentence.format(case.money(case.match.amount), case.payer)]
	right = case.right
	due = max(flt(right.amount - books_of(right).paid(right).amount, 2), 0)
	used, rest = min(due, case.moved), flt(case.moved - due, 2)
	sentences = [
		_("{0} pay {1} of {2}, as of {3}.").format(
			case.money(used), right.name, right.member_name, formatdate(case.match.paid_on)
		)
	]
	if rest > 0:
		sentences.append(_("{0} stay as credit of {1}.").format(case.money(rest), right.member_name))
	elif rest < 0:
		sentences.append(_("{0} are still to be paid for it.").format(case.money(-rest)))
	return sentences


def starts(doctype: str, name: str) -> list[dict]:
	"""The corrections that a document may lead to: values of a new Payment Correction and what to call each.

	From a demand, its invoice, a payment or a line of the bank; none when nothing there pays a demand of ours.
	"""
	found = []
	for match in _matches_of(doctype, name):
		document = frappe.get_doc(match.demand_type, match.demand)
		if frappe.has_permission(document.doctype, "read", document):
			found.append(
				{
					"values": {
						"demand_type": match.demand_type,
						"demand": match.demand,
						"payment_type": match.payment_type,
						"payment": match.payment,
					},
					"label": _("{0}: {1} for {2}").format(
						match.payment, Case(None, document, None).money(match.amount), document.member_name
					),
				}
			)
	return found


def _matches_of(doctype: str, name: str) -> list[Match]:
	if doctype in demands.doctypes():
		document = frappe.get_doc(doctype, name)
		return books_of(document).matches(document)
	if doctype == "Sales Invoice":
		links = [kind.invoice_link for kind in demands.kinds().values()]
		demand = demands.linked_from(frappe.db.get_value(doctype, name, links, as_dict=True))
		return _matches_of(*demand) if demand else []
	if doctype == "Bank Transaction":
		rows = frappe.get_all(
			"Bank Transaction Payments", {"parent": name}, ["payment_document", "payment_entry"]
		)
		return [match for row in rows for match in _paid_by(row.payment_document, row.payment_entry)]
	return _paid_by(doctype, name)


def _paid_by(payment_type: str, payment: str) -> list[Match]:
	return [
		match
		for books in all_books()
		for match in books.paid_by(payment_type, payment)
		if payment_type in PAYMENTS
	]


def address_for(demand) -> str:
	"""Where the desk corrects a demand."""
	values = {"demand_type": demand.doctype, "demand": demand.name}
	return f"{host.desk()}/payment-correction/new?{urlencode(values)}"


# --- and it happens ------------------------------------------------------------------------------


def execute(correction: PaymentCorrection) -> None:
	"""Do what `preview` says, within the present transaction; the correction then keeps what was before.

	Who submits needs to submit both demands, and the payment where the books are in ERPNext. Everything is locked and
	read again first. Raises the sentences of `preview` when something stands in the way.
	"""
	case = _read(correction, "submit", lock=True)
	ledger.lock(case.wrong.cooperative)
	if problems := _problems(case):
		frappe.throw("<br>".join(problem.sentence for problem in problems))
	kept = _before(case)
	if case.match:
		more = case.more
		books_of(case.wrong).rematch(case.match, case.right, correction.name)
		if more:
			books_of(case.wrong).rematch(more, case.right, correction.name)
		for match in case.instead:
			books_of(case.wrong).rematch(match, case.wrong, correction.name)
	if case.caused:
		kept |= _take_back(case)
	_follow_money(case)
	_tell(case)
	correction.update(
		{
			"status": "Done",
			"amount": case.match.amount if case.match else 0,
			"take_numbers_back": kept["numbers_taken_back"],
			"snapshot": json.dumps(kept, default=str, ensure_ascii=False, indent=1),
		}
	)


def _before(case: Case) -> dict:
	"""What is kept of the state before; all that the texts need is read here too."""
	numbers = bool(case.correction.take_numbers_back and case.caused and case.caused.may_reuse_numbers)
	return {
		"by": frappe.session.user,
		"on": now_datetime(),
		"match": asdict(case.match) if case.match else None,
		"instead": [asdict(match) for match in case.instead],
		"said": preview(case.correction),
		"mails": case.mails,
		"accounts": case.new_accounts,
		"numbers_taken_back": numbers,
	}


def _take_back(case: Case) -> dict:
	numbers = bool(case.correction.take_numbers_back and case.caused.may_reuse_numbers)
	kept = case.kind.undo(case.wrong, numbers)
	mail.withdraw(case.mails)
	if case.new_accounts and case.correction.disable_account:
		accounts.disable(case.wrong.holder(), case.new_accounts, case.caused.since)
	return kept


def _follow_money(case: Case) -> None:
	"""The wrong demand first: the right one may be the same member's."""
	settlement.settle_locked(case.wrong)
	if case.right:
		settlement.settle_locked(case.right, fresh=False)


def _tell(case: Case) -> None:
	correction, wrong = case.correction, case.wrong
	tasks.close(wrong)
	timeline.note(wrong, _("Corrected by {0}: {1}").format(correction.name, correction.reason))
	if case.right:
		timeline.note(case.right, _("Paid by the correction {0}.").format(correction.name))
	if correction.notify_member and case.may_have_told:
		mail.send(NOTICE, wrong)
