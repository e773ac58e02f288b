// Forms of documents that ask a member for money: a capital release request, dues.
frappe.provide("coop_membership.request");

coop_membership.request.currency = (frm) =>
	frappe.meta.get_field_currency(frappe.meta.get_docfield(frm.doctype, "amount"), frm.doc);

coop_membership.request.record_payment = function (frm, paid) {
	const seen = frm.doc.outstanding_amount; // another window may be quicker
	const dialog = new frappe.ui.Dialog({
		title: __("Record payment"),
		fields: coop_membership.money_fields(
			__("Amount received"),
			coop_membership.request.currency(frm),
			frm.doc.outstanding_amount || frm.doc.amount
		),
		primary_action_label: __("Record payment"),
		async primary_action(values) {
			const { amount, posting_date, reference } = values;
			const sent = { amount, posting_date, reference };
			const { message: doubts } = await coop_membership.act(frm, "payment_doubts", sent);
			const record = () => coop_membership.request.record(frm, dialog, values, seen, paid);
			coop_membership.unless_doubtful(doubts, __("Record it all the same?"), record);
		},
	});
	dialog.show();
};

coop_membership.request.record = async function (frm, dialog, values, seen, paid) {
	dialog.hide();
	await coop_membership.act(frm, "record_payment", { ...values, asked: 1, seen }, { freeze: true });
	await frm.reload_doc();
	const done = frm.doc.status === "Paid";
	frappe.show_alert({
		message: done ? paid : __("The payment is recorded."),
		indicator: done ? "green" : "blue",
	});
};

/** The address of the page to pay online, to copy into a message. */
coop_membership.request.show_payment_link = async function (frm) {
	const { message: link } = await coop_membership.act(frm, "payment_link");
	const dialog = new frappe.ui.Dialog({
		title: __("Payment link"),
		fields: [
			{
				fieldname: "link",
				fieldtype: "Small Text",
				label: __("Address of the page to pay online"),
				default: link,
				description: __("Whoever opens it sees what is still to be paid, and pays without a login."),
			},
		],
		primary_action_label: __("Copy"),
		primary_action() {
			frappe.utils.copy_to_clipboard(link);
			dialog.hide();
		},
	});
	dialog.show();
};

coop_membership.request.settle = async function (frm) {
	const before = frm.doc.status;
	await coop_membership.act(frm, "settle", {}, { freeze: true });
	await frm.reload_doc();
	if (frm.doc.status === before) frappe.show_alert(__("Nothing new: the state follows the payments already."));
};

coop_membership.request.print = function (frm, format) {
	const url = frappe.urllib.get_full_url(
		"/api/method/frappe.utils.print_format.download_pdf?" +
			new URLSearchParams({ doctype: frm.doc.doctype, name: frm.doc.name, format, no_letterhead: 1 })
	);
	window.open(url, "_blank");
};

coop_membership.request.resend = async function (frm, event) {
	const { message } = await coop_membership.act(frm, "resend", { event }, { freeze: true });
	frappe.show_alert(
		message
			? { message: __("The mail is queued."), indicator: "green" }
			: { message: __("No mail was queued. Look at the comments below."), indicator: "orange" }
	);
};
