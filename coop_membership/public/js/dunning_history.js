// The reminders of an invoice, a request, a customer or a member, in their own tab or section.
frappe.provide("coop_membership.dunning");

coop_membership.dunning.COLORS = {
	Draft: "gray",
	"To Send": "blue",
	Queued: "yellow",
	Sent: "green",
	Failed: "red",
	Ignored: "light-blue",
	Overridden: "purple",
};

coop_membership.dunning.show_history = function (frm) {
	const field = frm.fields_dict.dunning_history;
	if (!field || frm.is_new() || !frappe.model.can_read("Dunning Notice")) return;
	coop_membership
		.xcall("coop_membership.desk.dunning.history", { doctype: frm.doctype, name: frm.doc.name })
		.then((rows) => field.$wrapper.html(coop_membership.dunning.table(frm, rows)));
};

coop_membership.dunning.table = function (frm, rows) {
	if (!rows.length) return `<p class="text-muted">${__("No reminders yet.")}</p>`;
	const of_debtor = ["Customer", "Member"].includes(frm.doctype);
	const heads = [
		__("Reminder date"),
		...(of_debtor ? [__("Document")] : []),
		__("Level"),
		__("State"),
		__("Channel"),
		__("Balance due"),
		__("Level title"),
		__("Policy"),
	];
	const escape = frappe.utils.escape_html;
	const body = rows.map((row) => {
		const color = coop_membership.dunning.COLORS[row.state];
		const link = frappe.utils.get_form_link("Dunning Notice", row.name);
		return `<tr>
			<td><a href="${link}">${frappe.datetime.str_to_user(row.control_date, false, true)}</a></td>
			${of_debtor ? `<td>${escape(row.document)}</td>` : ""}
			<td>${row.level}</td>
			<td title="${escape(row.state_reason || "")}"><span class="indicator-pill ${color}">${__(row.state, null, "Dunning Notice")}</span></td>
			<td>${__(row.channel)}</td>
			<td class="text-right">${format_currency(row.balance, row.currency, 2)}</td>
			<td>${escape(__(row.level_title || ""))}</td>
			<td>${escape(__(row.policy))}</td>
		</tr>`;
	});
	return `<div class="table-responsive"><table class="table table-bordered table-condensed">
		<thead><tr>${heads.map((head) => `<th>${head}</th>`).join("")}</tr></thead>
		<tbody>${body.join("")}</tbody></table></div>`;
};

coop_membership.dunning.edit_follow_up = async function (frm, doctype = frm.doctype, name = frm.doc.name) {
	const names = { doctype, name };
	await new Promise((loaded) => frappe.model.with_doctype(doctype, loaded));
	coop_membership.xcall("coop_membership.desk.dunning.get_follow_up", names).then((found) => {
		const fields = Object.keys(found.values).map((fieldname) => {
			const docfield = { ...frappe.meta.get_docfield(doctype, fieldname), read_only: 0 };
			docfield.default = found.values[fieldname];
			docfield.depends_on = docfield.insert_after = null;
			if (fieldname === "dunning_policy" && found.policies) {
				docfield.get_query = () => ({ filters: { name: ["in", found.policies] } });
			}
			return docfield;
		});
		frappe.prompt(
			fields,
			(values) => {
				const all = Object.fromEntries(fields.map((df) => [df.fieldname, values[df.fieldname] || null]));
				coop_membership
					.xcall("coop_membership.desk.dunning.set_follow_up", { ...names, values: all })
					.then(() => frm.reload_doc());
			},
			__("Follow-up of late payments"),
			__("Save")
		);
	});
};

coop_membership.dunning.DOCTYPES = ["Sales Invoice", "Customer", "Member", "Share Subscription", "Membership"];

for (const doctype of coop_membership.dunning.DOCTYPES) {
	if (coop_membership.dunning.ready) break; // several forms load this file; one listens once
	frappe.ui.form.on(doctype, {
		setup(frm) {
			if (!["Customer", "Member"].includes(doctype) || !frm.fields_dict.dunning_policy) return;
			frm.set_query("dunning_policy", () => ({
				query: "coop_membership.desk.dunning.search_fitting",
				filters: { party_type: doctype, party: frm.doc.name },
			}));
		},
		refresh(frm) {
			coop_membership.dunning.show_history(frm);
			const may = ["Dunning User", "Dunning Manager"].some((role) => frappe.user.has_role(role));
			if (may && !frm.is_new() && frm.fields_dict.dunning_policy) {
				frm.add_custom_button(
					__("Follow-up of late payments"),
					() => coop_membership.dunning.edit_follow_up(frm),
					__("Dunning")
				);
			}
		},
	});
}
coop_membership.dunning.ready = true;
