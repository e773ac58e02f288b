"""The mails of the app, one entry per event, and which of them may be sent again by hand."""

from __future__ import annotations

from dataclasses import dataclass

TEMPLATE_PREFIX = "Coop Membership: "


@dataclass(frozen=True)
class Event:
	"""`pdf` names the print format that is attached, of the document the mail is about or of its `member`; a member may do
	without an `optional` one.
	"""

	name: str
	pdf: str | None = None
	of_member: bool = False
	optional: bool = False


EVENTS = {
	event.name: event
	for event in (
		Event("Application Received"),
		Event("Confirm E-mail"),
		Event("Identity Document"),
		Event("Waiting List"),
		Event("Blocked"),
		Event("Refused"),
		Event("Withdrawn"),
		Event("Expired"),
		Event("Capital Release Request", pdf="Capital Release Request"),
		Event("Payment Reminder", pdf="Capital Release Request"),
		Event("Certificate", pdf="Share Certificate", of_member=True),
		Event("Share Increase", pdf="Share Certificate", of_member=True, optional=True),
		Event("Correction Notice"),
		Event("Corrected Certificate", pdf="Share Certificate", of_member=True),
		Event("Yearly Certificate", pdf="Yearly Certificate"),
		Event("Transfer Confirmation"),
		Event("Transaction Refused"),
		Event("Transfer", pdf="Share Certificate", of_member=True),
		Event("Share Update", pdf="Share Certificate", of_member=True),
		Event("No Shares Left"),
		Event("Dues Request", pdf="Dues Request"),
		Event("Membership Confirmed", pdf="Dues Request", optional=True),
		Event("Membership Card", pdf="Membership Card", of_member=True, optional=True),
		Event("Renewal Due", pdf="Dues Request"),
		Event("Membership Expired"),
		Event("Household Changed"),
		Event("Activity Registration"),
		Event("Activity Waiting List"),
		Event("Activity Cancelled"),
		Event("Activity Reminder"),
		Event("Activity Link"),
		Event("Portal Invitation"),
		Event("Confirm New Address"),
		Event("Address Change"),
		Event("Confirm New Account"),
		Event("Register State"),  # to the board, by register/anchoring.py
		Event("Dunning Letter"),  # queued by dunning/letters/mailing.py
	)
}


# which mails may be sent again by hand, by the state of the document
RESENDABLE = {
	"Activity Registration": {
		"Registered": ("Activity Registration", "Activity Reminder"),
		"Waiting": ("Activity Waiting List",),
		"Cancelled": ("Activity Cancelled",),
	},
	"Membership Application": {
		"To Confirm": ("Confirm E-mail",),
		"Pending": ("Application Received", "Identity Document"),
		"Waiting List": ("Waiting List", "Identity Document"),
		"Blocked": ("Blocked", "Identity Document"),
		"Approved": ("Identity Document",),
		"Paid": ("Identity Document",),
		"Refused": ("Refused",),
	},
	"Share Subscription": {
		"Open": ("Capital Release Request", "Payment Reminder"),
		"Partly Paid": ("Payment Reminder", "Capital Release Request"),
		"Paid": ("Certificate", "Share Increase"),
	},
	"Membership": {
		"Open": ("Dues Request", "Renewal Due"),
		"Paid": ("Membership Confirmed", "Membership Card"),
		"Expired": ("Membership Expired",),
	},
	"Share Transaction": {
		"Waiting": ("Transfer Confirmation",),
		"Approved": ("Transfer Confirmation",),
		"Executed": ("Share Update", "No Shares Left", "Transfer"),
		"Refused": ("Transaction Refused",),
	},
}
