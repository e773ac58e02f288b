"""Memberships (dues) as demands for money. Where dues make members (register/standing.py), the first ones bring a number."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import flt, formatdate, today

from coop_membership import host
from coop_membership.accounting.choice import books_of
from coop_membership.accounting.demands import Caused, InvoiceLine
from coop_membership.accounting.paid import Paid
from coop_membership.doctypes import Cooperative, Membership
from coop_membership.dues import belonging
from coop_membership.messages import mail, tasks, timeline
from coop_membership.payments import credit
from coop_membership.payments.demands import state_sentence, store
from coop_membership.prints.wording import long_date, money
from coop_membership.states.demands import EXPIRED, LIVE, OPEN, PAID, PARTLY_PAID

DUES = "Membership"


class DuesDemand:
	doctype = DUES
	title = "Dues"
	subject = "Dues"
	print_format = "Dues Request"
	invoice_link = "membership"

	def is_fulfilled(self, document) -> bool:
		return False

	def follow_money(self, document, status: str, paid: Paid) -> None:
		if document.status == EXPIRED and paid.amount > 0 and (replaced := self.ask_again(document)):
			books_of(document).release(document)
			tasks.ask(document, replaced)
		elif status == PAID:
			thanked, was_paid = bool(document.effective_date), document.status == PAID
			is_free = not flt(document.amount, 2)
			day = document.posting_date if is_free else paid.completed_on
			sentence = (
				_("Confirmed: nothing is to be paid.")
				if is_free
				else _("Paid on {0}.").format(formatdate(day))
			)
			store(document, PAID, paid, sentence, day)
			belongs = belonging.follow(document)
			if not thanked:
				belonging.welcome(document) if belongs else mail.send("Membership Confirmed", document)
				if document.payer_email:
					mail.send("Membership Confirmed", document, to=document.payer_email)
			if not was_paid:
				credit.tell_rest(document)
		elif document.status != EXPIRED:
			status = OPEN if status == PARTLY_PAID else status  # dues are paid or not
			store(document, status, paid, state_sentence(document.doctype, status, paid))

	def caused(self, document, numbers_back: bool = False) -> Caused | None:
		if not document.effective_date:
			return None
		facts = [
			_("The dues {0} of {1} count as paid, from {2} to {3}.").format(
				document.name,
				document.member_name,
				formatdate(document.from_date),
				formatdate(document.to_date),
			)
		]
		if document.renewed_by:
			facts.append(
				_("They were renewed: {0}. That stays; cancel it if it is not wanted.").format(
					document.renewed_by
				)
			)
		undoing = [_("The dues {0} are unpaid again.").format(document.name)]
		reusable = belonging.may_reuse_number(document)
		if brought := belonging.brought(document, numbers_back and reusable):
			facts.append(brought.fact)
			undoing.append(brought.undoing)
		return Caused(tuple(facts), tuple(undoing), mails=belonging.MAILS, may_reuse_numbers=reusable)

	def undo(self, document, numbers_back: bool) -> dict:
		before = {"effective_date": str(document.effective_date), "status": document.status}
		document.db_set("effective_date", None)
		return {"membership": before, **belonging.undo(document, numbers_back)}

	def ask_again(self, document) -> str | None:
		"""Dues that expired count again once money comes for them, unless others were made for their days."""
		if document.status != EXPIRED:
			return None
		if other := same_days(document):
			return _(
				"The dues {0} have expired, and {1} stand for the same days. The money counts for what is open; "
				"the rest is credit of {2}."
			).format(document.name, other, document.member_name)
		asked = {"status": OPEN, "outstanding_amount": document.amount}
		document.db_set({**asked, "posting_date": today(), "due_date": today()})
		timeline.note(document, _("A payment came in: the dues are asked for again."))
		books_of(document).ask(document)
		return None

	def set_aside(self, document) -> set[tuple[str, str]]:
		"""Once these dues are paid: those of the periods that follow. Two payments by accident are not two years."""
		if document.status != PAID:
			return set()
		later = {"member": document.member, "docstatus": 1, "from_date": [">", document.from_date]}
		return {(DUES, name) for name in frappe.get_all(DUES, later, pluck="name")}

	def lines(self, document) -> list[frappe._dict]:
		currency = frappe.get_cached_value("Cooperative", document.cooperative, "currency")
		title = _(frappe.get_cached_value("Membership Plan", document.plan, "title"))
		days = _("from {0} to {1}").format(long_date(document.from_date), long_date(document.to_date))
		price = flt(document.amount - document.entry_fee, 2)
		lines = [frappe._dict(title=title, days=days, amount=money(price, currency))]
		if document.entry_fee:
			lines.append(
				frappe._dict(title=_("Entry fee"), days="", amount=money(document.entry_fee, currency))
			)
		return lines

	def invoice_lines(self, document, cooperative: Cooperative) -> list[InvoiceLine]:
		plan = frappe.get_cached_doc("Membership Plan", document.plan)
		account = plan.get("income_account") or frappe.get_cached_value(
			"Company", cooperative.company, "default_income_account"
		)
		if not account:
			said = _("Choose the income account of the plan {0} first.").format(plan.title)
			host.throw_missing(said, plan.title, "membership-plan", plan.name)
		days = _("Dues from {0} to {1}").format(formatdate(document.from_date), formatdate(document.to_date))
		return [InvoiceLine(f"DUES-{plan.name}", plan.title, 1, document.amount, account, days)]

	def pay_title(self, cooperative: Cooperative) -> str:
		return _("Pay your dues to {0}").format(cooperative.title)

	def thanks(self, cooperative: Cooperative) -> str:
		return _("{0} confirms it by e-mail.").format(cooperative.title)


def same_days(membership: Membership) -> str | None:
	"""Name of other dues of the member that count for some of the same days."""
	return frappe.db.get_value(
		DUES,
		{
			"member": membership.member,
			"name": ["!=", membership.name or ""],
			"docstatus": 1,
			"status": ["in", LIVE],
			"from_date": ["<=", membership.to_date],
			"to_date": [">=", membership.from_date],
		},
	)
