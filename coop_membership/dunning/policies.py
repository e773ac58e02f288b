"""Dunning policies: what makes one valid, which ones a debtor may have, and how the pure rules see them."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership import host
from coop_membership.accounting import choice
from coop_membership.doctypes import Cooperative, DunningPolicy
from coop_membership.dunning.names import NOTICE
from coop_membership.dunning.rules.schedule import PREVIOUS_NOTICE, Level
from coop_membership.dunning.rules.selection import Policy

POLICY = "Dunning Policy"


def check(policy: DunningPolicy) -> None:
	"""A policy's levels must be a chain: numbers of their own, the lowest counted from the due date."""
	numbers = [row.level for row in policy.levels]
	if len(numbers) != len(set(numbers)):
		frappe.throw(_("Each level of a policy needs a number of its own."))
	if not numbers:
		if not policy.ignore:
			frappe.throw(_("Add at least one level, or tick Ignore."))
		return
	lowest = min(policy.levels, key=lambda row: row.level)
	if lowest.computation == PREVIOUS_NOTICE:
		frappe.throw(
			_("Level {0} is the lowest: there is no reminder before it to count from.").format(lowest.level)
		)
	for row in policy.levels:
		if row.charge == "Fixed" and not row.fee:
			frappe.throw(_("Level {0}: enter the fee.").format(row.level))
		if row.charge in ("Percent", "Legal interest") and not row.rate:
			frappe.throw(_("Level {0}: enter the rate.").format(row.level))


def check_unused(policy: DunningPolicy) -> None:
	"""A policy whose reminders exist is disabled, not deleted."""
	if frappe.db.exists(NOTICE, {"policy": policy.name}):
		frappe.throw(_("Reminders were made with this policy. Disable it instead of deleting it."))


OF_COOPERATIVE = "dunning_"  # what the fields of a cooperative begin with that are about reminders


def set_for_cooperative(cooperative: Cooperative, values: dict) -> None:
	"""Write the dunning fields of a cooperative; others are left out.

	For who decides on policies and may read the cooperative, without the right to change the rest of it.
	"""
	host.require(POLICY, "write")
	cooperative = frappe.get_doc(cooperative.doctype, cooperative.name)
	known = {df.fieldname for df in cooperative.meta.fields if df.fieldname.startswith(OF_COOPERATIVE)}
	chosen = {field: value for field, value in values.items() if field in known}
	if not chosen:
		frappe.throw(_("There is nothing to set."))
	cooperative.update(chosen)
	cooperative.save(ignore_permissions=True)  # these fields only, by who may write policies: checked above


def of(cooperative: str) -> dict[str, Policy]:
	"""{name: policy} of all policies in force for a cooperative."""
	names = names_for(cooperative)
	rows = frappe.get_all(POLICY, {"name": ["in", names or [host.NOTHING]]}, ["*"])
	levels, accounts = _children("Dunning Policy Level", names), _children("Dunning Policy Account", names)
	return {
		row.name: Policy(
			row.name,
			tuple(
				sorted(Level(level.level, level.computation, level.delay_days) for level in levels[row.name])
			),
			frozenset(account.account for account in accounts[row.name]),
			bool(row.ignore),
			bool(row.apply_highest_level),
		)
		for row in rows
	}


def names_for(cooperative: str) -> list[str]:
	"""Names of the policies that are not disabled and not of another cooperative or company."""
	own = frappe.get_cached_doc("Cooperative", cooperative)
	found = []
	for row in frappe.get_all(POLICY, {"disabled": 0}, ["*"], order_by="name"):
		if row.cooperative in (None, "", own.name) and row.get("only_company") in (
			None,
			"",
			own.get("company"),
		):
			found.append(row.name)
	return found


def _children(doctype: str, parents: list[str]) -> dict[str, list]:
	found: dict[str, list] = {parent: [] for parent in parents}
	for row in frappe.get_all(doctype, {"parent": ["in", parents or [host.NOTHING]]}, ["*"], order_by="idx"):
		found[row.parent].append(row)
	return found


def level_of(policy: str, level: int):
	"""The row of a level; raises a sentence when the policy has no such level."""
	for row in frappe.get_cached_doc(POLICY, policy).levels:
		if row.level == level:
			return row
	frappe.throw(_("The policy {0} has no level {1}.").format(policy, level))


def check_fits(party, policy: str | None) -> None:
	"""A Customer or Member may only have a policy that covers its receivable account, or one that ignores.

	Raises a sentence that lists the policies that fit.
	"""
	if not policy:
		return
	fitting = fitting_policies(party)
	if policy not in fitting:
		frappe.throw(
			_("The policy {0} does not cover the receivable account of {1}. Policies that fit: {2}.").format(
				policy, party.get_title() or party.name, ", ".join(fitting) or _("none")
			)
		)


def fitting_policies(party) -> list[str]:
	"""Names of the policies that a Customer or Member may have."""
	cooperatives = [party.cooperative] if party.doctype == "Member" else _cooperatives_of(party.doctype)
	fitting: dict[str, None] = {}
	for cooperative in cooperatives:
		accounts = _accounts(party, cooperative)
		for policy in of(cooperative).values():
			if policy.ignore or not policy.accounts or not accounts or accounts & policy.accounts:
				fitting[policy.name] = None
	return sorted(fitting)


def _cooperatives_of(party_type: str) -> list[str]:
	"""The cooperatives that chase debtors of this kind: those whose books are kept elsewhere know no Customer."""
	return [
		name
		for name in frappe.get_all("Cooperative", pluck="name")
		if any(source.party_type == party_type for source in choice.sources_of(name))
	]


def _accounts(party, cooperative: str) -> set[str]:
	"""The receivable accounts that a party's documents can be on: its own one, and the subscribers' for a member."""
	accounts = set()
	customer = party.name if party.doctype == "Customer" else party.get("customer")
	is_member = party.doctype == "Member" or frappe.db.exists(
		"Member", {"cooperative": cooperative, "customer": customer}
	)
	for source in choice.sources_of(cooperative):
		if customer and source.party_type == "Customer" and not party.is_new():
			accounts.add(source.policy_account(customer))
	if is_member:
		accounts.add(frappe.get_cached_value("Cooperative", cooperative, "receivable_account"))
	return accounts - {None, ""}
