// What a member paid too much: shown on the member and on what asks for money, with what may become of it.
frappe.provide("coop_membership.credit");

coop_membership.credit.show = async function (frm) {
	const name = frm.doc.name;
	const { message: offer } = await coop_membership.act(frm, "credit");
	if (frm.doc.name !== name || !offer?.credit) return;
	const group = __("Credit: {0}", [format_currency(offer.credit, offer.currency, 2)]);
	if (offer.may_refund && offer.open.length) {
		frm.add_custom_button(__("Use the credit"), () => coop_membership.credit.use(frm, offer), group);
	}
	if (offer.may_have_shares) {
		frm.add_custom_button(__("More shares"), () => coop_membership.credit.more_shares(frm, offer), group);
	}
	if (offer.may_refund) {
		frm.add_custom_button(__("Pay it back"), () => coop_membership.credit.refund(frm, offer), group);
	}
	if (!offer.may_have_shares && !offer.may_refund) frm.dashboard.add_indicator(group, "blue");
};

/** What the credit pays by the rule for payments, before it does. */
coop_membership.credit.use = function (frm, offer) {
	const escape = frappe.utils.escape_html;
	const rows = offer.open.map(
		(row) => `<tr>
			<td>${escape(row.title)}<br><span class="text-muted">${escape(row.document)}</span></td>
			<td>${frappe.datetime.str_to_user(row.due_date, false, true)}</td>
			<td class="text-right">${format_currency(row.part, offer.currency, 2)}</td>
		</tr>`
	);
	const paid = offer.open.reduce((total, row) => flt(total + row.part, 2), 0);
	const dialog = new frappe.ui.Dialog({
		title: __("Use the credit"),
		fields: [{ fieldname: "consequence", fieldtype: "HTML" }],
		primary_action_label: __("Pay {0}", [format_currency(paid, offer.currency, 2)]),
		async primary_action() {
			dialog.hide();
			await coop_membership.act(frm, "use_credit", {}, { freeze: true });
			await frm.reload_doc();
			frappe.show_alert({ message: __("Paid with the credit."), indicator: "green" });
		},
	});
	dialog.fields_dict.consequence.$wrapper.html(
		`<table class="table table-sm">
			<thead><tr>
				<th>${__("What is open")}</th><th>${__("Due on")}</th><th class="text-right">${__("Paid with it")}</th>
			</tr></thead>
			<tbody>${rows.join("")}</tbody>
		</table>` + coop_membership.credit.sums(offer, __("Paid with it"), paid)
	);
	dialog.show();
};

coop_membership.credit.more_shares = function (frm, offer) {
	if (offer.obstacle) {
		frappe.msgprint({ title: __("No more shares"), message: frappe.utils.escape_html(offer.obstacle) });
		return;
	}
	const dialog = new frappe.ui.Dialog({
		title: __("More shares"),
		fields: [
			{
				fieldname: "quantity",
				fieldtype: "Int",
				label: __("Number of shares"),
				default: offer.quantity,
				description: __("{0} at most", [offer.quantity]),
				reqd: 1,
			},
			{ fieldname: "consequence", fieldtype: "HTML" },
		],
		primary_action_label: __("Issue the shares"),
		async primary_action({ quantity }) {
			dialog.hide();
			const args = { quantity };
			const { message: name } = await coop_membership.act(frm, "more_shares", args, { freeze: true });
			await frm.reload_doc();
			frappe.show_alert({ message: __("The shares are issued: {0}", [name]), indicator: "green" });
		},
	});
	const show_consequence = () => {
		const quantity = cint(dialog.get_value("quantity"));
		const price = quantity * offer.unit_price;
		dialog.fields_dict.consequence.$wrapper.html(
			coop_membership.credit.sums(offer, `${quantity} × ${offer.title}`, price) +
				`<p class="text-muted">${__(
					"The shares count from the day the money came in. The member receives the certificate by mail."
				)}</p>`
		);
	};
	dialog.fields_dict.quantity.df.onchange = show_consequence;
	dialog.show();
	show_consequence();
};

coop_membership.credit.refund = function (frm, offer) {
	const dialog = new frappe.ui.Dialog({
		title: __("Pay it back"),
		fields: [
			...coop_membership.money_fields(__("Amount paid back"), offer.currency, offer.credit),
			{ fieldtype: "Section Break" },
			{ fieldname: "consequence", fieldtype: "HTML" },
		],
		primary_action_label: __("Record the refund"),
		async primary_action({ consequence, ...args }) {
			dialog.hide();
			await coop_membership.act(frm, "refund", args, { freeze: true });
			await frm.reload_doc();
			frappe.show_alert({ message: __("The refund is recorded."), indicator: "green" });
		},
	});
	const show_consequence = () => {
		const amount = flt(dialog.get_value("amount"), 2);
		dialog.fields_dict.consequence.$wrapper.html(
			coop_membership.credit.sums(offer, __("Paid back"), amount) +
				`<p class="text-muted">${__(
					"You make the transfer at your bank; it is recorded here. The shares stay as they are."
				)}</p>`
		);
	};
	dialog.fields_dict.amount.df.onchange = show_consequence;
	dialog.show();
	show_consequence();
};

/** The credit, what goes off it and what stays. */
coop_membership.credit.sums = function (offer, label, amount) {
	const left = flt(offer.credit - amount, 2);
	const rows = [
		[__("Credit"), offer.credit],
		[label, amount],
		[__("Stays as credit"), left, left < 0 ? "bold text-danger" : "bold"],
	].map(
		([text, sum, look = ""]) => `<tr class="${look}">
			<td>${frappe.utils.escape_html(text)}</td>
			<td class="text-right">${format_currency(sum, offer.currency, 2)}</td>
		</tr>`
	);
	return `<table class="table table-sm" style="margin-bottom: 1rem"><tbody>${rows.join("")}</tbody></table>`;
};

for (const doctype of ["Activity Fee", "Member", "Membership", "Share Subscription"]) {
	frappe.ui.form.on(doctype, {
		refresh(frm) {
			const saved = !frm.is_new() && (doctype === "Member" || frm.doc.docstatus === 1) && frappe.model.can_read("Member");
			if (saved) coop_membership.credit.show(frm);
		},
	});
}
