const SERVICE = "coop_membership.desk.moving_in";
const LISTED = 1000; // findings on the page; all of them are kept
const LEAVE_OUT = "-";
const escape = (text) => frappe.utils.escape_html(String(text ?? ""));

frappe.ui.form.on("Member Import", {
	setup(frm) {
		frm.set_query("class_for_all", () => ({ filters: { cooperative: frm.doc.cooperative } }));
	},

	refresh(frm) {
		// what is said of a column is stored at once: nothing is left to save, and no button says so
		if (frm.is_new() || frm.is_dirty()) frm.enable_save();
		else frm.disable_save(true); // brought back by a field that is changed
		frm.trigger("show_downloads");
		frm.trigger("show_state");
		frm.trigger("show_findings");
		frm.trigger("show_sums");
		frm.trigger("show_titles");
		if (frm.is_new() || frm.is_dirty()) return;
		const action = (label, method) => frm.add_custom_button(label, () => frm.events.act(frm, method));
		if (["Draft", "Checked"].includes(frm.doc.status)) action(__("Check the file"), "check");
		if (frm.doc.status === "Checked") {
			frm.add_custom_button(__("Move in"), () => frm.events.move_in(frm)).addClass("btn-primary");
		}
		if (["Running", "Failed"].includes(frm.doc.status)) action(__("Go on"), "start");
	},

	after_save(frm) {
		if (frm.doc.status === "Draft" && frm.doc.file) frm.events.act(frm, "check");
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

	...Object.fromEntries(
		["cooperative", "file", "date_for_all", "class_for_all"].map((field) => [field, (frm) => frm.enable_save()])
	),

	summary(frm) {
		return JSON.parse(frm.doc.summary || "{}");
	},

	show_state(frm) {
		const { status, errors, notices, total_lines, total_members, total_movements, total_shares } = frm.doc;
		if (status === "Running") {
			frm.set_intro(__("Members are moving in. You can leave this page; it goes on."), "blue");
		} else if (status === "Failed") {
			frm.set_intro(__("The import stopped. Nothing is lost: Go on continues where it stopped."), "red");
		} else if (errors) {
			frm.set_intro(__("Errors: {0}. Notices: {1}. Correct the file or say what its columns mean, then check again.", [errors, notices]), "red");
		} else if (status === "Checked") {
			const found = [total_lines, total_members, total_movements, total_shares];
			frm.set_intro(
				__("No errors. Lines in the file: {0}. To move in: members {1}, operations {2}, shares {3}.", found),
				frm.doc.is_whole ? "green" : "orange"
			);
		}
	},

	show_sums(frm) {
		const { classes = [], currency } = frm.events.summary(frm);
		const titles = [__("Share class"), __("Shares"), __("Value")];
		const rows = classes.map((row) => [escape(row.title), row.shares, format_currency(row.value, currency)]);
		frm.get_field("summary_list").$wrapper.html(table(titles, rows));
	},

	show_findings(frm) {
		// whole sentences, which a grid would cut off
		const rows = (frm.doc.findings || []).slice(0, LISTED);
		const titles = [__("Line", null, "Member Import Finding"), __("Column"), __("What is wrong"), __("Kind")];
		const more = (frm.doc.findings || []).length - rows.length;
		const cells = rows.map((row) => [row.line || "", row.column_title || "", row.message, __(row.kind, null, "Member Import Finding")].map(escape));
		frm.get_field("findings_list").$wrapper.html(
			table(titles, cells) + (more > 0 ? `<p>${__("And {0} more. Correct these first.", [more])}</p>` : "")
		);
	},

	async show_titles(frm) {
		const wrapper = frm.get_field("titles_list").$wrapper.empty();
		const titles = frm.events.summary(frm).titles || [];
		if (!titles.length || frm.is_new()) return;
		const changeable = ["Draft", "Checked"].includes(frm.doc.status);
		const { message: choices } = await coop_membership.act(frm, "columns");
		const options = (chosen) =>
			[{ value: "", label: "" }, { value: LEAVE_OUT, label: __("Leave out") }, ...choices]
				.map(({ value, label }) => `<option value="${escape(value)}" ${value === chosen ? "selected" : ""}>${escape(label)}</option>`)
				.join("");
		const rows = titles.map((row, index) => [
			`<b>${escape(row.title)}</b> <span class="text-muted">${escape(row.letter)}</span>
				<div class="text-muted small" style="overflow-wrap: anywhere">${escape(row.sample)}</div>`,
			`<select class="form-control input-sm" data-index="${index}" aria-label="${escape(row.title)}"
				${changeable ? "" : "disabled"}>${options(row.left_out ? LEAVE_OUT : row.key)}</select>`,
		]);
		wrapper.html(table([__("Title in the file"), __("Is read as")], rows));
		wrapper.find("select").on("change", function () {
			const { title } = titles[$(this).data("index")];
			if (this.value) frm.events.assign(frm, { [title]: this.value === LEAVE_OUT ? "" : this.value });
		});
	},

	async assign(frm, titles) {
		await frm.events.act(frm, "assign", { titles });
		frappe.show_alert({ message: __("Saved: the file is checked again."), indicator: "green" });
	},

	show_downloads(frm) {
		const download = (method, values) => {
			const query = new URLSearchParams(values);
			window.open(`/api/method/${SERVICE}.${method}?${query}`);
		};
		const languages = frm.doc.status === "Checked" ? [] : [["en", "English"], ["fr", "Français"], ["nl", "Nederlands"], ["de", "Deutsch"]];
		for (const [language, name] of languages) {
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

	move_in(frm) {
		const { lines, read, left_out, doubles } = frm.events.summary(frm);
		const asked = [];
		if (lines !== read) asked.push(__("Lines in the file: {0}; lines read: {1}.", [lines, read]));
		if (left_out) asked.push(__("Cells or sheets that are not read: {0}. See the findings and the columns.", [left_out]));
		if (doubles) asked.push(__("Lines that seem to say again what is here already, or to be no member: {0}.", [doubles]));
		if (frm.doc.notices) asked.push(__("Notices, listed below: {0}.", [frm.doc.notices]));
		const go = () => frm.events.act(frm, "start", { not_read: 1 });
		if (!asked.length) return go();
		frappe.confirm(`${asked.map((text) => `<p>${text}</p>`).join("")}<p>${__("Move in all the same?")}</p>`, go);
	},

	async act(frm, method, args) {
		await coop_membership.act(frm, method, args || {}, { freeze: true, freeze_message: __("Reading the file…") });
		await frm.reload_doc();
	},
});

function table(titles, rows) {
	if (!rows.length) return "";
	return `<div style="overflow-x: auto"><table class="table table-bordered">
		<thead><tr>${titles.map((title) => `<th scope="col">${title}</th>`).join("")}</tr></thead>
		<tbody>${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("")}</tbody>
	</table></div>`;
}
