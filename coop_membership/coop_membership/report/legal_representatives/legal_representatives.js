frappe.query_reports["Legal Representatives"] = {
	...coop_membership.register_report({ column: "organisation", doctype: "Member", name: "member" }),
	filters: [
		coop_membership.of_cooperative(),
		{
			fieldname: "as_of",
			label: __("As of"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
		},
		{
			fieldname: "former",
			label: __("With former representatives"),
			fieldtype: "Check",
		},
	],
};
