"""Fields that dunning adds where ERPNext or Dokos is present. Labels are translated where they are shown."""

from __future__ import annotations

import frappe

from coop_membership import host

CHANNELS = "\nE-mail\nLetter\nPhone"
ON_SUBMITTED = {"allow_on_submit": 1, "no_copy": 1, "print_hide": 1}
PROMISE = "Nothing is sent up to this day"


def get_custom_fields() -> dict[str, list[dict]]:
	"""{DocType: fields}"""
	if not host.has_erpnext():
		return {}
	of_customer = _link("customer", "Customer", "Customer", read_only=1, search_index=1)
	of_account = _link("account", "Account", "Account", read_only=1, in_list_view=1)
	return {
		"Customer": _customer(),
		"Sales Invoice": _invoice(),
		"Dunning Policy": _policy(),
		"Dunning Notice": [*_after("member", of_customer), *_after("currency", of_account)],
		"Dunning Letter": _after("member", of_customer),
	}


def _customer() -> list[dict]:
	return _after(
		"accounts",
		_field("Section Break", "dunning_section", "Dunning", collapsible=0),
		_link(
			"dunning_policy",
			"Dunning policy",
			"Dunning Policy",
			description="Empty: the policy of the cooperative",
		),
		_field(
			"Select",
			"dunning_channel",
			"Kind of communication",
			options=CHANNELS,
			description="Empty: as the level says",
		),
		_link("dunning_responsible", "Follow-up by", "User"),
		_field("Column Break", "dunning_column", ""),
		_field("Date", "dunning_promise_until", "Payment promised until", description=PROMISE),
		_field("Small Text", "dunning_next_action", "Next action"),
		_field("Date", "dunning_next_action_date", "Next action on"),
		*_history(),
	)


def _invoice() -> list[dict]:
	return _after(
		_last_before_connections(),
		_field("Tab Break", "dunning_tab", "Payment reminders", depends_on="eval:doc.docstatus>0"),
		_link(
			"dunning_policy",
			"Dunning policy",
			"Dunning Policy",
			**ON_SUBMITTED,
			description="Empty: the policy of the customer, or of the cooperative",
		),
		_link(
			"dunning_letter",
			"Fee of the letter",
			"Dunning Letter",
			read_only=1,
			no_copy=1,
			print_hide=1,
			search_index=1,
			depends_on="dunning_letter",
		),
		_field("Column Break", "dunning_column", ""),
		_field(
			"Date", "dunning_promise_until", "Payment promised until", **ON_SUBMITTED, description=PROMISE
		),
		_field("Check", "dunning_cancel_anyway", "Cancel although reminders exist", **ON_SUBMITTED),
		*_history(),
	)


def _policy() -> list[dict]:
	# not `company`, which every form fills in by itself
	company = _link(
		"only_company",
		"Company",
		"Company",
		in_standard_filter=1,
		description="Empty: for all companies",
	)
	fee_account = _link(
		"fee_account",
		"Income account of fees",
		"Account",
		depends_on="book_fees",
		description="Empty: the default income account of the company",
	)
	return [*_after("cooperative", company), *_after("book_fees", fee_account)]


def _history() -> tuple[dict, dict]:
	return (
		_field("Section Break", "dunning_history_section", "Payment reminders"),
		_field("HTML", "dunning_history", "Payment reminders"),
	)


def _last_before_connections() -> str:
	"""The field after which a new tab of the Sales Invoice starts: the last one, or the one before Connections."""
	names = frappe.get_all("DocField", {"parent": "Sales Invoice"}, pluck="fieldname", order_by="idx")
	return names[names.index("connections_tab") - 1] if "connections_tab" in names else names[-1]


def _after(place: str, *fields: dict) -> list[dict]:
	"""The fields in the order given, behind a field of the host."""
	places = [place, *(field["fieldname"] for field in fields)]
	return [{**field, "insert_after": place} for field, place in zip(fields, places, strict=False)]


def _link(fieldname: str, label: str, options: str, **more) -> dict:
	return _field("Link", fieldname, label, options=options, **more)


def _field(fieldtype: str, fieldname: str, label: str, **more) -> dict:
	return {
		"fieldtype": fieldtype,
		"fieldname": fieldname,
		"label": label,
		"module": "Coop Membership",
		**more,
	}
