"""Door and badge readers: each machine has a key of its own, and an answer says how long it may be remembered."""

from __future__ import annotations

import datetime
import hmac
import secrets

import frappe
from frappe.utils import add_to_date, cint, now_datetime

from coop_membership import host
from coop_membership.doctypes import Equipment
from coop_membership.machines import access, badges, rights

BYTES = 32


def new_key(equipment: Equipment) -> str:
	"""Give a machine's reader a new key and return it, this once; the one before is refused from now on."""
	host.lock(equipment)
	key = secrets.token_urlsafe(BYTES)
	equipment.db_set("reader_key_hash", badges.hashed(key))
	return key


def known(name: str, key: str) -> Equipment | None:
	"""The machine whose reader has this key; None for any other name or key."""
	stored = frappe.db.get_value(access.EQUIPMENT, name, "reader_key_hash") if name and key else None
	if not stored or not hmac.compare_digest(stored, badges.hashed(key)):
		return None
	return frappe.get_cached_doc(access.EQUIPMENT, name)


def ask(machine: Equipment, badge: str | None, member: str | None, used: bool = False) -> dict:
	"""The answer for a reader: `badge` is a code, `member` a name or number. `used`: the door opened, the machine ran."""
	who = badges.member_of(badge) if badge else _member(machine.cooperative, member)
	now = now_datetime()
	found = access.answer(who, machine, now)
	if used and found.allowed:
		rights.used(who, machine, now)
	return {
		"allowed": found.allowed,
		"codes": [reason.code for reason in found.reasons],
		"reasons": found.sentences,
		"until": str(found.until) if found.until else None,
		"seconds": _remembered(machine, now),
	}


def _remembered(machine: Equipment, now: datetime.datetime) -> int:
	"""For how many seconds an answer may be kept: never past midnight, when rights and memberships end."""
	midnight = add_to_date(now.replace(hour=0, minute=0, second=0, microsecond=0), days=1)
	return min(cint(machine.cache_minutes) * 60, int((midnight - now).total_seconds()))


def _member(cooperative: str, asked: str | None) -> str | None:
	if not asked:
		return None
	if str(asked).isdigit():
		number = {"cooperative": cooperative, "member_number": cint(asked)}
		return cint(asked) and frappe.db.get_value("Member", number)
	return frappe.db.get_value("Member", {"name": asked, "cooperative": cooperative})
