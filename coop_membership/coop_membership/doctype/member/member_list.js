frappe.listview_settings["Member"] = {
	add_fields: ["status"],
	hide_name_column: true,
	formatters: {
		// a candidate has no number yet
		member_number: (value) => value || "",
		total_shares: (value) => value || "",
		total_value: (value, df, doc) => (value ? frappe.format(value, df, null, doc) : ""),
	},

	get_indicator(doc) {
		const colors = { Candidate: "blue", Active: "green", Former: "darkgrey" };
		return [__(doc.status, null, "Member"), colors[doc.status], `status,=,${doc.status}`];
	},

	refresh(list) {
		coop_membership.phone_lines(list, (doc) => [
			doc.member_number ? __("No. {0}", [doc.member_number]) : "",
			coop_membership.shares(doc.total_shares),
			doc.total_value ? coop_membership.amount(doc, "total_value") : "",
		]);
	},

	onload(list) {
		list.page.add_menu_item(__("Legal Representatives"), () =>
			frappe.set_route("query-report", "Legal Representatives")
		);
		list.page.add_menu_item(__("Member Register"), () =>
			frappe.set_route("query-report", "Member Register")
		);
	},
};
