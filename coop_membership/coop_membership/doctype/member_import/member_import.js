const SERVICE = "coop_membership.membership.importing";

frappe.ui.form.on("Member Import", {
	refresh(frm) {
		frm.trigger("show_downloads");
		frm.trigger("show_state");
		if (frm.is_new() || frm.is_dirty()) return;
		const action = (label, method) => frm.add_custom_button(label, () => frm.events.act(frm, method));
		if (["Draft", "Checked"].includes(frm.doc.status)) action(__("Check the file"), "check");
		if (frm.doc.status === "Checked") action(__("Move in"), "start").addClass("btn-primary");
		if (["Running", "Failed"].includes(frm.doc.status)) action(__("Go on"), "start");
	},

	onload(frm) {
		frappe.realtime.off("member_import");
		frappe.realtime.on("member_import", (progress) => {
			if (progress.status === "Running") {
				frm.dashboard.show_progress(__("Moving in"), progress.percent);
			} else {
				frm.dashboard.hide_progress(__("Moving in"));
				frm.reload_doc();
			}
		});
	},

	show_state(frm) {
		const { status, errors, notices, total_members, total_movements } = frm.doc;
		if (status === "Running") {
			frm.set_intro(__("Members are moving in. You can leave this page; it goes on."), "blue");
		} else if (status === "Failed") {
			frm.set_intro(__("The import stopped. Nothing is lost: Go on continues where it stopped."), "red");
		} else if (errors) {
			frm.set_intro(__("{0} errors and {1} notices. Correct the file, attach it again and check.", [errors, notices]), "red");
		} else if (status === "Checked") {
			frm.set_intro(
				__("No errors: {0} members and {1} operations can move in.", [total_members, total_movements]),
				"green"
			);
		}
	},

	show_downloads(frm) {
		const download = (method, values) => {
			const query = new URLSearchParams(values);
			window.open(`/api/method/${SERVICE}.${method}?${query}`);
		};
		for (const [language, name] of [["en", "English"], ["fr", "Français"], ["nl", "Nederlands"], ["de", "Deutsch"]]) {
			frm.add_custom_button(name, () => download("template", { language }), __("Template"));
		}
		if (!frm.is_new()) {
			for (const file_type of ["XLSX", "CSV"]) {
				frm.add_custom_button(
					file_type,
					() => download("export", { cooperative: frm.doc.cooperative, language: frappe.boot.lang, file_type }),
					__("Export all members")
				);
			}
		}
	},

	async act(frm, method) {
		await frm.call({ method, doc: frm.doc, freeze: true, freeze_message: __("Reading the file…") });
		frm.reload_doc();
	},
});
