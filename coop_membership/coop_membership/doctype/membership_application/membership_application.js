frappe.ui.form.on("Membership Application", {
	setup(frm) {
		frm.set_query("share_class", "shares", () => ({
			filters: {
				cooperative: frm.doc.cooperative,
				disabled: 0,
				[frm.doc.applicant_type === "Organisation" ? "for_organisations" : "for_individuals"]: 1,
			},
		}));
	},

	refresh(frm) {
		frm.set_intro();
		coop_membership.show_phone(frm);
		if (frm.is_new()) return;
		const [next, color] = what_comes_next(frm.doc);
		frm.set_intro(next, color);
		frm.events.say_repeats(frm);
		frm.events.add_links(frm);
		if (frm.doc.__onload?.may_decide) frm.events.add_actions(frm);
		if (frm.has_perm("email")) frm.events.add_mails(frm);
		frm.events.add_id_document(frm);
	},

	/** The same was asked before and still waits: one of the two is enough. */
	say_repeats(frm) {
		const others = frm.doc.__onload?.repeats || [];
		if (!others.length) return;
		const links = others.map((name) => frappe.utils.get_form_link("Membership Application", name, true));
		frm.dashboard.set_headline(
			__("The same person asks for the same in {0}. Withdraw one of them.", [links.join(", ")])
		);
	},

	async add_links(frm) {
		if (!["Approved", "Paid"].includes(frm.doc.status)) return;
		const { message } = await frappe.db.get_value(
			"Share Subscription",
			{ application: frm.doc.name, docstatus: ["<", 2] },
			"name"
		);
		if (!message?.name) return;
		frm.page.set_primary_action(__("Open the capital release request"), () =>
			frappe.set_route("Form", "Share Subscription", message.name)
		);
	},

	add_actions(frm) {
		const status = frm.doc.status;
		const actions = __("Actions");
		if (["Pending", "Waiting List"].includes(status)) {
			frm.page.set_primary_action(__("Approve"), () => approve(frm));
			frm.add_custom_button(__("Block"), () => with_reason(frm, "block", __("Block this request")), actions);
		}
		if (status === "Pending") {
			frm.add_custom_button(
				__("Put on the waiting list"),
				() => act(frm, "put_on_waiting_list"),
				actions
			);
		}
		if (status === "Blocked") {
			frm.page.set_primary_action(__("Bring back to the queue"), () => act(frm, "unblock"));
		}
		if (status === "Waiting List") {
			frm.add_custom_button(__("Bring back to the queue"), () => act(frm, "unblock"), actions);
		}
		if (frm.has_perm("write") && ["To Confirm", "Pending", "Waiting List", "Blocked", "Approved"].includes(status)) {
			frm.add_custom_button(
				__("Withdraw"),
				() => with_reason(frm, "withdraw", __("Withdraw this request")),
				actions
			);
		}
		if (["Pending", "Waiting List", "Blocked"].includes(status)) {
			frm.add_custom_button(__("Refuse"), () => with_reason(frm, "refuse", __("Refuse this request")), actions);
		}
	},

	add_mails(frm) {
		const mails = {
			"To Confirm": "Confirm E-mail",
			Pending: "Application Received",
			"Waiting List": "Waiting List",
			Blocked: "Blocked",
			Refused: "Refused",
		};
		const event = mails[frm.doc.status];
		if (event) frm.add_custom_button(__("Send the mail again"), () => resend(frm, event), __("Actions"));
		if (frm.doc.__onload?.id_document?.ask) {
			frm.add_custom_button(
				__("Ask for the identity document"),
				async () => {
					await resend(frm, "Identity Document");
					await frm.reload_doc();
				},
				__("Actions")
			);
		}
	},

	add_id_document(frm) {
		if (!frm.doc.__onload?.id_document?.look) return;
		frm.add_custom_button(__("Look at the identity document"), () => {
			const query = new URLSearchParams({ application: frm.doc.name });
			window.open(`/api/method/coop_membership.joining.identity_documents.show?${query}`, "_blank", "noopener");
		});
		if (frm.doc.id_document === "Received") {
			frm.add_custom_button(
				__("The identity document is checked"),
				() => act(frm, "id_document_checked"),
				__("Actions")
			);
		}
	},
});

/** The sentence at the top of the form, and its colour. */
function what_comes_next(doc) {
	const reason = doc.status_reason ? ` ${frappe.utils.escape_html(doc.status_reason)}` : "";
	return {
		"To Confirm": [__("Waiting until the person opens the link in the confirmation mail."), "blue"],
		Pending: [
			__("Next: approve. The person then receives the capital release request by mail."),
			"blue",
		],
		"Waiting List": [__("On the waiting list. Approve when there is room."), "yellow"],
		Blocked: [__("Blocked:") + reason, "red"],
		Approved: [__("Waiting for the payment. The shares follow by themselves."), "yellow"],
		Paid: [__("Paid: the shares are in the register."), "green"],
		Refused: [__("Refused:") + reason, "red"],
		Cancelled: [__("Withdrawn by the person.") + reason, "red"],
		Expired: [__("Expired: it was not paid in time."), "red"],
	}[doc.status];
}

async function act(frm, method, args) {
	await coop_membership.act(frm, method, args, { freeze: true });
	await frm.reload_doc();
}

async function approve(frm) {
	if (frm.doc.id_document === "Asked") {
		const question = __("The identity document has not arrived. Approve all the same?");
		return frappe.confirm(question, () => compare_and_approve(frm));
	}
	await compare_and_approve(frm);
}

async function compare_and_approve(frm) {
	const { message: differences } = await coop_membership.act(frm, "differences");
	if (differences?.length) return ask_what_to_take_over(frm, differences);
	await finish_approval(frm, []);
}

/** The person is a member already and wrote something else this time: nothing is dropped, nothing overwritten unasked. */
function ask_what_to_take_over(frm, differences) {
	const may_update = frappe.model.can_write("Member");
	const advice = may_update ? __("Tick what is to be updated.") : __("A manager can update the member later.");
	const dialog = new frappe.ui.Dialog({
		title: __("The request differs from what is known of the member"),
		fields: [
			{ fieldtype: "HTML", options: `<p class="text-muted">${advice}</p>` },
			...differences.map((row) => ({
				fieldtype: "Check",
				fieldname: row.field,
				label: row.label,
				read_only: may_update ? 0 : 1,
				description: frappe.utils.escape_html(`${row.known || "–"} → ${row.given}`),
			})),
		],
		primary_action_label: __("Approve"),
		primary_action(values) {
			dialog.hide();
			finish_approval(
				frm,
				differences.map((row) => row.field).filter((field) => values[field])
			);
		},
	});
	dialog.show();
}

async function finish_approval(frm, fields) {
	if (fields.length) await coop_membership.act(frm, "take_over", { fields }, { freeze: true });
	await act(frm, "approve");
	frappe.show_alert({ message: __("Approved. The capital release request is on its way."), indicator: "green" });
}

function with_reason(frm, method, title) {
	frappe.prompt(
		{
			fieldname: "reason",
			fieldtype: "Small Text",
			label: __("Reason"),
			description: __("Kept with the request, and told to the person if the mail is switched on."),
			reqd: 1,
		},
		({ reason }) => act(frm, method, { reason }),
		title,
		title
	);
}

async function resend(frm, event) {
	const { message } = await coop_membership.act(frm, "resend", { event }, { freeze: true });
	frappe.show_alert(
		message
			? { message: __("The mail is queued."), indicator: "green" }
			: { message: __("No mail was queued. Look at the comments below."), indicator: "orange" }
	);
}

/** Show the amounts at once; the server computes them again. */
