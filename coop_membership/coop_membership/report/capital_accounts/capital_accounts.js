frappe.query_reports["Capital Accounts"] = {
	...coop_membership.register_report(),
	filters: [
		coop_membership.of_cooperative(),
		{
			fieldname: "as_of",
			label: __("As of"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
		},
	],
};
