frappe.ui.form.on("Dunning Notice", {
	setup(frm) {
		frm.set_query("document_type", () => ({
			filters: { name: ["in", ["Sales Invoice", "Share Subscription", "Membership"]] },
		}));
		frm.set_query("document", () => ({ filters: { docstatus: 1, outstanding_amount: [">", 0] } }));
		frm.set_query("policy", () => ({ filters: { disabled: 0, ignore: 0 } }));
	},

	refresh(frm) {
		if (frm.is_new() || !frappe.model.can_write("Dunning Notice")) return;
		if (frm.doc.state !== "Overridden" && frm.doc.state !== "Queued") {
			frm.add_custom_button(__("Override the level"), () => override(frm));
		}
		if (frm.doc.state === "Failed" && frm.doc.letter) {
			frm.add_custom_button(__("Send again"), () =>
				coop_membership
					.xcall("run_doc_method", { dt: "Dunning Letter", dn: frm.doc.letter, method: "resend" })
					.then(() => frm.reload_doc())
			);
		}
	},
});

function override(frm) {
	frappe.prompt(
		[
			{
				fieldname: "policy",
				fieldtype: "Link",
				options: "Dunning Policy",
				label: __("Policy"),
				default: frm.doc.policy,
				reqd: 1,
				get_query: () => ({ filters: { disabled: 0, ignore: 0 } }),
			},
			{ fieldname: "level", fieldtype: "Int", label: __("Level"), default: frm.doc.level + 1, reqd: 1 },
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
			{
				fieldname: "warning",
				fieldtype: "HTML",
				options: `<p class="text-muted">${__(
					"The reminders of this document so far become overridden; a new draft of that level is made now."
				)}</p>`,
			},
		],
		({ policy, level, reason }) =>
			coop_membership.act(frm, "override", { policy, level, reason }).then(({ message }) =>
				frappe.set_route("Form", "Dunning Notice", message)
			),
		__("Override the level"),
		__("Override")
	);
}
