frappe.query_reports["Capital Summary"] = {
	...coop_membership.register_report(),
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
	],
};
