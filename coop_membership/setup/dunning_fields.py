"""Fields that dunning adds where ERPNext or Dokos is present. Labels are translated where they are shown."""

from __future__ import annotations

import frappe

from coop_membership import host

MODULE = {"module": "Coop Membership"}
CHANNELS = "\nE-mail\nLetter\nPhone"


def get_custom_fields() -> dict[str, list[dict]]:
	"""{DocType: fields}"""
	if not host.has_erpnext():
		return {}
	return {
		"Customer": [
			_field("Section Break", "dunning_section", "Dunning", "accounts", collapsible=0),
			_field(
				"Link",
				"dunning_policy",
				"Dunning policy",
				"dunning_section",
				options="Dunning Policy",
				description="Empty: the policy of the cooperative",
			),
			_field(
				"Select",
				"dunning_channel",
				"Kind of communication",
				"dunning_policy",
				options=CHANNELS,
				description="Empty: as the level says",
			),
			_field("Link", "dunning_responsible", "Follow-up by", "dunning_channel", options="User"),
			_field("Column Break", "dunning_column", "", "dunning_responsible"),
			_field(
				"Date",
				"dunning_promise_until",
				"Payment promised until",
				"dunning_column",
				description="Nothing is sent up to this day",
			),
			_field("Small Text", "dunning_next_action", "Next action", "dunning_promise_until"),
			_field("Date", "dunning_next_action_date", "Next action on", "dunning_next_action"),
			_field("Section Break", "dunning_history_section", "Reminders", "dunning_next_action_date"),
			_field("HTML", "dunning_history", "Reminders", "dunning_history_section"),
		],
		"Sales Invoice": [
			_field(
				"Tab Break",
				"dunning_tab",
				"Reminders",
				_last_before_connections(),
				depends_on="eval:doc.docstatus>0",
			),
			_field(
				"Link",
				"dunning_policy",
				"Dunning policy",
				"dunning_tab",
				options="Dunning Policy",
				allow_on_submit=1,
				no_copy=1,
				print_hide=1,
				description="Empty: the policy of the customer, or of the cooperative",
			),
			_field(
				"Link",
				"dunning_letter",
				"Fee of the letter",
				"dunning_policy",
				options="Dunning Letter",
				read_only=1,
				no_copy=1,
				print_hide=1,
				search_index=1,
				depends_on="dunning_letter",
			),
			_field("Column Break", "dunning_column", "", "dunning_letter"),
			_field(
				"Date",
				"dunning_promise_until",
				"Payment promised until",
				"dunning_column",
				allow_on_submit=1,
				no_copy=1,
				print_hide=1,
				description="Nothing is sent up to this day",
			),
			_field(
				"Check",
				"dunning_cancel_anyway",
				"Cancel although reminders exist",
				"dunning_promise_until",
				allow_on_submit=1,
				no_copy=1,
				print_hide=1,
			),
			_field("Section Break", "dunning_history_section", "Reminders", "dunning_cancel_anyway"),
			_field("HTML", "dunning_history", "Reminders", "dunning_history_section"),
		],
		"Dunning Policy": [
			_field(
				"Link",
				"only_company",  # not `company`, which every form fills in by itself
				"Company",
				"cooperative",
				options="Company",
				in_standard_filter=1,
				description="Empty: for all companies",
			),
			_field(
				"Link",
				"fee_account",
				"Income account of fees",
				"book_fees",
				options="Account",
				depends_on="book_fees",
				description="Empty: the default income account of the company",
			),
		],
		"Dunning Notice": [
			_field("Link", "customer", "Customer", "member", options="Customer", read_only=1, search_index=1),
			_field("Link", "account", "Account", "currency", options="Account", read_only=1, in_list_view=1),
		],
		"Dunning Letter": [
			_field("Link", "customer", "Customer", "member", options="Customer", read_only=1, search_index=1)
		],
	}


def _last_before_connections() -> str:
	"""The field after which a new tab of the Sales Invoice starts: the last one, or the one before Connections."""
	names = frappe.get_all("DocField", {"parent": "Sales Invoice"}, pluck="fieldname", order_by="idx")
	return names[names.index("connections_tab") - 1] if "connections_tab" in names else names[-1]


def _field(fieldtype: str, fieldname: str, label: str, insert_after: str, **more) -> dict:
	field = {"fieldtype": fieldtype, "fieldname": fieldname, "label": label, "insert_after": insert_after}
	return {**field, **MODULE, **more}
