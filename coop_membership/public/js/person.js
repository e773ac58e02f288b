// What Member and Membership Application have in common: where a person or an organisation is filled in.
frappe.provide("coop_membership");

const person = {
	setup(frm) {
		frm.set_query("legal_form", () => ({ filters: { disabled: 0, country: frm.doc.country } }));
		frm.set_query("referral_source", () => ({ filters: { disabled: 0 } }));
	},

	async onload(frm) {
		if (frm.is_new() && !frm.doc.cooperative) {
			const only = await frappe.db.get_list("Cooperative", { limit: 2 });
			if (only.length === 1) frm.set_value("cooperative", only[0].name);
		}
	},

	/** The host fills in the site's language: a person speaks the cooperative's until another is chosen. */
	async cooperative(frm) {
		if (!frm.is_new() || !frm.doc.cooperative) return;
		const { message } = await frappe.db.get_value("Cooperative", frm.doc.cooperative, "language");
		if (message?.language) frm.set_value("language", message.language);
	},
};
/** The stored number, +33612345678, as people read it: in its place, or below the box in which it is typed. */
coop_membership.show_phone = (frm) => {
	const { phone } = frm.doc;
	const shown = frm.doc.__onload?.phone_shown || "";
	frappe.meta.get_docfield(frm.doctype, "phone").formatter = (value) => (value === phone && shown) || value;
	frm.set_df_property("phone", "description", frm.has_perm("write") ? shown : "");
	frm.refresh_field("phone");
};

for (const doctype of ["Member", "Membership Application"]) {
	if (coop_membership.person_listens) break; // both forms load this file; one listens for both
	frappe.ui.form.on(doctype, person);
}
coop_membership.person_listens = true;
