// An action names its document, and the server reads what is saved: the form on the screen is not sent along.
frappe.provide("coop_membership");

coop_membership.act = (frm, action, values, options) =>
	frappe.call({
		method: "coop_membership.desk.buttons.press",
		args: { doctype: frm.doctype, name: frm.docname, action, values: values || {} },
		...options,
	});
