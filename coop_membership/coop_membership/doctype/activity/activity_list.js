frappe.listview_settings["Activity"] = {
	add_fields: ["status", "starts_on", "capacity", "taken"],
	hide_name_column: true,

	get_indicator(doc) {
		if (doc.status === "Cancelled") return [__("Cancelled", null, "Activity"), "red", "status,=,Cancelled"];
		const now = frappe.datetime.now_datetime();
		if (doc.starts_on < now) return [__("Over"), "gray", `status,=,Planned|starts_on,<,${now}`];
		if (doc.capacity && doc.taken >= doc.capacity) return [__("Full"), "orange", "status,=,Planned"];
		return [__("Planned", null, "Activity"), "green", `status,=,Planned|starts_on,>,${now}`];
	},
};
