frappe.listview_settings["Share Register Entry"] = {
	add_fields: ["entry_type"],
	hide_name_column: true,

	get_indicator(doc) {
		const colors = {
			Subscription: "green",
			Opening: "green",
			Transfer: "blue",
			Gift: "blue",
			Conversion: "purple",
			"Sell Back": "orange",
			Reversal: "red",
		};
		return [__(doc.entry_type, null, "Share Register Entry"), colors[doc.entry_type], `entry_type,=,${doc.entry_type}`];
	},

	onload(list) {
		list.page.add_inner_button(__("Share Register"), () =>
			frappe.set_route("query-report", "Share Register")
		);
	},
};
