"""What dunning calls its documents, the states of a notice (DESIGN section 10) and the ways to reach a debtor."""

from coop_membership.messages.outcome import FAILED, QUEUED, SENT

RUN = "Dunning Run"
NOTICE = "Dunning Notice"
DUNNING_LETTER = "Dunning Letter"

DRAFT = "Draft"
TO_SEND = "To Send"
IGNORED = "Ignored"
OVERRIDDEN = "Overridden"

CHASED = (TO_SEND, QUEUED, SENT, FAILED)  # somebody decided that this reminder is made: it is not made again
OPEN = (DRAFT, TO_SEND, FAILED, IGNORED)  # may still be decided on by hand
BY_HAND = (DRAFT, IGNORED, TO_SEND, SENT)

EMAIL = "E-mail"
LETTER = "Letter"
PHONE = "Phone"
