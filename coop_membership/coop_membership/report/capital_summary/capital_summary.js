frappe.query_reports["Capital Summary"] = {
	filters: [
		{
			fieldname: "cooperative",
			label: __("Cooperative"),
			fieldtype: "Link",
			options: "Cooperative",
		},
		{
			fieldname: "as_of",
			label: __("As of"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
	],

	async onload(report) {
		if (report.get_filter_value("cooperative")) return;
		const cooperatives = await frappe.db.get_list("Cooperative", { order_by: "creation", limit: 1 });
		if (cooperatives.length && !report.get_filter_value("cooperative")) {
			report.set_filter_value("cooperative", cooperatives[0].name);
		}
	},

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		return data?.is_total_row ? `<b>${shown}</b>` : shown;
	},
};
