"""A payment, and what of it is matched with a demand. Pure."""

from __future__ import annotations

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Match:
	"""`amount` of a payment, in the cooperative's currency, that pays a demand.

	`posting_date` is the one of the payment's own document, `paid_on` the day on which the money came in: they differ
	once it was moved from one member to another. `is_free`: the amount is matched with nothing any more, since
	somebody took it off the demand by hand.
	"""

	payment_type: str
	payment: str
	demand_type: str
	demand: str
	amount: float
	posting_date: datetime.date
	paid_on: datetime.date
	is_free: bool = False

	@property
	def key(self) -> tuple[str, str]:
		return self.payment_type, self.payment
