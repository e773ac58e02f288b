"""The text that the app brings for each mail: a file of `templates/emails/`, its first line the subject."""

from __future__ import annotations

from pathlib import Path

import frappe

FOLDER = Path(__file__).parent.parent / "templates" / "emails"


def text_of(event: str) -> tuple[str, str]:
	"""(subject, body) of an event."""
	subject, _empty, body = (FOLDER / f"{frappe.scrub(event)}.html").read_text().partition("\n")
	return subject.removeprefix("{# subject #}").strip(), body.strip()
