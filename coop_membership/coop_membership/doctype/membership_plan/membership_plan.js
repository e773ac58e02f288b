/** All members of the plan are asked for the next period: see desk/dues.py. */
frappe.ui.form.on("Membership Plan", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.disabled || !frm.has_perm("write")) return;
		frm.add_custom_button(
			__("Ask everybody for the next period"),
			() =>
				frappe.prompt(
					{
						fieldname: "days",
						fieldtype: "Int",
						label: __("Whose dues end within so many days"),
						default: frm.doc.renewal_notice_days || 60,
						reqd: 1,
					},
					async ({ days }) => {
						const count = await coop_membership.xcall("coop_membership.desk.dues.ask_everybody", {
							plan: frm.doc.name,
							days: String(days),
						});
						frappe.show_alert(__("Members who are being asked: {0}. You get a note.", [count]));
					},
					__("Ask everybody for the next period"),
					__("Ask")
				),
			__("Actions")
		);
	},
});
