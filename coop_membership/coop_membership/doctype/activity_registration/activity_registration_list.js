frappe.listview_settings["Activity Registration"] = {
	get_indicator(doc) {
		const colours = { Registered: "blue", Waiting: "orange", Attended: "green", Absent: "gray", Cancelled: "red" };
		return [__(doc.status, null, "Activity Registration"), colours[doc.status], `status,=,${doc.status}`];
	},
};
