frappe.ui.form.on("Share Register Entry", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.reverses || !frappe.model.can_write("Member")) return;
		frm.add_custom_button(__("Correct the date"), () => correct_date(frm));
	},
});

function correct_date(frm) {
	frappe.prompt(
		[
			{
				fieldname: "effective_date",
				fieldtype: "Date",
				label: __("Right effective date"),
				default: frm.doc.effective_date,
				reqd: 1,
			},
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("Reason"),
				reqd: 1,
				description: __(
					"While it is the newest operation its number stays; else it is taken back and entered anew. Both stand in the register."
				),
			},
			{
				fieldname: "send_certificates",
				fieldtype: "Check",
				label: __("Send a certificate with the right date"),
				default: 1,
				description: __("To everybody concerned who holds shares now. It replaces the one before."),
			},
		],
		async (values) => {
			const { effective_date } = values;
			const { message: doubts } = await coop_membership.act(frm, "date_doubts", { effective_date });
			const correct = async () => {
				const { message: name } = await coop_membership.act(frm, "correct_date", values, { freeze: true });
				frappe.show_alert({ message: __("The date is corrected."), indicator: "green" });
				if (name === frm.docname) await frm.reload_doc();
				else frappe.set_route("Form", "Share Register Entry", name);
			};
			coop_membership.unless_doubtful(doubts, __("Correct the date all the same?"), correct);
		},
		__("Correct the date"),
		__("Correct the date")
	);
}
