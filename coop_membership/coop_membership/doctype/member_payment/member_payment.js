frappe.ui.form.on("Member Payment", {
	setup(frm) {
		frm.set_query("document_type", "allocations", () => ({
			filters: { name: ["in", ["Share Subscription"]] },
		}));
		frm.set_query("document", "allocations", () => ({
			filters: {
				member: frm.doc.member,
				docstatus: 1,
				status: ["in", ["Open", "Partly Paid", "Payment Reversed"]],
			},
		}));
	},

	refresh(frm) {
		frm.set_intro();
		if (frm.doc.docstatus === 0) {
			frm.set_intro(
				__("Say what the payment is for, then submit. The shares follow by themselves."),
				"blue"
			);
		} else if (frm.doc.docstatus === 1 && frm.doc.unallocated_amount) {
			frm.set_intro(
				__("{0} of this payment belong to no request yet and stay with the member.", [
					format_currency(frm.doc.unallocated_amount, currency_of(frm), 2),
				]),
				"yellow"
			);
		}
	},

	/** Propose the member's oldest open request. */
	async member(frm) {
		if (!frm.doc.member || (frm.doc.allocations || []).some((row) => row.document)) return;
		const [oldest] = await frappe.db.get_list("Share Subscription", {
			filters: { member: frm.doc.member, docstatus: 1, status: ["in", ["Open", "Partly Paid"]] },
			fields: ["name", "outstanding_amount"],
			order_by: "posting_date asc",
			limit: 1,
		});
		if (!oldest) return;
		if (!frm.doc.amount) await frm.set_value("amount", oldest.outstanding_amount);
		frm.clear_table("allocations");
		frm.add_child("allocations", {
			document_type: "Share Subscription",
			document: oldest.name,
			amount: Math.min(oldest.outstanding_amount, frm.doc.amount),
		});
		frm.refresh_field("allocations");
	},
});

frappe.ui.form.on("Member Payment Allocation", {
	async document(frm, cdt, cdn) {
		const row = locals[cdt][cdn];
		if (!row.document) return;
		const { message } = await frappe.db.get_value(row.document_type, row.document, "outstanding_amount");
		const others = frm.doc.allocations
			.filter((other) => other.name !== row.name)
			.reduce((total, other) => total + flt(other.amount), 0);
		const left = Math.max(flt(frm.doc.amount) - others, 0);
		frappe.model.set_value(cdt, cdn, "amount", Math.min(flt(message.outstanding_amount), left));
	},
});

function currency_of(frm) {
	return frappe.meta.get_field_currency(
		frappe.meta.get_docfield("Member Payment", "unallocated_amount"),
		frm.doc
	);
}
