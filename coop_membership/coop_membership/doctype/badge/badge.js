frappe.ui.form.on("Badge", {
	setup(frm) {
		frm.set_query("member", () => ({ filters: { status: ["!=", "Former"] } }));
	},

	refresh(frm) {
		frm.set_intro();
		if (frm.is_new()) return;
		const words = {
			New: [__("Next: give it a code, and write it on the card or tag."), "blue"],
			Valid: [__("This badge counts."), "green"],
			Revoked: [__("This badge is revoked and opens nothing."), "red"],
		};
		frm.set_intro(...words[frm.doc.status]);
		if (frm.doc.status === "Revoked" || !frm.has_perm("write")) return;
		frm.add_custom_button(__("Give a new code"), () => issue(frm));
		frm.add_custom_button(__("Revoke"), () => revoke(frm));
	},
});

async function issue(frm) {
	const { message: code } = await coop_membership.act(frm, "issue", {}, { freeze: true });
	await frm.reload_doc();
	coop_membership.show_once(__("The code of this badge"), code);
}

function revoke(frm) {
	frappe.prompt(
		{ fieldname: "reason", fieldtype: "Data", label: __("Reason") },
		async ({ reason }) => {
			await coop_membership.act(frm, "revoke", { reason: reason || "" }, { freeze: true });
			frm.reload_doc();
		},
		__("Revoke"),
		__("Revoke")
	);
}
