frappe.ui.form.on("Dunning Letter", {
	refresh(frm) {
		frm.disable_save();
		if (!frappe.model.can_write("Dunning Notice")) return;
		if (frm.doc.state === "Failed") {
			frm.add_custom_button(__("Send again"), () => coop_membership.act(frm, "resend").then(() => frm.reload_doc()));
		}
		if (frm.doc.fee && !frm.doc.fee_waived && !frm.doc.fee_paid) {
			frm.add_custom_button(__("Waive the fee"), () =>
				frappe.prompt(
					{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason") },
					({ reason }) => coop_membership.act(frm, "waive_fee", { reason }).then(() => frm.reload_doc()),
					__("Waive the fee")
				)
			);
		}
	},
});
