import frappe
from frappe import _

from coop_membership import signing
from coop_membership.accounting import online
from coop_membership.portal import step
from coop_membership.wording import money

no_cache = 1


def get_context(context):
	"""Pay a capital release request or dues online, see how it went, try again."""
	try:
		subscription = online.read_key(step.key())
	except signing.BadKey:
		return step.not_complete(context)
	state = online.state_of(subscription)
	if state == online.TO_PAY and frappe.form_dict.failed:
		state = online.FAILED  # back from a gateway that notes no failures
	if step.pressed() and state in (online.TO_PAY, online.FAILED):
		frappe.db.savepoint("payment_page")
		try:
			if url := online.payment_url(subscription):
				step.go_to(url)
			state = online.state_of(subscription)
		except frappe.Redirect:
			raise
		except Exception:  # whatever a gateway refuses, the person reads one sentence and can try again
			frappe.db.rollback(save_point="payment_page")
			frappe.log_error(title="Online payment could not start", message=frappe.get_traceback())
			frappe.clear_messages()
			state = online.FAILED
	cooperative = frappe.get_cached_doc("Cooperative", subscription.cooperative)
	due = money(subscription.outstanding_amount, cooperative.currency)
	if state == online.PAID:
		return step.show(
			context,
			_("Thank you, your payment has arrived"),
			_("{0} confirms it by e-mail.").format(cooperative.title)
			if subscription.doctype == "Membership"
			else _("{0} sends you your share certificate by e-mail.").format(cooperative.title),
		)
	if state == online.PENDING:
		return step.show(
			context,
			_("Your payment is on its way"),
			_("It can take some days until it arrives. There is nothing you need to do now."),
		)
	if state == online.CLOSED:
		return step.show(context, _("There is nothing to pay"), _("This request is closed."))
	if not online.gateway_of(cooperative):
		return step.show(
			context,
			_("Please pay by bank transfer"),
			_("Paying online is not possible at the moment. The account is in the message you received."),
		)
	if state == online.FAILED:
		return step.show(
			context,
			_("The payment did not work"),
			_("Nothing was paid. You can try again, or pay by bank transfer."),
			_("Still to pay: {0}").format(due),
			button=_("Try again"),
		)
	step.show(
		context,
		_("Pay your dues to {0}").format(cooperative.title)
		if subscription.doctype == "Membership"
		else _("Pay your shares in {0}").format(cooperative.title),
		_("To pay: {0}").format(due),
		_("Payment reference: {0}").format(subscription.payment_reference),
		button=_("Pay online"),
	)
