// What our documents say, asked for by the name of the document: v15 and v16 ask for a state in a list, or one that can't
// be changed on a form, as if all documents said the same, and show the hint on a list's title untranslated.
for (const meta of Object.values(locals.DocType)) {
	if (meta.module !== "Coop Membership") continue;
	meta.description = __(meta.description);
	for (const df of meta.fields) {
		const choices = df.fieldtype === "Select" ? df.options || "" : []; // Dodock makes a list of them
		const options = Array.isArray(choices) ? choices.map((one) => one.value ?? one) : choices.split("\n");
		if (options.every((option) => __(option, null, meta.name) === __(option))) continue;
		df.formatter = (value) => __(value || "", null, meta.name);
		if (!df.in_list_view) continue;
		const list = (frappe.listview_settings[meta.name] ??= {});
		(list.formatters ??= {})[df.fieldname] ??= (value) =>
			`<span class="filterable indicator-pill ${frappe.utils.guess_colour(value)} ellipsis" data-filter="${
				df.fieldname
			},=,${value}"><span class="ellipsis">${df.formatter(value)}</span></span>`;
	}
}
coop_membership.mind_empty_lists();
