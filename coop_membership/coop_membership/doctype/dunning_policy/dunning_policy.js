frappe.ui.form.on("Dunning Policy", {
	setup(frm) {
		frm.set_query("account", "accounts", () => ({
			filters: { account_type: "Receivable", is_group: 0, ...(frm.doc.only_company ? { company: frm.doc.only_company } : {}) },
		}));
	},

	refresh(frm) {
		frm.toggle_display("accounts_section", !!frm.fields_dict.only_company);
		frm.toggle_display("levels_section", !frm.doc.ignore);
		if (frm.is_new() || frm.doc.ignore || !frm.doc.levels?.length || !frm.perm[0]?.write) return;
		frm.add_custom_button(__("Write the texts"), () => write_texts(frm));
	},

	ignore(frm) {
		frm.trigger("refresh");
	},
});

/** The texts of each level in plain words: fields by a click, the mail and the letter below as a debtor would get them. */
async function write_texts(frm) {
	if (frm.is_dirty()) return frappe.msgprint(__("Save the policy first."));
	const { message: names } = await coop_membership.act(frm, "text_fields");
	const levels = [...frm.doc.levels].sort((one, other) => one.level - other.level);
	const label = (row) => `${row.level}. ${__(row.title)}`;
	const texts = {};
	for (const row of levels) texts[label(row)] = { row, letter_text: row.letter_text || "", email_text: row.email_text || "" };
	const dialog = new frappe.ui.Dialog({
		title: __("Texts of {0}", [frm.doc.title]),
		size: "extra-large",
		fields: [
			{
				fieldname: "hint",
				fieldtype: "HTML",
				options: `<p class="text-muted">${__("A click on a field puts it where you write. It is filled in for each person.")}</p>`,
			},
			{ fieldname: "level", fieldtype: "Select", label: __("Level"), options: Object.keys(texts), default: label(levels[0]) },
			{ fieldname: "fields", fieldtype: "HTML" },
			{ fieldname: "email_text", fieldtype: "Text", label: __("Text of the e-mail") },
			{ fieldname: "letter_text", fieldtype: "Text", label: __("Text of the letter") },
			{ fieldname: "mail", fieldtype: "HTML" },
			{ fieldname: "letter", fieldtype: "HTML" },
		],
		primary_action_label: __("Save"),
		async primary_action() {
			keep();
			for (const { row, letter_text, email_text } of Object.values(texts)) {
				await frappe.model.set_value(row.doctype, row.name, { letter_text, email_text });
			}
			dialog.hide();
			if (frm.is_dirty()) frm.save();
		},
		secondary_action_label: __("Send me a test"),
		async secondary_action() {
			const { message: address } = await coop_membership.act(frm, "send_test", draft(), { freeze: true });
			frappe.show_alert({ message: __("The mail is queued for {0}.", [address]), indicator: "green" });
		},
	});
	let chosen = label(levels[0]);
	const written = (field) => dialog.fields_dict[field].$input.val();
	const keep = () => ["letter_text", "email_text"].forEach((field) => (texts[chosen][field] = written(field)));
	const draft = () => {
		keep();
		const { row, letter_text, email_text } = texts[chosen];
		return { level: row.level, letter_text, email_text };
	};
	const put_in = (field) => dialog.fields_dict[field].$input.val(texts[chosen][field]);
	const fill = () => ["letter_text", "email_text"].forEach(put_in);
	let shown = "";
	const show = async () => {
		const wanted = draft();
		if (!dialog.$wrapper.is(":visible") || JSON.stringify(wanted) === shown) return;
		shown = JSON.stringify(wanted);
		const { message: found } = await coop_membership.act(frm, "preview_texts", wanted);
		if (shown !== JSON.stringify(draft())) return;
		coop_membership.show_mail(dialog.fields_dict.mail.$wrapper, { subject: found.subject, about: __("E-mail"), message: found.mail });
		const about = { subject: texts[chosen].row.title, about: __("Letter"), message: found.letter };
		coop_membership.show_mail(dialog.fields_dict.letter.$wrapper, about);
	};
	dialog.fields_dict.level.$input.on("change", () => {
		keep();
		chosen = dialog.get_value("level");
		fill();
		show();
	});
	let last = "letter_text"; // where one wrote last
	for (const field of ["letter_text", "email_text"]) {
		dialog.fields_dict[field].$input.attr("rows", 6).css("height", "auto").on("focus", () => (last = field));
	}
	const buttons = names.map((name) =>
		$("<button>", { type: "button", class: "btn btn-default btn-xs coop-mail-field", text: name })
			.on("mousedown", (press) => press.preventDefault()) // the place where one writes is kept
			.on("click", () => {
				const place = dialog.fields_dict[last].$input[0];
				place.setRangeText(`[${name}]`, place.selectionStart, place.selectionEnd, "end");
				$(place).trigger("input").trigger("focus");
			})
	);
	dialog.fields_dict.fields.$wrapper.append($('<div class="coop-mail-fields">').append(buttons));
	dialog.$wrapper.on("input", "textarea", frappe.utils.debounce(show, 800));
	dialog.show();
	fill();
	show();
}
