frappe.query_reports["Share Register"] = {
	filters: [
		{
			fieldname: "cooperative",
			label: __("Cooperative"),
			fieldtype: "Link",
			options: "Cooperative",
		},
		{
			fieldname: "from_date",
			label: __("From"),
			fieldtype: "Date",
		},
		{
			fieldname: "to_date",
			label: __("To"),
			fieldtype: "Date",
		},
		{
			fieldname: "member",
			label: __("Member"),
			fieldtype: "Link",
			options: "Member",
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
		if (column.fieldname === "number" && data?.name) {
			return `<a href="${frappe.utils.get_form_link("Share Register Entry", data.name)}">${shown}</a>`;
		}
		return data?.is_total_row ? `<b>${shown}</b>` : shown;
	},
};
