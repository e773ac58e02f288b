frappe.ui.form.on("Cooperative", {
	setup(frm) {
		for (const field of ["receivable_account", "capital_account", "payout_account"]) {
			if (!frm.get_field(field)) continue;
			frm.set_query(field, () => ({
				filters: {
					company: frm.doc.company,
					is_group: 0,
					...(field === "receivable_account" ? { account_type: "Receivable" } : {}),
				},
			}));
		}
		if (frm.get_field("cost_center")) {
			frm.set_query("cost_center", () => ({ filters: { company: frm.doc.company, is_group: 0 } }));
		}
	},

	async refresh(frm) {
		frm.set_intro();
		if (frm.is_new()) return;
		if (frm.has_perm("write")) {
			frm.add_custom_button(__("Check the register"), () => ask_and_check_register(frm), __("Actions"));
			frm.add_custom_button(__("Look at the e-mails"), () => look_at_mails(frm), __("Actions"));
		}
		if (frappe.model.can_write("Dunning Policy")) {
			frm.add_custom_button(__("Reminders of late payments"), () => set_dunning(frm), __("Actions"));
		}
		if (frappe.model.can_read("Share Register Entry")) {
			for (const [report, label] of [
				["Member Register", __("Member Register")],
				["Share Register", __("Share Register")],
				["Capital Summary", __("Capital Summary")],
			]) {
				const open = () => frappe.set_route("query-report", report, { cooperative: frm.doc.name });
				frm.add_custom_button(label, open, __("Registers"));
			}
		}
		const name = frm.doc.name;
		const { message } = await coop_membership.act(frm, "overview");
		if (frm.doc.name !== name || !message) return;
		show_figures(frm, message.figures);
		show_steps(frm, message.steps);
	},
});

/** What those who chase decide about their work, and nothing else of the cooperative: the fields of its tab. */
function set_dunning(frm) {
	const fields = frm.meta.fields
		.filter((df) => df.fieldname.startsWith("dunning_") && !["Tab Break", "Column Break"].includes(df.fieldtype))
		.map((df) => ({ ...df, read_only: 0, default: frm.doc[df.fieldname] }));
	const policy = fields.find((df) => df.fieldname === "dunning_policy");
	policy.get_query = () => ({ filters: { disabled: 0 } });
	frappe.prompt(
		fields,
		async (values) => {
			await coop_membership.act(frm, "set_dunning", { values }, { freeze: true });
			await frm.reload_doc();
		},
		__("Reminders of late payments"),
		__("Save")
	);
}

function look_at_mails(frm) {
	const events = (frm.doc.emails || []).map((row) => row.event).filter((event) => event !== "Dunning Letter");
	coop_membership.look_at_mails(frm.doc.name, events, events[0], () => frm.reload_doc());
}

function show_figures(frm, figures) {
	const money = (amount) => format_currency(amount, frm.doc.currency, 2);
	frm.dashboard.clear_headline?.();
	frm.dashboard.stats_area_row.empty();
	frm.dashboard.add_indicator(
		__("Pending requests: {0}", [figures.pending]),
		figures.pending ? "orange" : "green"
	);
	frm.dashboard.add_indicator(__("Still to be paid: {0}", [money(figures.open_capital)]), "yellow");
	frm.dashboard.add_indicator(__("Members: {0}", [figures.members]), "green");
	frm.dashboard.add_indicator(__("Capital: {0}", [money(figures.capital)]), "green");
}

/** A checklist that ticks itself, until nothing is missing. */
function show_steps(frm, steps) {
	$(frm.wrapper).find(".coop-steps").remove();
	const left = steps.filter((step) => !step.done).length;
	if (!left) return;
	const lines = steps.map((step) => {
		const label = step.doctype
			? `<a href="${frappe.utils.generate_route({ type: "DocType", name: step.doctype })}">${step.label}</a>`
			: step.label;
		return step.done ? `<li class="text-muted">✓ <s>${step.label}</s></li>` : `<li>○ ${label}</li>`;
	});
	frm.dashboard.add_section(
		`<ul class="list-unstyled mb-0">${lines.join("")}</ul>`,
		__("Still to do: {0}", [left]),
		"custom coop-steps"
	);
	frm.dashboard.show();
}

/** The state that a print or a mail shows may be compared too: it can't be rewritten with the database. */
function ask_and_check_register(frm) {
	frappe.prompt(
		{
			fieldname: "anchor",
			fieldtype: "Data",
			label: __("State of the register, from a print or a mail"),
			description: __("Leave it empty to check the register by itself."),
		},
		({ anchor }) => check_register(frm, anchor),
		__("Check the register"),
		__("Check")
	);
}

async function check_register(frm, anchor) {
	frappe.dom.freeze(__("Checking the register"));
	let findings;
	try {
		findings = await frappe.xcall("coop_membership.desk.registers.check_now", {
			cooperative: frm.doc.name,
			anchor,
		});
	} catch {
		return; // the host has shown why
	} finally {
		frappe.dom.unfreeze();
	}
	if (!findings.length) {
		frappe.show_alert({ message: __("The register is sound."), indicator: "green" });
		return;
	}
	const lines = findings.map((finding) => {
		const sentence = frappe.utils.escape_html(finding.sentence);
		return `<li>${
			finding.name
				? `<a href="${frappe.utils.get_form_link(finding.doctype, finding.name)}">${sentence}</a>`
				: sentence
		}<br><span class="text-muted">${frappe.utils.escape_html(finding.remedy)}</span></li>`;
	});
	frappe.msgprint({
		title: __("The register is not sound"),
		message: `<ul>${lines.join("")}</ul>`,
		indicator: "red",
	});
}
