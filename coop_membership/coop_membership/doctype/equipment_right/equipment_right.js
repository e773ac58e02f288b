frappe.ui.form.on("Equipment Right", {
	setup(frm) {
		frm.set_query("right", "prerequisites", () => ({
			filters: {
				name: ["!=", frm.doc.name || ""],
				...(frm.doc.cooperative ? { cooperative: frm.doc.cooperative } : {}),
			},
		}));
	},
});
