// A manager opens a member's own pages as the member sees them: read only, noted. See portal/viewing.py.
frappe.ui.form.on("Member", {
	refresh(frm) {
		if (frm.is_new() || !frappe.model.can_write("Member") || frm.doc.merged_into) return;
		frm.add_custom_button(
			__("View as member"),
			async () => {
				const page = await coop_membership.xcall("coop_membership.portal.viewing.start", { member: frm.doc.name });
				window.open(page, "_blank", "noopener");
			},
			__("Actions")
		);
	},
});
