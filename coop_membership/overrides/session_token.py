"""The token of a session (CSRF): it exists from the first request on, so that no other website's page can post in it.

The hosts make one when the desk or one of their pages asks for it, and take any post of a session that has none. Log-ins
by password, by link or by another service have no place of theirs in common where an app could do this: so it is done
with the first request that a session comes with. Programs that log in with a password read it in the answer.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.sessions import generate_csrf_token

LOOKING = ("GET", "HEAD", "OPTIONS")


def check() -> None:
	"""Give the session its token; raise frappe.CSRFTokenError for a post in a session that has had none.

	A post with a wrong token was refused by the host before. Guests, and programs with an API key, need none.
	"""
	session, request = frappe.local.session, frappe.local.request
	if session.user == "Guest" or frappe.conf.ignore_csrf or frappe.get_request_header("Authorization"):
		return
	if session.data.csrf_token:
		return
	generate_csrf_token()
	if (
		frappe.local.session_obj.sid != session.sid
	):  # Dodock keeps a new session under the name of the one before
		frappe.cache().hset("session", session.sid, session)
	if request.cookies.get("sid") != session.sid and frappe.form_dict.get("sid") != session.sid:
		frappe.local.response["csrf_token"] = session.data.csrf_token  # this request is the log-in
	elif request.method not in LOOKING:
		frappe.throw(_("This page is too old. Reload it and try again."), frappe.CSRFTokenError)
