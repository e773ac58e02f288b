"""An activity's fee as a demand for money (accounting/demands.py): paid or not, nothing else follows from it."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import formatdate

from coop_membership import host
from coop_membership.accounting.demands import Caused, InvoiceLine
from coop_membership.accounting.paid import Paid
from coop_membership.activities.fees import FEE
from coop_membership.doctypes import Cooperative
from coop_membership.payments import credit
from coop_membership.payments.demands import state_sentence, store
from coop_membership.prints.wording import long_date, money
from coop_membership.states.demands import OPEN, PAID, REVERSED


class ActivityFeeDemand:
	doctype = FEE
	title = "Activity fee"
	subject = "Activity fee"
	print_format = "Activity Fee Request"
	invoice_link = "activity_fee"

	def is_fulfilled(self, document) -> bool:
		return False

	def follow_money(self, document, status: str, paid: Paid) -> None:
		was_paid = document.status == PAID
		if status == PAID:
			store(
				document,
				PAID,
				paid,
				_("Paid on {0}.").format(formatdate(paid.completed_on)),
				paid.completed_on,
			)
			if not was_paid:
				credit.tell_rest(document)
		else:
			store(
				document,
				OPEN if status == REVERSED else status,
				paid,
				state_sentence(document.doctype, status, paid),
			)

	def caused(self, document, numbers_back: bool = False) -> Caused | None:
		if not document.effective_date:
			return None
		fact = _("The fee {0} of {1} counts as paid.").format(document.name, document.member_name)
		return Caused((fact,), (_("The fee {0} is unpaid again.").format(document.name),))

	def undo(self, document, numbers_back: bool) -> dict:
		before = {"effective_date": str(document.effective_date), "status": document.status}
		document.db_set("effective_date", None)
		return {"fee": before}

	def ask_again(self, document) -> None:
		"""A fee is asked for until it is called off with its place."""

	def lines(self, document) -> list[frappe._dict]:
		title, starts_on = frappe.db.get_value("Activity", document.activity, ["title", "starts_on"])
		currency = frappe.get_cached_value("Cooperative", document.cooperative, "currency")
		return [
			frappe._dict(title=_(title), days=long_date(starts_on), amount=money(document.amount, currency))
		]

	def invoice_lines(self, document, cooperative: Cooperative) -> list[InvoiceLine]:
		activity = frappe.db.get_value("Activity", document.activity, "*", as_dict=True)
		account = activity.get("income_account") or frappe.get_cached_value(
			"Company", cooperative.company, "default_income_account"
		)
		if not account:
			said = _("Choose the income account of {0} first.").format(activity.title)
			host.throw_missing(said, activity.title, "activity", activity.name)
		words = f"{activity.title}, {formatdate(activity.starts_on)}"
		code = f"ACTIVITY-{activity.activity_type}"
		return [
			InvoiceLine(
				code, _(activity.activity_type, context=activity.doctype), 1, document.amount, account, words
			)
		]

	def pay_title(self, cooperative: Cooperative) -> str:
		return _("Pay for your activity of {0}").format(cooperative.title)

	def thanks(self, cooperative: Cooperative) -> str:
		return _("Your place is paid. Thank you!")
