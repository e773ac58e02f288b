frappe.query_reports["Dunning Analysis"] = {
	filters: [
		{ fieldname: "cooperative", label: __("Cooperative"), fieldtype: "Link", options: "Cooperative" },
		{ fieldname: "policy", label: __("Policy"), fieldtype: "Link", options: "Dunning Policy" },
		{ fieldname: "level", label: __("Level"), fieldtype: "Int" },
		{
			fieldname: "group_by",
			label: __("Group by"),
			fieldtype: "Select",
			options: [
				{ value: "Debtor", label: __("Debtor") },
				{ value: "Policy and level", label: __("Policy and level") },
			],
			default: "Debtor",
		},
	],
};
