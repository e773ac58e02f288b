frappe.ui.form.on("Activity Fee", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.set_intro();
		const { doc } = frm;
		const { request } = coop_membership;
		const money = format_currency(doc.outstanding_amount, request.currency(frm), 2);
		const words = {
			Open: [__("Waiting for {0}. Next: record the payment.", [money]), "blue"],
			"Partly Paid": [__("Waiting for {0}. Next: record the payment.", [money]), "orange"],
			Paid: [__("Paid."), "green"],
			Cancelled: [__("Cancelled: nothing is asked for any more."), "red"],
		};
		frm.set_intro(...words[doc.status]);
		if (doc.docstatus !== 1) return;
		const actions = __("Actions");
		if (coop_membership.may_record()) {
			if (doc.status !== "Paid") {
				frm.page.set_primary_action(__("Record payment"), () => request.record_payment(frm, __("Paid.")));
			}
			frm.add_custom_button(__("Look for payments now"), () => request.settle(frm), actions);
			if (doc.status === "Open" && doc.__onload?.pays_online) {
				frm.add_custom_button(__("Payment link"), () => request.show_payment_link(frm), actions);
			}
		}
		frm.add_custom_button(__("Print"), () => request.print(frm, "Activity Fee Request"), actions);
	},
});
