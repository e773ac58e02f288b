import frappe
from frappe import _

from coop_membership import jobs, signing
from coop_membership.accounting import demands
from coop_membership.accounting.in_erpnext import online
from coop_membership.portal import step
from coop_membership.prints.wording import money

no_cache = 1


def get_context(context):
	"""Pay a capital release request or dues online, see how it went, try again."""
	try:
		demand = online.read_key(step.key())
	except signing.BadKey:
		return step.not_complete(context)
	state = online.state_of(demand)
	if state == online.TO_PAY and frappe.form_dict.failed:
		state = online.FAILED  # back from a gateway that notes no failures
	if step.pressed() and state in (online.TO_PAY, online.FAILED):
		# whatever a gateway refuses, the person reads one sentence and can try again
		with jobs.attempt("Online payment could not start", demand.doctype, demand.name) as tried:
			tried.value = online.payment_url(demand)
		if tried.value:
			step.go_to(tried.value)
		state = online.FAILED if tried.failed else online.state_of(demand)
	cooperative = frappe.get_cached_doc("Cooperative", demand.cooperative)
	kind = demands.kind_of(demand)
	due = money(demand.outstanding_amount, cooperative.currency)
	if state == online.PAID:
		return step.show(
			context,
			_("Thank you, your payment has arrived"),
			kind.thanks(cooperative),
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
		kind.pay_title(cooperative),
		_("To pay: {0}").format(due),
		_("Payment reference: {0}").format(demand.payment_reference),
		button=_("Pay online"),
	)
