frappe.query_reports["Share Register"] = {
	...coop_membership.register_report({ column: "number", doctype: "Share Register Entry", name: "name" }),
	filters: [
		coop_membership.of_cooperative(),
		{
			fieldname: "from_date",
			label: __("First day"),
			fieldtype: "Date",
		},
		{
			fieldname: "to_date",
			label: __("Last day"),
			fieldtype: "Date",
		},
		{
			fieldname: "member",
			label: __("Member"),
			fieldtype: "Link",
			options: "Member",
		},
	],
};
