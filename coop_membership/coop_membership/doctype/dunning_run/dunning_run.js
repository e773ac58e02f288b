frappe.ui.form.on("Dunning Run", {
	setup(frm) {
		frm.set_query("policies", () => ({ filters: { disabled: 0 } }));
	},

	refresh(frm) {
		if (frm.is_new()) {
			if (!frm.doc.cooperative) {
				frappe.db.get_list("Cooperative", { limit: 2 }).then((found) => {
					if (found.length === 1) frm.set_value("cooperative", found[0].name);
				});
			}
			return;
		}
		if (frm.doc.docstatus === 0) {
			frm.disable_save && frm.page.clear_primary_action();
			if (frm.has_perm("submit")) {
				frm.page.set_primary_action(__("Compute the reminders"), () => compute(frm));
			}
			frm.add_custom_button(__("Preview"), () => preview(frm));
		}
		if (frm.doc.docstatus === 1) after_computing(frm);
	},
});

function saved(frm) {
	return frm.is_dirty() ? frm.save() : Promise.resolve();
}

function compute(frm) {
	saved(frm)
		.then(() => coop_membership.act(frm, "compute", {}, { freeze: true }))
		.then(() => frm.reload_doc());
}

function preview(frm) {
	saved(frm)
		.then(() => coop_membership.act(frm, "preview", {}, { freeze: true }))
		.then(({ message }) => {
			const dialog = new frappe.ui.Dialog({
				title: __("What this run would do"),
				size: "extra-large",
				fields: [{ fieldtype: "HTML", fieldname: "result" }],
				...(frm.has_perm("submit")
					? {
							primary_action_label: __("Compute the reminders"),
							primary_action() {
								dialog.hide();
								compute(frm);
							},
					  }
					: {}),
			});
			dialog.fields_dict.result.$wrapper.html(preview_html(message));
			dialog.show();
		});
}

function preview_html(found) {
	const escape = frappe.utils.escape_html;
	const rows = (list, last) =>
		list
			.map(
				(row) => `<tr><td>${escape(row.party)}</td><td>${escape(row.document)}</td>
				<td>${frappe.datetime.str_to_user(row.due_date, false, true)}</td>
				<td class="text-right">${format_currency(row.balance, row.currency, 2)}</td><td>${last(row)}</td></tr>`
			)
			.join("");
	const table = (title, list, last) =>
		list.length
			? `<table class="table table-bordered table-condensed"><thead><tr><th>${__("Debtor")}</th>
			<th>${__("Document")}</th><th>${__("Due date")}</th><th>${__("Balance due")}</th><th>${title}</th></tr></thead>
			<tbody>${rows(list, last)}</tbody></table>`
			: "";
	const reasons = found.reasons.map((row) => `<li>${escape(row.reason)} (${row.count})</li>`).join("");
	const why = (row) =>
		escape(row.reason) + (row.until ? ` (${frappe.datetime.str_to_user(row.until, false, true)})` : "");
	return `${found.report}${table(__("Level"), found.chased, (row) => row.level)}
		${found.others_count ? `<h5>${__("Not chased, and why")}</h5><ul>${reasons}</ul>` : ""}
		${table(__("Reason"), found.others, why)}`;
}

function after_computing(frm) {
	frm.page.set_primary_action(__("Open the reminders"), () =>
		frappe.set_route("List", "Dunning Notice", { run: frm.doc.name })
	);
	if (frm.doc.notice_count && frappe.model.can_write("Dunning Notice")) add_what_is_left(frm);
}

/** Only what would do something now: a run whose letters are all gone has nothing left to send or print. */
async function add_what_is_left(frm) {
	const of_run = (doctype, filters) => frappe.db.count(doctype, { filters: { run: frm.doc.name, ...filters } });
	const [drafts, ready, printed, calls] = await Promise.all([
		of_run("Dunning Notice", { state: "Draft" }),
		of_run("Dunning Notice", { state: "To Send" }),
		of_run("Dunning Letter", { to_print: 1 }),
		of_run("Dunning Letter", { to_call: 1 }),
	]);
	if (drafts) add_ready(frm);
	if (ready) add_send(frm);
	const group = __("Letters and calls");
	if (printed) add_print(frm, group);
	if (calls) {
		frm.add_custom_button(
			__("Phone list"),
			() => frappe.set_route("query-report", "Dunning Phone List", { run: frm.doc.name }),
			group
		);
	}
}

function add_ready(frm) {
	frm.add_custom_button(__("Set all ready to send"), () => {
		frappe.confirm(__("All drafts of this run become ready to send. Nothing is sent yet."), () =>
			coop_membership.act(frm, "set_state", { state: "To Send" }, { freeze: true })
				.then(({ message }) => frappe.show_alert(coop_membership.count(message, __("{0} reminder changed"), __("{0} reminders changed"))))
		);
	});
}

function add_send(frm) {
	frm.add_custom_button(__("Send"), () => {
		frappe.confirm(
			__("E-mails go into the mail queue now; letters and calls wait for you. Reminders that are ready to send only."),
			() =>
				coop_membership.act(frm, "send", {}, { freeze: true }).then(({ message }) => {
					frappe.show_alert(
						message.background
							? __("The letters are written in the background.")
							: coop_membership.count(message.letters, __("{0} letter written"), __("{0} letters written"))
					);
					frm.reload_doc();
				})
		);
	});
}

function add_print(frm, group) {
	frm.add_custom_button(__("Print the letters"), () => {
		frappe.confirm(__("The letters that wait are printed as one PDF and count as sent."), () =>
			open_url_post(
				"/api/method/run_doc_method",
				{ dt: frm.doctype, dn: frm.doc.name, method: "print_letters" },
				true // in a tab of its own: the desk stays
			)
		);
	}, group);
}
