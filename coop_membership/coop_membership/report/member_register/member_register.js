frappe.query_reports["Member Register"] = {
	...coop_membership.register_report({ column: "display_name", doctype: "Member", name: "member" }),
	filters: [
		{
			fieldname: "cooperative",
			label: __("Cooperative"),
			fieldtype: "Link",
			options: "Cooperative",
			reqd: 1,
		},
		{
			fieldname: "as_of",
			label: __("As of"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
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
			options: ["", "Individual", "Organisation"],
		},
		{
			fieldname: "former",
			label: __("With former members"),
			fieldtype: "Check",
		},
	],
};
