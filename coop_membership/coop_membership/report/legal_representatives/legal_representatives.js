frappe.query_reports["Legal Representatives"] = {
	...coop_membership.register_report({ column: "organisation", doctype: "Member", name: "member" }),
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
			fieldname: "former",
			label: __("With former representatives"),
			fieldtype: "Check",
		},
	],
};
