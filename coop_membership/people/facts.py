"""What tells people apart, read from where it is kept: names on the document, birth date and national number apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from coop_membership import host
from coop_membership.doctypes import Member, MembershipApplication
from coop_membership.people import private
from coop_membership.people.persons import Person


def of(document: Member | MembershipApplication, kept: Mapping | None = None) -> Person:
	"""The person that a document describes. For services that compare, and show nothing of it.

	`kept`: its private details, where they were read already.
	"""
	kept = kept or private.of(document)
	return Person(document.first_name, document.last_name, kept["birth_date"], kept["national_number"])


def of_members(rows: Iterable) -> dict[str, Person]:
	"""{name: person} of rows of Members with name, first_name and last_name. As `of`; asks as long when there are none."""
	rows = list(rows)
	kept = private.of_many("Member", [row.name for row in rows] or [host.NOTHING])
	return {
		row.name: Person(
			row.first_name, row.last_name, kept[row.name].birth_date, kept[row.name].national_number
		)
		for row in rows
	}
