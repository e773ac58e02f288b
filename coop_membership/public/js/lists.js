// On a phone the hosts show a name and little else of a list's row: here is a line with what matters.
frappe.provide("coop_membership");

/** Put a line under each row of a list. `parts` says, for a document, the texts it is made of; empty ones are left out. */
coop_membership.phone_lines = function (list, parts) {
	list.$result.addClass("coop-phone-lines").find(".coop-phone-line").remove();
	const rows = list.$result.find(".list-row-container");
	const documents = Object.fromEntries(list.data.map((doc) => [doc.name, doc]));
	rows.each((_index, row) => {
		const name = decodeURIComponent($(row).find(".list-row-checkbox").attr("data-name") || "");
		if (!documents[name]) return;
		const text = parts(documents[name]).filter(Boolean).join(" · ");
		$('<div class="coop-phone-line">').text(text).insertAfter($(row).find(".list-row"));
	});
};

coop_membership.day = (value) => (value ? frappe.datetime.str_to_user(value, false, true) : "");

/** An amount of a document in the currency of its field, as text. */
coop_membership.amount = function (doc, fieldname) {
	const currency = frappe.meta.get_field_currency(frappe.meta.get_docfield(doc.doctype, fieldname), doc);
	return format_currency(doc[fieldname], currency, 2);
};

coop_membership.shares = (number) =>
	number ? coop_membership.count(number, __("{0} share"), __("{0} shares")) : "";
