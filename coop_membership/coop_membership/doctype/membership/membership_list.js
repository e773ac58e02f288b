frappe.listview_settings["Membership"] = {
	add_fields: ["status", "due_date", "docstatus"],
	hide_name_column: true,
	has_indicator_for_cancelled: true,

	refresh(list) {
		coop_membership.phone_lines(list, (doc) => [
			coop_membership.day(doc.from_date),
			coop_membership.amount(doc, "amount"),
			doc.outstanding_amount ? __("open: {0}", [coop_membership.amount(doc, "outstanding_amount")]) : "",
		]);
	},

	get_indicator(doc) {
		if (doc.docstatus === 0) return [__("Draft"), "gray", "docstatus,=,0"];
		const today = frappe.datetime.get_today();
		if (doc.status === "Open" && doc.due_date && doc.due_date < today) {
			return [__("Overdue"), "red", `status,=,Open|due_date,<,${today}|docstatus,=,1`];
		}
		const colors = { Open: "orange", Paid: "green", Expired: "gray", Cancelled: "darkgrey" };
		return [__(doc.status, null, "Membership"), colors[doc.status], `status,=,${doc.status}`];
	},
};
