frappe.ui.form.on("Membership", {
	setup(frm) {
		frm.set_query("plan", () => ({ filters: { cooperative: frm.doc.cooperative, disabled: 0 } }));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		frm.set_intro();
		frm.set_intro(...next_step(frm));
		if (frm.doc.docstatus !== 1) return;
		const { request } = coop_membership;
		const actions = __("Actions");
		if (coop_membership.may_record()) {
			if (["Open", "Expired"].includes(frm.doc.status)) {
				const paid = __("Paid until {0}.", [last_day(frm)]);
				frm.page.set_primary_action(__("Record payment"), () => request.record_payment(frm, paid));
				frm.page.btn_secondary.addClass("hidden-xs"); // no room on a phone for Cancel beside it
			}
			if (["Open", "Paid"].includes(frm.doc.status) && !frm.doc.renewed_by) {
				frm.add_custom_button(__("Renew"), () => renew(frm), actions);
			}
			frm.add_custom_button(__("Look for payments now"), () => request.settle(frm), actions);
			if (frm.doc.status === "Open" && frm.doc.__onload?.pays_online) {
				frm.add_custom_button(__("Payment link"), () => request.show_payment_link(frm), actions);
			}
		}
		frm.add_custom_button(__("Print"), () => request.print(frm, "Dues Request"), actions);
		if (frm.has_perm("email")) frm.events.add_mails(frm);
	},

	add_mails(frm) {
		const mails = {
			Open: frm.doc.renews
				? { "Renewal Due": __("Send the request again") }
				: { "Dues Request": __("Send the request again") },
			Paid: { "Membership Confirmed": __("Send the confirmation again") },
		};
		for (const [event, label] of Object.entries(mails[frm.doc.status] || {})) {
			frm.add_custom_button(label, () => coop_membership.request.resend(frm, event), __("Actions"));
		}
	},
});

function next_step(frm) {
	const { doc } = frm;
	if (doc.docstatus === 0) return [__("Next: submit. The payment is then asked for."), "blue"];
	const money = format_currency(doc.outstanding_amount, coop_membership.request.currency(frm), 2);
	return {
		Open: [__("Waiting for {0}. Next: record the payment.", [money]), "blue"],
		Paid: [
			doc.renewed_by
				? __("Paid until {0}. What follows is asked for: {1}.", [last_day(frm), doc.renewed_by])
				: __("Paid until {0}.", [last_day(frm)]),
			"green",
		],
		Expired: [__("Not paid in time: nothing is asked for any more."), "orange"],
		Cancelled: [__("Cancelled: nothing is asked for any more."), "red"],
	}[doc.status];
}

const last_day = (frm) => frappe.datetime.str_to_user(frm.doc.to_date, false, true);

function renew(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Renew"),
		fields: [
			{
				fieldname: "first_day",
				fieldtype: "Date",
				label: __("First day"),
				default: frm.doc.__onload?.renews_from,
				description: __("The dues of the next period are made and asked for by mail."),
				reqd: 1,
			},
		],
		primary_action_label: __("Renew"),
		async primary_action({ first_day }) {
			dialog.hide();
			const { message: name } = await coop_membership.act(frm, "renew", { first_day }, { freeze: true });
			frappe.set_route("Form", "Membership", name);
		},
	});
	dialog.show();
}
