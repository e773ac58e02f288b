"""One of each kind of people who have a place on the website, for walks over all pages.

In a cooperative with shares and dues beside them, and in an association with dues alone; both speak French.
"""

from __future__ import annotations

import frappe
from frappe.utils import add_days, add_months, today

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.dues import belonging
from coop_membership.dues.periods import CALENDAR_YEAR, ROLLING
from coop_membership.joining import reception
from coop_membership.people import own_changes
from coop_membership.portal import dues as portal_dues
from coop_membership.portal import share_requests
from coop_membership.register import standing
from coop_membership.tests import factories

FRENCH = {"portal_account": "On approval", "language": "fr"}
SPOKEN = {"language": "fr"}


def make(cooperative, association) -> dict[str, tuple[str, str]]:
	"""{kind: (login, Member)} of two Cooperatives made with `FRENCH` and, the second, dues alone."""
	prepare(cooperative, association)
	asked = {kind: one(cooperative) for kind, one in WITH_SHARES.items()}
	asked |= {kind: one(association) for kind, one in WITH_DUES.items()}
	found = {}
	for kind, member in asked.items():
		factories.open_invitations(member)
		row = frappe.get_doc("Member", member)
		found[kind] = (row.user or row.representatives[0].user, row.name)
	return found


def cooperatives(make_one=factories.a_cooperative) -> tuple:
	"""The two, by a maker of Cooperatives."""
	return (make_one(ELSEWHERE, **FRENCH), make_one(ELSEWHERE, kind=standing.WITH_DUES, **FRENCH))


def prepare(cooperative, association) -> None:
	factories.a_share_class(cooperative, title="Part sociale", on_website=1, is_default=1)
	factories.a_plan(cooperative, "Cotisation de soutien", 24, period=CALENDAR_YEAR, prorate=1, on_website=1)
	tariffs = [{"title": "Solidaire", "price": 12}]
	factories.a_plan(association, "Adhésion", 30, period=ROLLING, on_website=1, tariffs=tariffs)
	factories.a_plan(association, "Foyer", 45, period=ROLLING, covers=3, on_website=1, entry_fee=5)


# --- with shares ---------------------------------------------------------------------------------


def holder(cooperative) -> str:
	return factories.a_member(cooperative, first_name="Inès", iban=factories.IBAN, **SPOKEN).name


def candidate(cooperative) -> str:
	"""Approved, and not paid yet."""
	return factories.an_approved_application(cooperative, first_name="Cléo", **SPOKEN).member


def representative(cooperative) -> str:
	asked = factories.an_organisation(cooperative, first_name="Solène", **SPOKEN)
	asked.approve()
	factories.pay(frappe.get_doc("Share Subscription", {"application": asked.name}))
	return asked.member


def former(cooperative) -> str:
	"""Has sold everything back."""
	member = factories.a_member(
		cooperative, first_name="Noé", quantity=1, on=add_days(today(), -20), **SPOKEN
	)
	factories.executed(factories.a_transaction(member), on=add_days(today(), -2))
	return member.name


def leaving(cooperative) -> str:
	"""Has asked to leave, and has changes of the person that wait."""
	member = factories.a_member(cooperative, first_name="Paul", **SPOKEN)
	with factories.as_user(member.user):
		share_requests.leave(factories.IBAN, None, member.name)
		own_changes.ask_name(member, "Paul", "Durand-Roux")
		own_changes.propose_email(member, f"paul.{factories.unique()}@example.com")
		own_changes.propose_iban(member, "BE71 0961 2345 6769")
	return member.name


# --- with dues alone -----------------------------------------------------------------------------


def payer(association, plan: str = "Adhésion", pay: bool = True, first_name: str = "Anna") -> str:
	name = frappe.db.get_value("Membership Plan", {"cooperative": association.name, "title": plan})
	asked = factories.an_application(association, shares={}, plan=name, first_name=first_name, **SPOKEN)
	asked.approve()
	if pay:
		made = frappe.get_doc("Membership", {"application": asked.name})
		made.record_payment(made.amount, today())
	return asked.member


def applicant(association) -> str:
	"""Admitted, and asked for the first dues."""
	return payer(association, pay=False, first_name="Rémi")


def lapsed(association) -> str:
	member = _ended(payer(association, first_name="Lola"), -40)
	belonging.leave(member)
	return member


def renewing(association) -> str:
	"""The dues end in a month, and an employer pays them."""
	member = _ended(payer(association, first_name="Max"), 30)
	frappe.db.set_value(
		"Member", member, {"dues_payer_name": "ACME SARL", "dues_payer_email": "paie@acme.example"}
	)
	factories.open_invitations(member)
	with factories.as_user(frappe.db.get_value("Member", member, "user")):
		portal_dues.renew(member=member)
	return member


def _ended(member: str, days: int) -> str:
	last = add_days(today(), days)
	values = {"from_date": add_months(last, -12), "to_date": last}
	frappe.db.set_value("Membership", {"member": member}, values)
	return member


def head(association) -> str:
	return payer(association, "Foyer", first_name="Mona")


def covered(association) -> str:
	"""Of a household of their own."""
	above = payer(association, "Foyer", first_name="Nadia")
	factories.open_invitations(above)
	person = {"first_name": "Bo", "last_name": "Roux", "email": f"bo.{factories.unique()}@example.com"}
	with factories.as_user(frappe.db.get_value("Member", above, "user")):
		portal_dues.add_person(**person, member=above)
	asked = frappe.get_last_doc("Membership Application", {"covered_by": above})
	reception.confirm(asked)
	asked.reload()
	asked.approve()
	asked.reload()
	return asked.member


WITH_SHARES = {
	"holds shares": holder,
	"is asked to pay the first shares": candidate,
	"stands for an organisation": representative,
	"has left": former,
	"wants to leave": leaving,
}
WITH_DUES = {
	"pays dues": payer,
	"is asked for the first dues": applicant,
	"has let the dues lapse": lapsed,
	"is paid for by an employer": renewing,
	"heads a household": head,
	"is covered by a household": covered,
}
