frappe.listview_settings["Payment Correction"] = {
	add_fields: ["status", "docstatus"],
	hide_name_column: true,

	get_indicator(doc) {
		return doc.docstatus === 1
			? [__("Done"), "green", "docstatus,=,1"]
			: [__("Draft"), "gray", "docstatus,=,0"];
	},
};
