frappe.query_reports["Member Register"] = {
	...coop_membership.register_report({ column: "display_name", doctype: "Member", name: "member" }),
	filters: [
		coop_membership.of_cooperative(),
		{
			fieldname: "as_of",
			label: __("As of"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
		},
		{
			fieldname: "from_date",
			label: __("With what changed since"),
			fieldtype: "Date",
		},
		{
			fieldname: "member_type",
			label: __("Person or organisation"),
			fieldtype: "Select",
			options: ["", ...["Individual", "Organisation"].map((value) => ({ value, label: __(value, null, "Member") }))],
		},
		{
			fieldname: "former",
			label: __("With former members"),
			fieldtype: "Check",
		},
	],
};
