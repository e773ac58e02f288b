frappe.provide("coop_membership");

/** What the registers share: they open on the first cooperative, the total is bold, and a column may lead to a form.
 *  `link` is {column, doctype, name}: the column that is shown as a link, and the row's value that names the document. */
coop_membership.register_report = (link) => ({
	async onload(report) {
		for (const [label, file_type] of [
			[__("PDF to sign"), "PDF"],
			[__("Excel"), "XLSX"],
		]) {
			report.page.add_inner_button(label, () => coop_membership.download_register(report, file_type));
		}
		await coop_membership.open_on_a_cooperative(report);
	},

	formatter(value, row, column, data, default_formatter) {
		if (value === null || value === undefined) return "";
		const shown = default_formatter(value, row, column, data);
		if (link && column.fieldname === link.column && data?.[link.name]) {
			return `<a href="${frappe.utils.get_form_link(link.doctype, data[link.name])}">${shown}</a>`;
		}
		return data?.is_total_row ? `<b>${shown}</b>` : shown;
	},
});

/** Of several cooperatives, and none that is the user's own, the first one. */
coop_membership.open_on_a_cooperative = async function (report) {
	if (report.get_filter_value("cooperative")) return;
	const cooperatives = await frappe.db.get_list("Cooperative", { order_by: "creation", limit: 1 });
	if (!cooperatives.length || report.get_filter_value("cooperative")) return;
	// the report is run after this: not without it, and not twice
	report._no_refresh = true;
	await report.get_filter("cooperative").set_value(cooperatives[0].name);
	report._no_refresh = false;
};

/** The filter of each register; without it the server says what is missing, where the host would stop in silence. */
coop_membership.of_cooperative = () => ({
	fieldname: "cooperative",
	label: __("Cooperative"),
	fieldtype: "Link",
	options: "Cooperative",
	default: frappe.defaults.get_user_default("cooperative"),
});

/** The register on the screen as a file: see desk/registers.py. */
coop_membership.download_register = (report, file_type) => {
	const filters = JSON.stringify(report.get_filter_values(true));
	const wanted = new URLSearchParams({ report: report.report_name, filters, file_type });
	window.open(`/api/method/coop_membership.desk.registers.download?${wanted}`, "_blank");
};
