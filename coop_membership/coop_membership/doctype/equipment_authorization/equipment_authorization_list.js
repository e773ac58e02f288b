frappe.listview_settings["Equipment Authorization"] = {
	onload(listview) {
		listview.page.add_inner_button(__("Front desk"), () => window.open("/front-desk", "_blank", "noopener"));
	},

	get_indicator(doc) {
		const colour = { Valid: "green", Expired: "orange", Withdrawn: "red" }[doc.status];
		return [__(doc.status, null, "Equipment Authorization"), colour, `status,=,${doc.status}`];
	},
};
