"""The sentence for each problem that `exits.py` may find, in the language of the person who reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import frappe
from frappe import _
from frappe.utils import fmt_money, formatdate

from coop_membership.shares.exits import Problem

MESSAGES: dict[str, Callable[[], str]] = {
	"quantity_wrong": lambda: _("Enter how many shares: a whole number, at least 1."),
	"in_future": lambda: _("{day} lies in the future. The operation can be executed from that day on."),
	"before_last_movement": lambda: _(
		"These shares moved on {day} for the last time. Enter that day or a later one."
	),
	"too_few": lambda: _(
		"Shares of {title} that can go: {free} at most, by what is held on {day} or later. Enter a smaller quantity."
	),
	"reserved": lambda: _(
		"Another request has asked for shares of {title} already ({reserved}); {free} are left. "
		"Wait for the decision on that one, or enter a smaller quantity."
	),
	"below_minimum": lambda: _(
		"Shares of {title} that would stay: {stays}, but nobody may hold fewer than {minimum}. Enter fewer, or all of them."
	),
	"into_which_class": lambda: _("Choose the class of shares to convert into."),
	"into_same_class": lambda: _(
		"These are shares of {title} already. Choose another class to convert into."
	),
	"class_closed": lambda: _("{title} is closed: nobody can receive such shares. Choose another class."),
	"remainder": lambda: _(
		"These shares can't be converted into whole shares of {title}. The nearest possible quantity is {nearest}."
	),
	"never_whole": lambda: _("No quantity of these shares can be converted into whole shares of {title}."),
	"one_class_only_conversion": lambda: _(
		"A member holds shares of one class only here. Convert all shares at once."
	),
	"one_class_only_receiver": lambda: _(
		"A member holds shares of one class only here, and the receiver holds another. Convert those shares first."
	),
	"to_oneself": lambda: _("Giver and receiver are the same. Choose another receiver."),
	"not_for_individuals": lambda: _(
		"{title} is reserved for organisations: a person can't receive such shares."
	),
	"not_for_organisations": lambda: _(
		"{title} is reserved for individuals: an organisation can't receive such shares."
	),
	"receives_too_few": lambda: _(
		"The least number of shares of {title} is {minimum}; these would be {shares}. Enter a larger quantity."
	),
	"receives_too_many": lambda: _(
		"The largest number of shares of {title} is {maximum}; these would be {shares}. Enter a smaller quantity."
	),
	"amount_too_high": lambda: _(
		"One member may hold shares worth {maximum} at most; these would be {amount}. Enter a smaller quantity."
	),
}


def refuse(problems: Iterable[Problem], currency: str | None = None) -> None:
	"""Raise frappe.ValidationError with a sentence for each problem; returns when there is none."""
	if found := [sentence_of(problem, currency) for problem in problems]:
		frappe.throw("<br>".join(found), title=_("This is not possible"))


def tell(problems: Iterable[Problem]) -> None:
	"""Say what holds the operation up later, and not now."""
	for problem in problems:
		frappe.msgprint(sentence_of(problem), indicator="blue")


def sentence_of(problem: Problem, currency: str | None = None) -> str:
	values = dict(problem.values)
	for name in ("maximum", "amount"):
		if name in values and "amount" in values:
			values[name] = fmt_money(values[name], currency=currency)
	if "day" in values:
		values["day"] = formatdate(values["day"])
	if "title" in values:
		values["title"] = frappe.utils.escape_html(_(values["title"]))
	return MESSAGES[problem.code]().format(**values)
