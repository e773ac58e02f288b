frappe.query_reports["Yearly Movements"] = {
	...coop_membership.register_report(),
	filters: [
		coop_membership.of_cooperative(),
		{
			fieldname: "from_date",
			label: __("First day"),
			fieldtype: "Date",
			default: `${frappe.datetime.get_today().slice(0, 4)}-01-01`,
		},
		{
			fieldname: "to_date",
			label: __("Last day"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
		},
	],
};
