"""What a member has still to pay, whoever keeps the books. Pure: amounts in the cooperative's currency."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

Key = tuple[str, str]  # (DocType, name)


@dataclass(frozen=True)
class OpenItem:
	"""A demand, or the fee that a reminder asks for, with what is `open` of it.

	`asked_with`: of a fee, the demands that its reminder is about. `is_booked`: False for a fee that is only asked for;
	its document is the reminder then, else the host's own.
	"""

	document_type: str
	document: str
	open: float
	due_date: datetime.date
	asked_with: tuple[Key, ...] = ()
	is_booked: bool = True

	@property
	def key(self) -> Key:
		return self.document_type, self.document


@dataclass(frozen=True)
class Part:
	"""What of a payment pays an item."""

	item: OpenItem
	amount: float
