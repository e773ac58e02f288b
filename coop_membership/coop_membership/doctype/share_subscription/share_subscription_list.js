frappe.listview_settings["Share Subscription"] = {
	add_fields: ["status", "due_date", "docstatus"],
	hide_name_column: true,
	has_indicator_for_cancelled: true,

	refresh(list) {
		coop_membership.phone_lines(list, (doc) => [
			coop_membership.day(doc.due_date),
			coop_membership.amount(doc, "amount"),
			doc.outstanding_amount ? __("open: {0}", [coop_membership.amount(doc, "outstanding_amount")]) : "",
		]);
	},

	get_indicator(doc) {
		if (doc.docstatus === 0) return [__("Draft"), "gray", "docstatus,=,0"];
		const open = ["Open", "Partly Paid"].includes(doc.status);
		if (open && doc.due_date && doc.due_date < frappe.datetime.get_today()) {
			return [
				__("Overdue"),
				"red",
				`status,in,Open,Partly Paid|due_date,<,${frappe.datetime.get_today()}|docstatus,=,1`,
			];
		}
		const colors = {
			Open: "orange",
			"Partly Paid": "yellow",
			Paid: "green",
			"Payment Reversed": "red",
			Cancelled: "darkgrey",
		};
		return [__(doc.status, null, "Share Subscription"), colors[doc.status], `status,=,${doc.status}`];
	},
};
