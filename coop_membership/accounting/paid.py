"""What was really paid for a demand. Pure."""

from __future__ import annotations

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Paid:
	"""Money received for a demand, in the cooperative's currency.

	`amount` counts money only: no credit note, no write-off. `completed_on` is the posting date of the payment that
	completed the amount due (None while it is not complete). `withdrawn`: the demand itself was cancelled or credited.
	"""

	amount: float = 0
	completed_on: datetime.date | None = None
	withdrawn: bool = False

	@classmethod
	def sum_of(cls, due: float, payments: list[tuple[datetime.date, float]], withdrawn: bool = False) -> Paid:
		"""Add up (posting date, amount) in order of date and find the one that completed what was due."""
		total, completed_on = 0.0, None
		for day, amount in sorted(payments):
			total = round(total + amount, 2)
			if total >= due and completed_on is None:
				completed_on = day
			elif total < due:
				completed_on = None
		return cls(total, completed_on, withdrawn)
