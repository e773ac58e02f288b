frappe.ui.form.on("Equipment", {
	setup(frm) {
		const own = () => ({ filters: frm.doc.cooperative ? { cooperative: frm.doc.cooperative } : {} });
		frm.set_query("right", "needs", own);
		frm.set_query("member", "trainers", () => ({
			filters: { status: "Active", ...own().filters },
		}));
	},

	refresh(frm) {
		if (frm.is_new() || !frm.has_perm("write")) return;
		frm.add_custom_button(__("New key for the reader"), () => new_key(frm));
	},
});

function new_key(frm) {
	frappe.confirm(__("The reader's present key stops working at once. Make a new one?"), async () => {
		const { message: key } = await coop_membership.act(frm, "new_reader_key", {}, { freeze: true });
		coop_membership.show_once(__("The key of this machine's reader"), key);
	});
}
