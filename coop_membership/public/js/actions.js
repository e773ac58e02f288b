// An action names its document, and the server reads what is saved: the form on the screen is not sent along.
frappe.provide("coop_membership");

/** The answer of a call. When it is refused the host shows the sentence, and what would have followed does not happen. */
coop_membership.unless_refused = (call, refused = () => {}) => new Promise((done) => call.then(done, refused));

coop_membership.call = (...args) => coop_membership.unless_refused(frappe.call(...args));
coop_membership.xcall = (...args) => coop_membership.unless_refused(frappe.xcall(...args));

/** Our own rights, see actions.py: the hosts know no submitting without writing. */
coop_membership.may_record = () => frappe.model.can_create("Member Payment");
coop_membership.may_decide = (frm) => frm.has_perm("submit") || frappe.user.has_role("Membership Board");

// the same action with the same values, asked for again before its answer is there, is a double click: one action
const under_way = {};
coop_membership.act = function (frm, action, values, options) {
	const args = { doctype: frm.doctype, name: frm.docname, action, values: values || {} };
	const key = JSON.stringify(args);
	const over = () => delete under_way[key];
	under_way[key] ??= new Promise((done) => {
		frappe.call({ method: "coop_membership.desk.buttons.press", args, ...options }).then(
			(answer) => over() && done(answer),
			() => over() && frm.refresh() // the host leaves the button disabled
		);
	});
	return under_way[key];
};

/** What is doubtful is said before `go` is done. A second press while the question stands asks nothing more. */
let asking = false;
coop_membership.unless_doubtful = function (doubts, question, go) {
	if (!doubts.length) return go();
	if (asking) return;
	asking = true;
	const asked = doubts.map((sentence) => `<p>${frappe.utils.escape_html(sentence)}</p>`).join("");
	const dialog = frappe.confirm(`${asked}<p>${question}</p>`, go);
	dialog.$wrapper.on("hidden.bs.modal", () => (asking = false));
};

// "Cancel all" takes nothing along: one document would be cancelled while the next one refuses. See hooks.py.
coop_membership.cancels_alone = [
	"Dunning Run",
	"Member Payment",
	"Activity Fee",
	"Membership",
	"Payment Correction",
	"Share Subscription",
	"Share Transaction",
];
for (const doctype of coop_membership.cancels_alone) {
	frappe.ui.form.on(doctype, {
		refresh(frm) {
			const books = ["Sales Invoice", "Payment Entry", "Journal Entry", "Payment Request"];
			frm.ignore_doctypes_on_cancel_all = [...coop_membership.cancels_alone, ...books];
		},
	});
}

/** A secret that is stored as its hash: shown now, and never again. */
coop_membership.show_once = function (title, secret) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields: [
			{
				fieldname: "secret",
				fieldtype: "Data",
				label: title,
				default: secret,
				read_only: 1,
				description: __("Copy it now: it is shown this once."),
			},
		],
		primary_action_label: __("Copy"),
		primary_action() {
			frappe.utils.copy_to_clipboard(secret);
			dialog.hide();
		},
	});
	dialog.show();
};

/** A sentence about so many: `one` or `many`, translated, each with a {0}. In French none is one, in English many. */
coop_membership.count = function (number, one, many) {
	const rule = new Intl.PluralRules((frappe.boot.lang || "en").replace("_", "-"));
	return (rule.select(number) === "one" ? one : many).replace("{0}", number);
};
