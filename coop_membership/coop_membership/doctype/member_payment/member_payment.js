frappe.ui.form.on("Member Payment", {
	setup(frm) {
		frm.set_query("document_type", "allocations", () => {
			const refundable = [frm.doc.direction === "Paid out" ? "Member Payment" : "Dunning Letter"];
			return { filters: { name: ["in", ["Share Subscription", "Membership", ...refundable]] } };
		});
		frm.set_query("document", "allocations", (doc, cdt, cdn) => ({
			filters: { member: doc.member, ...open_ones(doc, locals[cdt][cdn]) },
		}));
	},

	refresh(frm) {
		frm.set_intro();
		const paid_out = frm.doc.direction === "Paid out";
		const left = format_currency(frm.doc.unallocated_amount, currency_of(frm), 2);
		if (frm.doc.docstatus === 0) {
			frm.set_intro(
				paid_out
					? __("Say which payment the money goes back from, then submit. It no longer counts as credit.")
					: __("Say what the payment is for, then submit. The shares follow by themselves."),
				"blue"
			);
		} else if (frm.doc.docstatus === 1 && flt(frm.doc.unallocated_amount, 2)) {
			frm.set_intro(
				paid_out
					? __("{0} were paid back without saying from which payment; the member's credit is lower by it.", [left])
					: __("{0} of this payment belong to no request yet and stay with the member.", [left]),
				"yellow"
			);
		} else if (frm.doc.docstatus === 1 && paid_out) {
			frm.set_intro(__("Paid back to the member."), "blue");
		}
	},

	member: (frm) => propose(frm),
	amount: (frm) => propose(frm),
	posting_date: (frm) => propose(frm),
	bank_reference: (frm) => propose(frm),
});

/** Say what the payment would pay by the rule for payments, until somebody says it by hand. */
async function propose(frm) {
	const rows = frm.doc.allocations || [];
	const by_hand = rows.some((row) => row.document && row.amount !== frm.proposed?.[row.document]);
	if (frm.doc.direction === "Paid out" || !frm.doc.member || frm.doc.docstatus || by_hand) return;
	const { member, amount, posting_date, bank_reference } = frm.doc;
	const { message: proposal } = await coop_membership.call("coop_membership.desk.payments.propose", {
		member,
		amount: amount || null,
		posting_date,
		bank_reference,
	});
	frm.proposed = Object.fromEntries(proposal.rows.map((row) => [row.document, row.amount]));
	frm.clear_table("allocations");
	for (const row of proposal.rows) frm.add_child("allocations", row);
	frm.refresh_field("allocations");
	if (!flt(frm.doc.amount) && proposal.amount) await frm.set_value("amount", proposal.amount);
}

frappe.ui.form.on("Member Payment Allocation", {
	async document(frm, cdt, cdn) {
		const row = locals[cdt][cdn];
		if (!row.document) return;
		const field =
			row.document_type === "Member Payment"
				? "unallocated_amount"
				: row.document_type === "Dunning Letter"
				? "fee"
				: frm.doc.direction === "Paid out"
				? "paid_amount"
				: "outstanding_amount";
		const { message } = await frappe.db.get_value(row.document_type, row.document, field);
		const others = frm.doc.allocations
			.filter((other) => other.name !== row.name)
			.reduce((total, other) => total + flt(other.amount), 0);
		const left = Math.max(flt(frm.doc.amount) - others, 0);
		frappe.model.set_value(cdt, cdn, "amount", Math.min(flt(message[field]), left));
	},
});

/** Requests that wait for money; for money paid back, requests that have some and payments with credit left. */
function open_ones(doc, row) {
	if (row.document_type === "Member Payment") {
		return { docstatus: 1, direction: "Received", unallocated_amount: [">", 0] };
	}
	if (row.document_type === "Dunning Letter") return { fee: [">", 0], fee_waived: 0 };
	if (doc.direction === "Paid out") return { docstatus: 1, paid_amount: [">", 0] };
	return { docstatus: 1, status: ["in", ["Open", "Partly Paid", "Payment Reversed"]] };
}

function currency_of(frm) {
	return frappe.meta.get_field_currency(
		frappe.meta.get_docfield("Member Payment", "unallocated_amount"),
		frm.doc
	);
}
