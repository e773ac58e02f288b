// An action names its document, and the server reads what is saved: the form on the screen is not sent along.
frappe.provide("coop_membership");

/** The answer of a call. When it is refused the host shows the sentence, and what would have followed does not happen. */
coop_membership.unless_refused = (call, refused = () => {}) => new Promise((done) => call.then(done, refused));

coop_membership.call = (...args) => coop_membership.unless_refused(frappe.call(...args));
coop_membership.xcall = (...args) => coop_membership.unless_refused(frappe.xcall(...args));

coop_membership.act = (frm, action, values, options) =>
	coop_membership.unless_refused(
		frappe.call({
			method: "coop_membership.desk.buttons.press",
			args: { doctype: frm.doctype, name: frm.docname, action, values: values || {} },
			...options,
		}),
		() => frm.refresh() // the host leaves the button disabled
	);
