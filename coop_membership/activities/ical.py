"""Activities as an iCalendar (RFC 5545), which phones and calendars subscribe to. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 75  # bytes of a line


@dataclass(frozen=True)
class Entry:
	"""`begins` and `ends` know their zone. `uid` stays the same however often the entry changes."""

	uid: str
	title: str
	begins: datetime.datetime
	ends: datetime.datetime
	changed: datetime.datetime
	place: str = ""
	text: str = ""
	url: str = ""
	cancelled: bool = False
	tentative: bool = False


def calendar(title: str, entries: Iterable[Entry]) -> str:
	"""The file of a calendar with this title."""
	lines = [
		"BEGIN:VCALENDAR",
		"VERSION:2.0",
		"PRODID:-//coop_membership//agenda//EN",
		"CALSCALE:GREGORIAN",
		"METHOD:PUBLISH",
		f"X-WR-CALNAME:{escaped(title)}",
		"REFRESH-INTERVAL;VALUE=DURATION:PT1H",
	]
	for entry in entries:
		lines += _event(entry)
	return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(entry: Entry) -> list[str]:
	status = "CANCELLED" if entry.cancelled else "TENTATIVE" if entry.tentative else "CONFIRMED"
	lines = [
		"BEGIN:VEVENT",
		f"UID:{escaped(entry.uid)}",
		f"DTSTAMP:{utc(entry.changed)}",
		f"DTSTART:{utc(entry.begins)}",
		f"DTEND:{utc(entry.ends)}",
		f"SUMMARY:{escaped(entry.title)}",
		f"STATUS:{status}",
	]
	more = {"LOCATION": escaped(entry.place), "DESCRIPTION": escaped(entry.text), "URL": one_line(entry.url)}
	return [*lines, *(f"{name}:{value}" for name, value in more.items() if value), "END:VEVENT"]


def utc(moment: datetime.datetime) -> str:
	return moment.astimezone(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
	"""A text as a value: no sign in it ends the line or begins another property."""
	plain = "".join(
		sign for sign in text.replace("\r\n", "\n").replace("\r", "\n") if sign == "\n" or sign >= " "
	)
	for sign in ("\\", ";", ","):
		plain = plain.replace(sign, f"\\{sign}")
	return plain.replace("\n", "\\n")


def one_line(text: str) -> str:
	return "".join(sign for sign in text if sign > " ")


def folded(line: str) -> str:
	"""A line in parts of at most 75 bytes, never cut inside a sign."""
	parts, part = [], ""
	for sign in line:
		room = LONGEST - (1 if parts else 0)
		if len((part + sign).encode()) > room:
			parts.append(part)
			part = ""
		part += sign
	return "\r\n ".join([*parts, part])
