// "Correct a wrong match": from what is paid, its invoice, the payment or the bank's line to a new Payment Correction.
frappe.provide("coop_membership.correction");

coop_membership.correction.offer = async function (frm) {
	const { doctype, name } = frm.doc;
	if (frm.is_new() || frm.doc.docstatus !== 1 || !frappe.model.can_create("Payment Correction")) return;
	const found = await coop_membership.xcall("coop_membership.desk.corrections.starts", { doctype, name });
	const reversed = frm.doc.status === "Payment Reversed";
	if (frm.doc.name !== name || !(found.length || reversed)) return;
	frm.add_custom_button(
		__("Correct a wrong match"),
		() => {
			if (!found.length) coop_membership.correction.begin({ demand_type: doctype, demand: name });
			else if (found.length === 1) coop_membership.correction.begin(found[0].values);
			else coop_membership.correction.choose(found);
		},
		__("Actions")
	);
};

coop_membership.correction.begin = function (values) {
	frappe.new_doc("Payment Correction", values);
};

/** One payment pays several requests, or one line of the bank several payments: which is wrong? */
coop_membership.correction.choose = function (found) {
	const dialog = new frappe.ui.Dialog({
		title: __("Which one is wrong?"),
		fields: [
			{
				fieldname: "label",
				fieldtype: "Select",
				label: __("Payment"),
				options: found.map(({ label }) => label),
				default: found[0].label,
				reqd: 1,
			},
		],
		primary_action_label: __("Continue"),
		primary_action({ label }) {
			dialog.hide();
			coop_membership.correction.begin(found.find((start) => start.label === label).values);
		},
	});
	dialog.show();
};

for (const doctype of [
	"Share Subscription",
	"Activity Fee",
	"Membership",
	"Sales Invoice",
	"Payment Entry",
	"Journal Entry",
	"Member Payment",
	"Bank Transaction",
]) {
	frappe.ui.form.on(doctype, { refresh: (frm) => void coop_membership.correction.offer(frm) });
}
