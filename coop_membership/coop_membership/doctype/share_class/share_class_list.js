frappe.listview_settings["Share Class"] = {
	add_fields: ["disabled", "on_website"],

	get_indicator(doc) {
		if (doc.disabled) return [__("Disabled"), "darkgrey", "disabled,=,1"];
		return doc.on_website
			? [__("On the public form"), "green", "on_website,=,1"]
			: [__("Internal"), "blue", "on_website,=,0"];
	},
};
