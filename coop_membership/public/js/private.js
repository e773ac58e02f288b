// Birth date, national number and IBAN on the forms of members and requests: see people/private.py.
(() => {
	const FIELDS = (doctype) =>
		doctype === "Share Transaction"
			? [{ fieldname: "iban", fieldtype: "Data", label: __("IBAN for the payout") }]
			: OF_PERSON();
	const OF_PERSON = () => [
		{ fieldname: "birth_date", fieldtype: "Date", label: __("Birth date") },
		{ fieldname: "national_number", fieldtype: "Data", label: __("National number") },
		{ fieldname: "iban", fieldtype: "Data", label: __("IBAN") },
	];

	["Member", "Membership Application", "Share Transaction"].forEach((doctype) => {
		frappe.ui.form.on(doctype, { refresh: draw });
	});

	function draw(frm) {
		const place = frm.fields_dict.private_details?.$wrapper;
		if (!place) return;
		place.empty();
		if (frm.is_new()) ask(frm, place);
		else if (frappe.model.can_read("Private Details")) show(frm, place);
	}

	/** A new document brings the values along under their own names. */
	function ask(frm, place) {
		const written = frm.doc;
		FIELDS(frm.doctype).forEach((df) => {
			const control = frappe.ui.form.make_control({
				parent: $("<div>").appendTo(place),
				df: {
					...df,
					onchange() {
						const value = control.get_value() || "";
						if ((written[df.fieldname] || "") === value) return;
						written[df.fieldname] = value;
						frm.dirty();
					},
				},
				render_input: true,
			});
			if (written[df.fieldname]) control.set_value(written[df.fieldname]);
		});
	}

	async function show(frm, place) {
		const { doctype, name } = frm.doc;
		const { fields, may_write } = await coop_membership.xcall("coop_membership.desk.private.show", { doctype, name });
		if (frm.doc.name !== name) return;
		place.empty();
		fields.forEach(({ fieldname, label, value }) => {
			const text = fieldname === "birth_date" && value ? frappe.datetime.str_to_user(value) : value;
			$('<div class="form-group">')
				.attr("data-private", fieldname)
				.append(
					$('<label class="control-label">').text(label),
					$('<div class="control-value like-disabled-input">').text(text || "")
				)
				.appendTo(place);
		});
		if (may_write) {
			$('<button type="button" class="btn btn-xs btn-default mb-3">')
				.text(__("Change private details"))
				.on("click", () => change(frm, place, fields))
				.appendTo(place);
		}
	}

	function change(frm, place, fields) {
		const known = Object.fromEntries(fields.map((field) => [field.fieldname, field.value]));
		const dialog = new frappe.ui.Dialog({
			title: __("Private details"),
			fields: FIELDS(frm.doctype).map((df) => ({ ...df, default: known[df.fieldname] })),
			primary_action_label: __("Save"),
			async primary_action() {
				const values = Object.fromEntries(FIELDS(frm.doctype).map(({ fieldname }) => [fieldname, dialog.get_value(fieldname) || ""]));
				const { doctype, name } = frm.doc;
				await coop_membership.xcall("coop_membership.desk.private.change", { doctype, name, values });
				dialog.hide();
				show(frm, place);
			},
		});
		dialog.show();
	}
})();
