frappe.listview_settings["Share Transaction"] = {
	add_fields: ["status", "docstatus"],
	hide_name_column: true,
	has_indicator_for_cancelled: true,

	get_indicator(doc) {
		const colors = {
			Draft: "gray",
			Waiting: "orange",
			Approved: "blue",
			Executed: "green",
			Refused: "red",
			Cancelled: "darkgrey",
		};
		return [__(doc.status, null, "Share Transaction"), colors[doc.status], `status,=,${doc.status}`];
	},
};
