/** Receipts of a year for everybody, from the cooperative's form. */
frappe.ui.form.on("Cooperative", {
	refresh(frm) {
		if (frm.is_new() || !frm.has_perm("write")) return;
		frm.add_custom_button(
			__("Receipts of a year"),
			() => {
				const last_year = Number(frappe.datetime.get_today().slice(0, 4)) - 1;
				frappe.prompt(
					{ fieldname: "year", fieldtype: "Int", label: __("Year"), default: last_year, reqd: 1 },
					async ({ year }) => {
						const arguments_ = { cooperative: frm.doc.name, year: String(year) };
						const count = await coop_membership.xcall("coop_membership.desk.receipts.start", arguments_);
						frappe.show_alert(__("Receipts that are being printed: {0}. You get a note.", [count]));
					},
					__("Receipts of a year"),
					__("Print")
				);
			},
			__("Actions")
		);
	},
});
