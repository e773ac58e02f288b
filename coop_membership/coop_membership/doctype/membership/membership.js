frappe.ui.form.on("Membership", {
	setup(frm) {
		frm.set_query("plan", () => ({ filters: { cooperative: frm.doc.cooperative, disabled: 0 } }));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		const [sentence, color] = next_step(frm);
		frm.set_intro(sentence, color);
		const may_submit = frm.perm[0]?.submit;
		if (frm.doc.docstatus !== 1 || !may_submit) return;
		if (["Open", "Expired"].includes(frm.doc.status)) {
			frm.add_custom_button(__("Record payment"), () => record_payment(frm)).addClass("btn-primary");
		}
		const live = ["Open", "Paid"].includes(frm.doc.status);
		if (live && !frm.doc.renewed_by) {
			frm.add_custom_button(__("Renew"), () => renew(frm));
		}
		const mails = { Open: "Dues Request", Paid: "Membership Confirmed", Expired: "Membership Expired" };
		const event = frm.doc.status === "Open" && frm.doc.renews ? "Renewal Due" : mails[frm.doc.status];
		if (event && frm.perm[0]?.email) {
			frm.add_custom_button(__("Send mail again"), async () => {
				const { message: queued } = await frm.call({ method: "resend", doc: frm.doc, args: { event } });
				frappe.show_alert(
					queued
						? { message: __("The mail is on its way."), indicator: "green" }
						: { message: __("No mail was sent: nobody has an address, or it failed."), indicator: "orange" }
				);
			});
		}
	},
});

function next_step(frm) {
	const doc = frm.doc;
	if (doc.docstatus === 0) return [__("Next: submit. The payment is then asked for."), "blue"];
	const money = format_currency(doc.outstanding_amount, currency_of(frm), 2);
	const last_day = frappe.datetime.str_to_user(doc.to_date, false, true);
	return {
		Open: [__("Waiting for {0}. Next: record the payment.", [money]), "blue"],
		Paid: [
			doc.renewed_by
				? __("Paid until {0}. What follows is asked for: {1}.", [last_day, doc.renewed_by])
				: __("Paid until {0}.", [last_day]),
			"green",
		],
		Expired: [__("Not paid in time: nothing is asked for any more."), "orange"],
		Cancelled: [__("Cancelled: nothing is asked for any more."), "red"],
	}[doc.status];
}

function currency_of(frm) {
	return frappe.meta.get_field_currency(frappe.meta.get_docfield("Membership", "amount"), frm.doc);
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
			frappe.show_alert({ message: __("The payment is recorded."), indicator: "green" });
		},
	});
	dialog.show();
}

function renew(frm) {
	frappe.confirm(__("Make the dues of the next period and ask for them by mail?"), async () => {
		const { message: name } = await frm.call({ method: "renew", doc: frm.doc, freeze: true });
		frappe.set_route("Form", "Membership", name);
	});
}
