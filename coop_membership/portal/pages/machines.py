"""What a member may use, since when and until when, and what is needed for the rest; one machine's own page for its sign."""

from __future__ import annotations

import datetime

import frappe
from frappe import _
from frappe.utils import add_days, getdate, now_datetime

from coop_membership.activities import words as activity_words
from coop_membership.doctypes import Equipment, Member
from coop_membership.machines import access, bookings, rights
from coop_membership.machines.rules import OF_MEMBERSHIP, Held, counts
from coop_membership.portal import sections
from coop_membership.portal.machines import MOMENT
from coop_membership.prints.wording import long_date, short_date

DOKOS_PAGE = "/book_resources"


class Machines(sections.Section):
	name = "machines"
	template = "templates/includes/portal/machines.html"

	def title(self) -> str:
		return _("Machines")

	def asks(self, member: Member) -> dict:
		table = frappe.qb.DocType("Equipment")
		there = (table.cooperative == member.cooperative) & (table.disabled == 0)
		return {"machine": frappe.qb.from_(table).select(table.name).where(there).limit(1)}

	def is_for(self, member: Member) -> bool:
		return bool(sections.told(member).machine)

	def words(self, member: Member) -> dict:
		found = access.overview(member)
		chosen = [pair for pair in found if pair[0].name == frappe.form_dict.equipment]
		wrong = access.in_good_standing(member)
		held = access.rights_held(member.name)
		trainings = next_trainings(member.cooperative) if any(not one.allowed for _m, one in found) else {}
		return {
			"standing": access.sentence(wrong) if wrong else "",
			"one": self.page(member, *chosen[0], held, trainings) if chosen else None,
			"all": sections.address(self.name, member.name),
			"may": [row(member, machine, one, held) for machine, one in found if one.allowed],
			"may_not": [
				{**row(member, machine, one, held), "needs": needs(one, trainings)}
				for machine, one in found
				if not one.allowed
			],
			"agenda": sections.address("agenda", member.name),
		}

	def page(self, member: Member, machine: Equipment, answer, held: list[Held], trainings: dict) -> dict:
		"""The machine in front of which she stands: yes or no, and why; what trainers do."""
		trains = rights.is_trainer([member], machine)
		return {
			**row(member, machine, answer, held),
			"allowed": answer.allowed,
			"reasons": answer.sentences,
			"needs": needs(answer, trainings),
			"text": _(machine.text or ""),
			"trains": trains,
			**self.slots(member, machine, answer),
			"rights": [
				{"name": right, "title": access.title_of(right)} for right in access.rights_needed(machine)
			]
			if trains
			else [],
		}

	def slots(self, member: Member, machine: Equipment, answer: access.Answer) -> dict:
		"""The slots of a day; where Dokos books the machine, the way there."""
		if machine.get("booking_item"):
			return {"elsewhere": DOKOS_PAGE}
		if not machine.bookable or not answer.allowed:
			return {}
		day = day_asked(frappe.form_dict.day)
		around = {"day_before": -1, "day_after": 1}
		links = {
			key: sections.address(
				self.name, member.name, equipment=machine.name, day=str(getdate(add_days(day, step)))
			)
			for key, step in around.items()
			if getdate(add_days(day, step)) >= getdate()
		}
		return {
			"day": long_date(day),
			**links,
			"slots": [
				{
					"hours": f"{activity_words.hour(one['starts_on'])}–{activity_words.hour(one['ends_on'])}",
					"starts_on": one["starts_on"].strftime(MOMENT),
					"free": one["free"],
					"mine": one["mine"],
				}
				for one in bookings.day_of(machine, member.name, day)
			],
		}


def day_asked(asked: str | None) -> datetime.date:
	"""The day that an address asks for; today for anything else, and for days that are over; a year ahead at most."""
	try:
		found = datetime.date.fromisoformat(str(asked or ""))
	except ValueError:
		return getdate()
	return min(max(found, getdate()), getdate(add_days(getdate(), rights.MOST_AHEAD)))


def row(member: Member, machine: Equipment, answer: access.Answer, held: list[Held]) -> dict:
	"""A machine in the list: since when and until when its rights count."""
	today = getdate()
	needed = access.rights_needed(machine)
	since = [
		min(one.since for one in held if one.right == right and counts(one, today))
		for right in needed
		if any(one.right == right and counts(one, today) for one in held)
	]
	return {
		"name": machine.name,
		"title": _(machine.title),
		"at": _(machine.place or ""),
		"link": sections.address("machines", member.name, equipment=machine.name),
		"since": short_date(max(since)) if since and len(since) == len(needed) else "",
		"until": long_date(answer.until) if answer.until else "",
	}


def needs(answer: access.Answer, trainings: dict[str, frappe._dict]) -> list[dict]:
	"""What a machine still asks for, with the next training that gives it."""
	return [
		{
			"text": access.sentence(reason),
			"training": _training(trainings.get(reason.right)),
		}
		for reason in answer.reasons
		if reason.code not in OF_MEMBERSHIP or len(answer.reasons) == 1
	]


def _training(row: frappe._dict | None) -> str:
	if not row:
		return ""
	when = activity_words.when(row.starts_on, row.ends_on)
	return _("Next training: {0}, {1}").format(_(row.title), when)


def next_trainings(cooperative: str) -> dict[str, frappe._dict]:
	"""{right: the next activity that gives it}, with one query."""
	activity, line = frappe.qb.DocType("Activity"), frappe.qb.DocType("Right Line")
	query = (
		frappe.qb.from_(line)
		.join(activity)
		.on((activity.name == line.parent) & (line.parenttype == "Activity"))
		.select(line.right, activity.name, activity.title, activity.starts_on, activity.ends_on)
		.where((activity.cooperative == cooperative) & (activity.status == "Planned"))
		.where((activity.starts_on > now_datetime()) & (line.parentfield == "grants"))
		.orderby(activity.starts_on)
	)
	found: dict[str, frappe._dict] = {}
	for one in query.run(as_dict=True):
		found.setdefault(one.right, one)
	return found
