"""The mails of an application, sent once more by hand."""

from __future__ import annotations

from coop_membership.doctypes import MembershipApplication
from coop_membership.joining import confirmation, identity_documents
from coop_membership.messages import mail


def resend(event: str, application: MembershipApplication) -> bool:
	"""Send a mail of an application again, with what belongs to it. Raises a sentence when it doesn't fit the state."""
	mail.check_resendable(event, application)
	if event == identity_documents.EVENT:
		return identity_documents.ask_again(application)
	values = {"reason": application.status_reason} if application.status_reason else {}
	if event == confirmation.EVENT:
		values["link"] = confirmation.link(application)
		return mail.resend(event, application, values, to=application.email)
	return mail.resend(event, application, values)
