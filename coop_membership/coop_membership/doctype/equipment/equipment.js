frappe.ui.form.on("Equipment", {
	setup(frm) {
		const own = () => ({ filters: frm.doc.cooperative ? { cooperative: frm.doc.cooperative } : {} });
		frm.set_query("right", "needs", own);
		frm.set_query("member", "trainers", () => ({
			filters: { status: "Active", ...own().filters },
		}));
	},
});
