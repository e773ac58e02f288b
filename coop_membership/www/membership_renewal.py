import frappe
from frappe import _
from frappe.utils import cint

from coop_membership import signing
from coop_membership.dues import renewal
from coop_membership.payments import instructions
from coop_membership.portal import sections, step, visitor
from coop_membership.prints.wording import long_date
from coop_membership.states.demands import OPEN, PAID

no_cache = 1


def get_context(context):
	"""From the mail about the next period: go on, pause or leave. Looking changes nothing, only the buttons do."""
	try:
		dues = renewal.read(step.key())
	except signing.Expired:
		return step.show(
			context,
			_("This link has expired"),
			_("You can see your dues, and pay them again, on your own page."),
			link=sections.address("dues"),
			link_text=_("My membership"),
		)
	except signing.BadKey:
		return step.not_complete(context)
	member = frappe.get_doc("Member", dues.member)
	if dues.status == PAID:
		return step.show(
			context, _("Thank you, your dues are paid"), _("Paid until {0}.").format(long_date(dues.to_date))
		)
	if dues.status != OPEN or dues.docstatus != 1:
		return step.show(
			context,
			_("These dues are not asked for any more"),
			_("You can see your dues, and pay them again, on your own page."),
			link=sections.address("dues"),
			link_text=_("My membership"),
		)
	wish = frappe.form_dict.wish if step.pressed() else None
	try:
		if said := _done(member, wish):
			return step.show(context, _("Thank you, this is noted"), said)
	except frappe.ValidationError as error:
		problem = visitor.in_their_words(error, member.cooperative)
	else:
		problem = None
	step.show(context, _("Your dues for the next period"))
	details = instructions.details(dues)
	context.renewal = frappe._dict(
		problem=problem, pay=details, qr_code=instructions.qr_code(dues), months=renewal.PAUSES
	)


def _done(member, wish: str | None) -> str | None:
	"""Do what a button says; a sentence about it, None when no button was pressed."""
	if wish == "pause":
		end = renewal.pause(member, cint(frappe.form_dict.months))
		return _("Your membership pauses until {0}. You are asked again then.").format(long_date(end))
	if wish == "leave":
		until = renewal.leave(member)
		if not until:
			return _("You are not asked for dues any more.")
		return _("You are not asked for dues any more; they are paid until {0}.").format(long_date(until))
	return None
