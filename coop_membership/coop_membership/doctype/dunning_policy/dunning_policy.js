frappe.ui.form.on("Dunning Policy", {
	setup(frm) {
		frm.set_query("account", "accounts", () => ({
			filters: { account_type: "Receivable", is_group: 0, ...(frm.doc.only_company ? { company: frm.doc.only_company } : {}) },
		}));
	},

	refresh(frm) {
		frm.toggle_display("accounts_section", !!frm.fields_dict.only_company);
		frm.toggle_display("levels_section", !frm.doc.ignore);
	},

	ignore(frm) {
		frm.trigger("refresh");
	},
});
