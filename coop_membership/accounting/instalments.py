"""Documents that are paid in several terms: what of them is late. Pure: amounts in one currency, two decimals.

The books say what is open of the whole document. Payments count for the oldest term first, as the law has it where
neither side said otherwise (in France article 1342-10 of the Code civil).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

Term = tuple[datetime.date, float]


def late_terms(terms: Iterable[Term], outstanding: float, day: datetime.date) -> list[Term]:
	"""The open part of each term that was due on or before `day`, oldest first.

	`terms`: due date and amount of all terms of a document of which `outstanding` is open. What is open beyond their sum
	belongs to the oldest term.
	"""
	found, left = [], round(outstanding, 2)
	newest_first = sorted(terms, reverse=True)
	for number, (due_date, amount) in enumerate(newest_first, 1):
		open_amount = left if number == len(newest_first) else min(left, round(amount, 2))
		left = round(left - open_amount, 2)
		if open_amount > 0 and due_date <= day:
			found.append((due_date, open_amount))
	return found[::-1]


def payments_of_terms(terms: Iterable[Term], payments: Iterable[Term]) -> list[tuple[Term, tuple[Term, ...]]]:
	"""Each term (due date and amount), oldest first, with what came for it and when: a payment pays the oldest first.

	`payments`: day and amount of each. What exceeds the terms together came for none of them.
	"""
	coming = [[day, round(amount, 2)] for day, amount in sorted(payments)]
	found = []
	for due_date, amount in sorted(terms):
		left, came = round(amount, 2), []
		for payment in coming:
			part = min(left, payment[1])
			if part > 0:
				came.append((payment[0], part))
				left, payment[1] = round(left - part, 2), round(payment[1] - part, 2)
		found.append(((due_date, amount), tuple(came)))
	return found


def together(late: Sequence[Term]) -> Term:
	"""Late terms as one: due since the oldest, all that is open of them."""
	return late[0][0], round(sum(amount for _due_date, amount in late), 2)
