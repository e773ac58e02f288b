// Lines of shares, on the request and on what it asks money for: price of the class, amounts, and their sum.
frappe.provide("coop_membership.share_lines");

coop_membership.share_lines.price = async function (frm, cdt, cdn) {
	const row = locals[cdt][cdn];
	if (row.share_class) {
		const { message } = await frappe.db.get_value("Share Class", row.share_class, "unit_price");
		await frappe.model.set_value(cdt, cdn, "unit_price", message.unit_price);
		await frappe.model.set_value(cdt, cdn, "amount", flt(message.unit_price) * cint(row.quantity));
	}
	coop_membership.share_lines.add_up(frm);
};

coop_membership.share_lines.add_up = function (frm) {
	const lines = frm.doc.shares || frm.doc.items || [];
	frm.set_value("amount", lines.reduce((total, row) => total + flt(row.amount), 0));
};

// both forms load this file, and a handler would be added by each: only the first one counts
if (!coop_membership.share_lines.is_on) {
	coop_membership.share_lines.is_on = true;
	frappe.ui.form.on("Share Line", {
		share_class: coop_membership.share_lines.price,
		quantity: coop_membership.share_lines.price,
		shares_remove: coop_membership.share_lines.add_up,
		items_remove: coop_membership.share_lines.add_up,
	});
}
