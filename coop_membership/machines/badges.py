"""Badges: a random code that is shown once and stored as its hash, so that no list of ours opens a door."""

from __future__ import annotations

import hashlib
import secrets

import frappe
from frappe import _
from frappe.utils import now_datetime

from coop_membership import host
from coop_membership.doctypes import Badge
from coop_membership.messages import timeline

BADGE = "Badge"
NEW, VALID, REVOKED = "New", "Valid", "Revoked"
BYTES = 18


def hashed(token: str) -> str:
	"""How a code is stored: it is random and long, so that a plain hash is enough."""
	return hashlib.sha256(token.encode()).hexdigest()


def issue(badge: Badge) -> str:
	"""Give a badge a new code and return it, this once; the one before opens nothing any more."""
	host.lock(badge)
	if badge.status == REVOKED:
		frappe.throw(_("This badge is revoked. Make a new one."))
	token = secrets.token_urlsafe(BYTES)
	badge.db_set(
		{
			"token_hash": hashed(token),
			"ending": token[-4:],
			"status": VALID,
			"issued_on": now_datetime(),
		}
	)
	return token


def revoke(badge: Badge, reason: str) -> str:
	"""Let a badge open nothing any more, from this moment on; returns its status."""
	host.lock(badge)
	if badge.status != REVOKED:
		reason = (reason or "").strip()[:140]
		badge.db_set(
			{
				"status": REVOKED,
				"token_hash": None,
				"revoked_on": now_datetime(),
				"revoked_reason": reason or None,
			}
		)
		timeline.note(badge, _("Revoked: {0}").format(reason) if reason else _("Revoked."))
	return badge.status


def member_of(token: str | None) -> str | None:
	"""The Member who has the badge with this code; None for any other text."""
	if not token:
		return None
	return frappe.db.get_value(BADGE, {"token_hash": hashed(token), "status": VALID}, "member")
