frappe.query_reports["Look at the e-mails"] = {
	...coop_membership.register_report(),
	filters: [coop_membership.of_cooperative()],

	async onload(report) {
		await coop_membership.open_on_a_cooperative(report);
		await frappe.require("/assets/coop_membership/js/mails.js");
		report.page.wrapper.off("click.coop-mail").on("click.coop-mail", "[data-coop-mail]", (press) => {
			press.preventDefault();
			const mails = report.data.map((row) => row.event);
			const name = report.get_filter_value("cooperative");
			const event = $(press.currentTarget).attr("data-coop-mail");
			coop_membership.look_at_mails(name, mails, event, () => report.refresh());
		});
	},

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (column.fieldname !== "mail" || !data?.event) return shown;
		return `<a href="#" class="text-underline" data-coop-mail="${frappe.utils.escape_html(data.event)}">${shown}</a>`;
	},
};
