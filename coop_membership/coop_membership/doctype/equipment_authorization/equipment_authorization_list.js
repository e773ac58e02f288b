frappe.listview_settings["Equipment Authorization"] = {
	get_indicator(doc) {
		const colour = { Valid: "green", Expired: "orange", Withdrawn: "red" }[doc.status];
		return [__(doc.status), colour, `status,=,${doc.status}`];
	},
};
