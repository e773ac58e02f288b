// From a member's form: what may be done with the shares that the member holds.
frappe.ui.form.on("Member", {
	refresh(frm) {
		if (frm.doc.status !== "Active" || !frappe.model.can_create("Share Transaction")) return;
		const operations = {
			"Sell Back": __("Sell back"),
			Transfer: __("Transfer", null, "Share Transaction"),
			Conversion: __("Convert"),
			Gift: __("Give to the cooperative"),
		};
		for (const [transaction_type, label] of Object.entries(operations)) {
			frm.add_custom_button(
				label,
				() => frappe.new_doc("Share Transaction", { transaction_type, member: frm.doc.name }),
				__("Shares")
			);
		}
	},
});
