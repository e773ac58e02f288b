// Who owes, on notices and letters: how to reach a debtor, for who chases and does not read members.
(() => {
	["Dunning Notice", "Dunning Letter"].forEach((doctype) => {
		frappe.ui.form.on(doctype, { refresh: show });
	});

	async function show(frm) {
		const place = frm.fields_dict.debtor_card?.$wrapper;
		if (!place) return;
		place.empty();
		if (frm.is_new()) return;
		const { doctype, name } = frm.doc;
		const card = await coop_membership.xcall("coop_membership.desk.dunning.debtor", { doctype, name });
		if (frm.doc.name !== name || !card.name) return;
		const line = (label, text) =>
			text && $("<p>").append($("<span>").text(__("{0}: {1}", [label, text])));
		place.empty().append(
			$("<address>").css("white-space", "pre-line").text(card.address || card.name),
			line(__("Phone"), card.phone),
			line(__("E-mail"), card.emails.join(", ")),
			line(__("Language"), card.language)
		);
		if (frm.doc.party && frappe.model.can_write("Dunning Notice")) {
			$('<button type="button" class="btn btn-xs btn-default mb-3">')
				.text(__("Follow-up of late payments"))
				.on("click", () => coop_membership.dunning.edit_follow_up(frm, frm.doc.party_type, frm.doc.party))
				.appendTo(place);
		}
	}
})();
