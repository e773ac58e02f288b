frappe.ui.form.on("Equipment Authorization", {
	setup(frm) {
		frm.set_query("member", () => ({ filters: { status: ["!=", "Former"] } }));
		frm.set_query("right", () => ({
			filters: { disabled: 0, ...(frm.doc.cooperative ? { cooperative: frm.doc.cooperative } : {}) },
		}));
	},

	refresh(frm) {
		frm.set_intro();
		if (frm.is_new()) return;
		const { doc } = frm;
		const day = (date) => frappe.datetime.str_to_user(date, false, true);
		if (doc.status === "Withdrawn") {
			frm.set_intro(__("Withdrawn on {0}: {1}", [day(doc.withdrawn_on), doc.withdrawn_reason]), "red");
		} else if (doc.status === "Expired") {
			frm.set_intro(__("Ended on {0}. Give the right again with a new authorization.", [day(doc.valid_until)]), "orange");
		} else {
			frm.set_intro(
				doc.valid_until
					? __("Counts until {0}, as long as the membership is in good standing.", [day(doc.valid_until)])
					: __("Counts as long as the membership is in good standing."),
				"green"
			);
			if (frm.has_perm("write")) frm.add_custom_button(__("Withdraw"), () => withdraw(frm));
		}
	},
});

function withdraw(frm) {
	frappe.prompt(
		{ fieldname: "reason", fieldtype: "Data", label: __("Reason"), reqd: 1, length: 140 },
		async ({ reason }) => {
			await coop_membership.act(frm, "withdraw", { reason }, { freeze: true });
			frm.reload_doc();
		},
		__("Withdraw this right"),
		__("Withdraw")
	);
}
