frappe.provide("coop_membership");

/** What the registers share: they open on the first cooperative, the total is bold, and a column may lead to a form.
 *  `link` is {column, doctype, name}: the column that is shown as a link, and the row's value that names the document. */
coop_membership.register_report = (link) => ({
	async onload(report) {
		if (report.get_filter_value("cooperative")) return;
		const cooperatives = await frappe.db.get_list("Cooperative", { order_by: "creation", limit: 1 });
		if (cooperatives.length && !report.get_filter_value("cooperative")) {
			report.set_filter_value("cooperative", cooperatives[0].name);
		}
	},

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (link && column.fieldname === link.column && data?.[link.name]) {
			return `<a href="${frappe.utils.get_form_link(link.doctype, data[link.name])}">${shown}</a>`;
		}
		return data?.is_total_row ? `<b>${shown}</b>` : shown;
	},
});
