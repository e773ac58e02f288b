frappe.ui.form.on("Equipment Booking", {
	setup(frm) {
		frm.set_query("equipment", () => ({ filters: { bookable: 1, disabled: 0 } }));
		frm.set_query("member", () => ({ filters: { status: "Active" } }));
	},

	refresh(frm) {
		if (frm.is_new() || frm.doc.status === "Cancelled" || !frm.has_perm("write")) return;
		frm.add_custom_button(__("Give the slot back"), async () => {
			await coop_membership.act(frm, "call_off", {}, { freeze: true });
			frm.reload_doc();
		});
	},
});
