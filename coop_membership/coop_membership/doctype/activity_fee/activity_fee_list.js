frappe.listview_settings["Activity Fee"] = {
	add_fields: ["status", "due_date", "docstatus"],
	hide_name_column: true,
	has_indicator_for_cancelled: true,

	get_indicator(doc) {
		const colours = { Open: "orange", "Partly Paid": "orange", Paid: "green", Cancelled: "darkgrey" };
		return [__(doc.status, null, "Activity Fee"), colours[doc.status], `status,=,${doc.status}`];
	},
};
