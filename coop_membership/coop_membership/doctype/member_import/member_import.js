const SERVICE = "coop_membership.moving_in.check";
const LISTED = 1000; // findings on the page; all of them are kept

frappe.ui.form.on("Member Import", {
	refresh(frm) {
		frm.trigger("show_downloads");
		frm.trigger("show_state");
		frm.trigger("show_findings");
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

	show_findings(frm) {
		// whole sentences, which a grid would cut off
		const rows = (frm.doc.findings || []).slice(0, LISTED);
		const cell = (text) => `<td>${frappe.utils.escape_html(String(text))}</td>`;
		const titles = [__("Line"), __("Column"), __("What is wrong"), __("Kind")];
		const more = (frm.doc.findings || []).length - rows.length;
		frm.get_field("findings_list").$wrapper.html(`
			<table class="table table-bordered">
				<thead><tr>${titles.map((title) => `<th scope="col">${title}</th>`).join("")}</tr></thead>
				<tbody>${rows
					.map((row) => [row.line || "", row.column_title || "", row.message, __(row.kind)].map(cell))
					.map((cells) => `<tr>${cells.join("")}</tr>`)
					.join("")}</tbody>
			</table>
			${more > 0 ? `<p>${__("And {0} more. Correct these first.", [more])}</p>` : ""}`);
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
		await coop_membership.act(frm, method, {}, { freeze: true, freeze_message: __("Reading the file…") });
		frm.reload_doc();
	},
});
