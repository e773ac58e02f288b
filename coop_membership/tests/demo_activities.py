"""The activities and machines of the sample cooperative: a month of trainings and meetings, a workshop with three machines."""

from __future__ import annotations

import frappe
from frappe.utils import add_days, add_to_date, get_datetime, today

from coop_membership.activities import registrations
from coop_membership.machines import bookings, rights

# title, what it is about, how it ends, for how long (months)
RIGHTS = (
	("Sécurité de l'atelier", "Protections, arrêt d'urgence, premiers secours", "Never", 0),
	("Découpe laser", "Préparer un fichier, régler, surveiller", "When unused", 6),
	("Scie à ruban", "Guides, vitesse, gestes sûrs", "After a time", 24),
)
# code, title, place, rights by their titles, bookable
MACHINES = (
	("LASER-1", "Découpeuse laser", "Atelier, salle 2", ("Découpe laser",), 1),
	("SCIE-1", "Scie à ruban", "Atelier, salle 1", ("Scie à ruban",), 0),
	("CUISINE", "Cuisine partagée", "Rez-de-chaussée", (), 1),
)
# days from today, hour, length, kind, title, place, places, price, rights given
ACTIVITIES = (
	(-20, 18, 2, "Training", "Sécurité de l'atelier", "Atelier", 8, 0, ("Sécurité de l'atelier",)),
	(-6, 14, 3, "Training", "Découpe laser, premiers pas", "Atelier, salle 2", 4, 15, ("Découpe laser",)),
	(4, 18, 2, "Training", "Sécurité de l'atelier", "Atelier", 8, 0, ("Sécurité de l'atelier",)),
	(9, 14, 3, "Training", "Découpe laser, premiers pas", "Atelier, salle 2", 3, 15, ("Découpe laser",)),
	(12, 19, 3, "Meeting", "Réunion des coopérateurs", "Salle commune", 0, 0, ()),
	(16, 10, 4, "Training", "Scie à ruban", "Atelier, salle 1", 4, 20, ("Scie à ruban",)),
	(20, 15, 5, "Event", "Portes ouvertes et goûter", "Jardin", 60, 0, ()),
	(26, 8, 4, "Shift", "Distribution des paniers", "Cour", 6, 0, ()),
)
LEADER, TRAINER = ("Élodie", "Perrin"), ("Gabriel", "Da Silva")


def load(cooperative, members: dict[tuple[str, str], str], member: tuple[str, str]) -> None:
	"""`members`: {(first name, last name): Member}; `member`: the one whose login the demo shows."""
	named = {}
	for title, text, ends, months in RIGHTS:
		first = [named[RIGHTS[0][0]]] if named else []
		named[title] = _insert(
			"Equipment Right",
			cooperative=cooperative.name,
			title=title,
			text=text,
			ends=ends,
			valid_for=months,
			valid_for_unit="Month",
			prerequisites=[{"right": name} for name in first],
		).name
	machines = [
		_insert(
			"Equipment",
			cooperative=cooperative.name,
			code=code,
			title=title,
			place=place,
			bookable=bookable,
			needs=[{"right": named[one]} for one in needed],
			trainers=[{"member": members[TRAINER]}, {"member": members[member]}] if needed else [],
		)
		for code, title, place, needed, bookable in MACHINES
	]
	given = add_days(today(), -120)
	for name in (TRAINER, LEADER, member):
		for title, *_more in RIGHTS[: 3 if name == TRAINER else 1]:
			rights.grant(members[name], named[title], rights.MANAGER, given)
	for activity in [_activity(cooperative, members, named, member, *row) for row in ACTIVITIES]:
		_people(activity, [one for one in members.values() if one != members[member]])
	bookings.book(machines[0], frappe.get_doc("Member", members[TRAINER]), f"{add_days(today(), 1)} 10:00")


def _activity(
	cooperative, members, named, member, days, hour, hours, kind, title, place, places, price, given
):
	starts_on = add_to_date(get_datetime(f"{today()} {hour:02d}:00:00"), days=days)
	return _insert(
		"Activity",
		cooperative=cooperative.name,
		title=title,
		activity_type=kind,
		starts_on=starts_on,
		ends_on=add_to_date(starts_on, hours=hours),
		place=place,
		capacity=places,
		price=price,
		open_to="Public" if kind == "Event" else "Members",
		guests_allowed=2 if kind == "Event" else 0,
		leaders=[{"member": members[LEADER]}] + ([{"member": members[member]}] if kind == "Training" else []),
		grants=[{"right": named[one]} for one in given],
	)


def _people(activity, names: list[str]) -> None:
	"""A few come: one more than there are places where these are few. Those of before were there."""
	over = get_datetime(activity.ends_on) < get_datetime()
	wanted = min((activity.capacity or 9) + (0 if over else 1), 5)
	start = get_datetime(activity.starts_on).day % 5
	for name in names[start : start + wanted]:
		place = registrations.register(activity.name, name, late=True)
		if over:
			registrations.note(place, "Attended")


def _insert(doctype: str, **values):
	return frappe.get_doc({"doctype": doctype, **values}).insert()
