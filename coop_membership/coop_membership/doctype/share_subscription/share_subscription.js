frappe.ui.form.on("Share Subscription", {
	setup(frm) {
		frm.set_query("share_class", "items", () => ({
			filters: { cooperative: frm.doc.cooperative, disabled: 0 },
		}));
	},

	refresh(frm) {
		frm.set_intro();
		if (frm.is_new()) return;
		const [next, color] = what_comes_next(frm);
		frm.set_intro(next, color);
		if (frm.doc.docstatus !== 1) return;
		const actions = __("Actions");
		if (frm.has_perm("submit")) {
			if (["Open", "Partly Paid", "Payment Reversed"].includes(frm.doc.status)) {
				frm.page.set_primary_action(__("Record payment"), () => record_payment(frm));
				frm.page.btn_secondary.addClass("hidden-xs"); // no room on a phone for Cancel beside it
			}
			if (frm.doc.status === "Partly Paid") {
				frm.add_custom_button(__("Reduce to what is paid"), () => reduce_to_paid(frm), actions);
			}
			frm.add_custom_button(__("Look for payments now"), () => settle(frm), actions);
			if (["Open", "Partly Paid"].includes(frm.doc.status) && frm.doc.__onload?.pays_online) {
				frm.add_custom_button(__("Payment link"), () => show_payment_link(frm), actions);
			}
		}
		frm.add_custom_button(__("Print"), () => print(frm), actions);
		if (frm.has_perm("email")) frm.events.add_mails(frm);
	},

	add_mails(frm) {
		const mails = {
			Open: { "Capital Release Request": __("Send the request again"), "Payment Reminder": __("Send a reminder") },
			"Partly Paid": { "Payment Reminder": __("Send a reminder") },
			Paid: { Certificate: __("Send the certificate again") },
		};
		for (const [event, label] of Object.entries(mails[frm.doc.status] || {})) {
			frm.add_custom_button(label, () => resend(frm, event), __("Actions"));
		}
	},
});

frappe.ui.form.on("Share Line", {
	async share_class(frm, cdt, cdn) {
		const row = locals[cdt][cdn];
		if (!row.share_class) return;
		const { message } = await frappe.db.get_value("Share Class", row.share_class, "unit_price");
		frappe.model.set_value(cdt, cdn, "unit_price", message.unit_price);
		frappe.model.set_value(cdt, cdn, "amount", flt(message.unit_price) * cint(row.quantity));
	},
	quantity(frm, cdt, cdn) {
		const row = locals[cdt][cdn];
		frappe.model.set_value(cdt, cdn, "amount", flt(row.unit_price) * cint(row.quantity));
	},
});

/** The sentence at the top of the form, and its colour. */
function what_comes_next(frm) {
	const doc = frm.doc;
	if (doc.docstatus === 0) {
		return [__("Next: submit. The payment is then asked for."), "blue"];
	}
	const due = format_currency(doc.outstanding_amount, currency_of(frm), 2);
	const overdue = doc.due_date && doc.due_date < frappe.datetime.get_today();
	return {
		Open: [
			overdue
				? __("{0} are overdue since {1}. Next: record the payment, or send a reminder.", [
						due,
						frappe.datetime.str_to_user(doc.due_date, false, true),
				  ])
				: __("Waiting for {0}. The shares follow the payment by themselves.", [due]),
			overdue ? "orange" : "blue",
		],
		"Partly Paid": [__("A part is paid. Waiting for the remaining {0}.", [due]), "yellow"],
		Paid: [
			__("Paid on {0}; the shares are in the register.", [
				frappe.datetime.str_to_user(doc.effective_date, false, true),
			]),
			"green",
		],
		"Payment Reversed": [
			__("The payment was taken back after the shares were issued. Record the right payment, or correct it."),
			"red",
		],
		Cancelled: [__("Cancelled: nothing is asked for any more."), "red"],
	}[doc.status];
}

function currency_of(frm) {
	return frappe.meta.get_field_currency(frappe.meta.get_docfield("Share Subscription", "amount"), frm.doc);
}

function record_payment(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Record payment"),
		fields: coop_membership.money_fields(
			__("Amount received"),
			currency_of(frm),
			frm.doc.outstanding_amount || frm.doc.amount
		),
		primary_action_label: __("Record payment"),
		async primary_action(values) {
			dialog.hide();
			await frm.call({ method: "record_payment", doc: frm.doc, args: values, freeze: true });
			await frm.reload_doc();
			const done = frm.doc.status === "Paid";
			frappe.show_alert({
				message: done ? __("Paid: the shares are issued.") : __("The payment is recorded."),
				indicator: done ? "green" : "blue",
			});
		},
	});
	dialog.show();
}

/** The address of the page to pay online, to copy into a message. */
async function show_payment_link(frm) {
	const { message: link } = await frm.call({ method: "payment_link", doc: frm.doc });
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
}

async function settle(frm) {
	const before = frm.doc.status;
	await frm.call({ method: "settle", doc: frm.doc, freeze: true });
	await frm.reload_doc();
	if (frm.doc.status === before) frappe.show_alert(__("Nothing new: the state follows the payments already."));
}

function print(frm) {
	const url = frappe.urllib.get_full_url(
		"/api/method/frappe.utils.print_format.download_pdf?" +
			new URLSearchParams({
				doctype: frm.doc.doctype,
				name: frm.doc.name,
				format: "Capital Release Request",
				no_letterhead: 0,
			})
	);
	window.open(url, "_blank");
}

async function resend(frm, event) {
	const { message } = await frm.call({ method: "resend", doc: frm.doc, args: { event }, freeze: true });
	frappe.show_alert(
		message
			? { message: __("The mail is queued."), indicator: "green" }
			: { message: __("No mail was queued. Look at the comments below."), indicator: "orange" }
	);
}

function reduce_to_paid(frm) {
	frappe.confirm(
		__("Keep only as many shares as the money covers? The rest of the request is given up."),
		async () => {
			await frm.call({ method: "reduce_to_paid", doc: frm.doc, freeze: true });
			await frm.reload_doc();
		}
	);
}
