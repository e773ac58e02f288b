frappe.ui.form.on("Share Subscription", {
	setup(frm) {
		frm.set_query("share_class", "items", () => ({
			filters: { cooperative: frm.doc.cooperative, disabled: 0 },
		}));
	},

	refresh(frm) {
		const { request } = coop_membership;
		frm.set_intro();
		if (frm.is_new()) return;
		const [next, color] = what_comes_next(frm);
		frm.set_intro(next, color);
		if (frm.doc.docstatus !== 1) return;
		const actions = __("Actions");
		if (coop_membership.may_record()) {
			if (["Open", "Partly Paid", "Payment Reversed"].includes(frm.doc.status)) {
				frm.page.set_primary_action(__("Record payment"), () =>
					request.record_payment(frm, __("Paid: the shares are issued."))
				);
				frm.page.btn_secondary.addClass("hidden-xs"); // no room on a phone for Cancel beside it
			}
			if (frm.doc.status === "Partly Paid") {
				frm.add_custom_button(__("Reduce to what is paid"), () => reduce_to_paid(frm), actions);
			}
			frm.add_custom_button(__("Look for payments now"), () => request.settle(frm), actions);
			if (["Open", "Partly Paid"].includes(frm.doc.status) && frm.doc.__onload?.pays_online) {
				frm.add_custom_button(__("Payment link"), () => request.show_payment_link(frm), actions);
			}
		}
		frm.add_custom_button(__("Print"), () => request.print(frm, "Capital Release Request"), actions);
		if (frm.has_perm("email")) frm.events.add_mails(frm);
	},

	add_mails(frm) {
		const mails = {
			Open: { "Capital Release Request": __("Send the request again"), "Payment Reminder": __("Send a reminder") },
			"Partly Paid": { "Payment Reminder": __("Send a reminder") },
			Paid: { Certificate: __("Send the certificate again") },
		};
		for (const [event, label] of Object.entries(mails[frm.doc.status] || {})) {
			frm.add_custom_button(label, () => coop_membership.request.resend(frm, event), __("Actions"));
		}
	},
});

/** The sentence at the top of the form, and its colour. */
function what_comes_next(frm) {
	const doc = frm.doc;
	if (doc.docstatus === 0) {
		return [__("Next: submit. The payment is then asked for."), "blue"];
	}
	const due = format_currency(doc.outstanding_amount, coop_membership.request.currency(frm), 2);
	const overdue = doc.due_date && doc.due_date < frappe.datetime.get_today();
	return {
		Open: [
			overdue
				? __("{0} have been overdue since {1}. Next: record the payment, or send a reminder.", [
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

function reduce_to_paid(frm) {
	frappe.confirm(
		__("Keep only as many shares as the money covers? The rest of the request is given up."),
		async () => {
			await coop_membership.act(frm, "reduce_to_paid", {}, { freeze: true });
			await frm.reload_doc();
		}
	);
}
