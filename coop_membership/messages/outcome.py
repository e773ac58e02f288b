"""What became of a mail, read from the host's queue. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from frappe import _


def outcome(
	status: str | None, recipients: Iterable[tuple[str, str]], error: str = "", stuck: bool = False
) -> tuple[str, str | None]:
	"""(state, reason) of a letter from its mail.

	`status` of the Email Queue row, None when it is gone; `recipients`: (address, status); `error` in words. A mail that
	reached one of the debtor's addresses has reached the debtor; the reason then names the others.
	"""
	recipients = list(recipients)
	missed = [address for address, state in recipients if state != "Sent"]
	if status == "Sent":
		return SENT, None
	if status is None:
		return FAILED, _("The e-mail was removed from the queue before it was sent.")
	if len(missed) < len(recipients):
		return SENT, _("Not delivered to {0}.").format(", ".join(missed)) if missed else None
	if status in ("Error", "Partially Errored"):
		return FAILED, error or _("The mail server refused the e-mail.")
	if status == "Expired":
		return FAILED, _("The e-mail could not be sent within seven days.")
	if stuck:
		return FAILED, _("Sending stopped half-way. Ask the debtor before you send it again.")
	return QUEUED, _("Tried again soon: {0}").format(error) if error else None


QUEUED = "Queued"
SENT = "Sent"
FAILED = "Failed"
