from frappe.model.document import Document


class CooperativeEmail(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		email_template: DF.Link
		enabled: DF.Check
		event: DF.Literal[
			"Application Received",
			"Confirm E-mail",
			"Identity Document",
			"Waiting List",
			"Blocked",
			"Refused",
			"Withdrawn",
			"Expired",
			"Capital Release Request",
			"Payment Reminder",
			"Certificate",
			"Share Increase",
			"Correction Notice",
			"Corrected Certificate",
			"Yearly Certificate",
			"Transfer Confirmation",
			"Transaction Refused",
			"Transfer",
			"Share Update",
			"No Shares Left",
			"Dues Request",
			"Membership Confirmed",
			"Membership Card",
			"Renewal Due",
			"Membership Expired",
			"Household Changed",
			"Activity Registration",
			"Activity Waiting List",
			"Activity Cancelled",
			"Activity Reminder",
			"Activity Link",
			"Portal Invitation",
			"Confirm New Address",
			"Address Change",
			"Confirm New Account",
			"Register State",
			"Dunning Letter",
		]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
	# end: auto-generated types

	pass
