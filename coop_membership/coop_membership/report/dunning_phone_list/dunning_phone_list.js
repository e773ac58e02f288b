frappe.query_reports["Dunning Phone List"] = {
	filters: [
		{ fieldname: "cooperative", label: __("Cooperative"), fieldtype: "Link", options: "Cooperative" },
		{ fieldname: "run", label: __("Dunning Run"), fieldtype: "Link", options: "Dunning Run" },
	],
};
