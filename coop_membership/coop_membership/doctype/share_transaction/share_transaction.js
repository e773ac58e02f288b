frappe.ui.form.on("Share Transaction", {
	setup(frm) {
		frm.set_query("member", () => ({ filters: { status: "Active" } }));
		for (const field of ["share_class", "to_share_class"]) {
			frm.set_query(field, () => ({
				filters: frm.doc.cooperative ? { cooperative: frm.doc.cooperative } : {},
			}));
		}
		frm.set_query("receiver", () => ({
			filters: {
				name: ["!=", frm.doc.member || ""],
				status: ["!=", "Former"],
				merged_into: ["is", "not set"],
				...(frm.doc.cooperative ? { cooperative: frm.doc.cooperative } : {}),
			},
		}));
	},

	async refresh(frm) {
		frm.set_intro();
		frm.events.show_holding(frm);
		if (frm.is_new()) {
			await frm.events.choose_only_class(frm);
			return;
		}
		const [next, color] = what_comes_next(frm);
		frm.set_intro(next, color);
		const { doc } = frm;
		if (doc.docstatus === 0 && doc.transaction_type === "Transfer" && frm.has_perm("write")) {
			frm.add_custom_button(__("The receiver is no member yet"), () => new_receiver(frm));
		}
		if (doc.docstatus === 1) frm.events.add_actions(frm);
	},

	add_actions(frm) {
		const { doc } = frm;
		const actions = __("Actions");
		const open = ["Waiting", "Approved"].includes(doc.status);
		if (doc.status === "Waiting" && coop_membership.may_decide(frm) && !is_own(doc)) {
			primary(frm, __("Approve"), approve);
		}
		if (doc.status === "Approved" && frm.has_perm("write")) primary(frm, __("Execute"), execute);
		if (open && coop_membership.may_decide(frm)) {
			frm.add_custom_button(__("Refuse"), () => refuse(frm), actions);
		}
		if (frappe.model.can_write("Member Payment") && flt(doc.__onload?.outstanding) > 0) {
			primary(frm, __("Record the payout"), pay_out);
		}
		if (doc.application) {
			frm.add_custom_button(
				__("Application of the receiver"),
				() => frappe.set_route("Form", "Membership Application", doc.application),
				actions
			);
		}
		if (doc.status === "Executed") {
			frm.add_custom_button(
				__("Register entries"),
				() =>
					frappe.set_route("query-report", "Share Register", {
						cooperative: doc.cooperative,
						member: doc.member,
					}),
				actions
			);
		}
		if (frm.has_perm("email")) frm.events.add_mails(frm, actions);
	},

	add_mails(frm, group) {
		const { doc } = frm;
		const mails = {};
		if (["Waiting", "Approved"].includes(doc.status) && doc.transaction_type === "Transfer") {
			mails["Transfer Confirmation"] = __("Send the links to confirm again");
		}
		if (doc.status === "Refused") mails["Transaction Refused"] = __("Send the refusal again");
		if (doc.status === "Executed") {
			mails["Share Update"] = __("Send the giver's mail again");
			if (doc.transaction_type === "Transfer") mails["Transfer"] = __("Send the receiver's mail again");
		}
		for (const [event, label] of Object.entries(mails)) {
			frm.add_custom_button(
				label,
				async () => {
					const { message: sent } = await coop_membership.act(frm, "resend", { event }, { freeze: true });
					frappe.show_alert(
						sent
							? { message: __("The mail is on its way."), indicator: "green" }
							: { message: __("No mail was sent: there is no address."), indicator: "orange" }
					);
				},
				group
			);
		}
	},

	member(frm) {
		frm.events.show_holding(frm);
		frm.events.choose_only_class(frm);
	},

	/** What the member holds, beside the fields in which a part of it is chosen. */
	async show_holding(frm) {
		const { member } = frm.doc;
		frm.set_df_property("share_class", "description", "");
		if (!member || frm.doc.docstatus) return;
		const classes = await holding(member);
		if (frm.doc.member !== member) return;
		const text = classes.map((row) => `${row.quantity} × ${row.title}`).join(", ");
		frm.set_df_property(
			"share_class",
			"description",
			text ? __("Holds {0}", [frappe.utils.escape_html(text)]) : __("Holds no shares.")
		);
	},

	async choose_only_class(frm) {
		const { member } = frm.doc;
		if (!member || frm.doc.share_class) return;
		const classes = await holding(member);
		if (frm.doc.member === member && classes.length === 1) {
			frm.set_value("share_class", classes[0].share_class);
		}
	},
});

function primary(frm, label, action) {
	frm.page.set_primary_action(label, () => action(frm));
	frm.page.btn_secondary.addClass("hidden-xs"); // no room on a phone for Cancel beside it
}

function is_own(doc) {
	return [doc.requested_by, doc.owner].includes(frappe.session.user);
}

async function holding(member) {
	const { message } = await coop_membership.call({
		method: "coop_membership.desk.buttons.press",
		args: { doctype: "Member", name: member, action: "shares_by_class" },
	});
	return message || [];
}

/** The sentence at the top of the form, and its colour. */
function what_comes_next(frm) {
	const { doc } = frm;
	const date = (value) => frappe.datetime.str_to_user(value, false, true);
	const open = doc.docstatus === 0 || ["Waiting", "Approved"].includes(doc.status);
	const later =
		open && doc.effective_date > frappe.datetime.get_today()
			? __("It can be executed from {0} on, the date that was asked for.", [date(doc.effective_date)])
			: "";
	const joined = (...sentences) => sentences.filter(Boolean).join(" ");
	if (doc.docstatus === 0) return [joined(__("Next: submit. Another person then approves it."), later), "blue"];
	if (doc.docstatus === 2) return [__("Cancelled: the shares are where they were before."), "red"];
	if (doc.status === "Waiting") {
		const who = is_own(doc)
			? __("Waits for approval: by a member of the board or another manager, since you requested it.")
			: __("Waits for approval, by another person than who requested it.");
		return [joined(who, what_is_missing(doc), later), "orange"];
	}
	if (doc.status === "Refused") return [__("Refused: {0}", [frappe.utils.escape_html(doc.status_reason || "")]), "red"];
	if (doc.status === "Approved") {
		const missing = joined(what_is_missing(doc), later);
		return [missing ? `${__("Approved.")} ${missing}` : __("Approved. Next: execute it."), "blue"];
	}
	const owed = flt(doc.__onload?.outstanding);
	const done = __("Executed on {0}; the shares have moved in the register.", [date(doc.effective_date)]);
	if (!owed) return [done, "green"];
	const currency = frappe.meta.get_field_currency(frappe.meta.get_docfield(doc.doctype, "amount"), doc);
	return [`${done} ${__("Still to be paid out: {0}.", [format_currency(owed, currency, 2)])}`, "yellow"];
}

function what_is_missing(doc) {
	if (doc.transaction_type !== "Transfer" || doc.signed_document) return "";
	const missing = [];
	if (!doc.giver_confirmed_on) missing.push(doc.member_name);
	if (!doc.receiver_confirmed_on) missing.push(doc.receiver_name);
	if (!missing.length) return "";
	return __("Not confirmed yet by: {0}. The link is in their mailbox; or attach the signed paper.", [
		frappe.utils.escape_html(missing.join(", ")),
	]);
}

async function act(frm, action, values, told) {
	await coop_membership.act(frm, action, values, { freeze: true });
	await frm.reload_doc();
	if (told) frappe.show_alert({ message: told, indicator: "green" });
}

function approve(frm) {
	const paid = ["Sell Back", "Transfer"].includes(frm.doc.transaction_type);
	if (!paid) {
		frappe.confirm(__("Approve this operation?"), () => act(frm, "approve", {}, __("Approved.")));
		return;
	}
	const currency = frappe.meta.get_field_currency(frappe.meta.get_docfield(frm.doctype, "amount"), frm.doc);
	const dialog = new frappe.ui.Dialog({
		title: __("Approve"),
		fields: [
			{
				fieldname: "board_price",
				fieldtype: "Currency",
				options: currency,
				label: __("Price of one share"),
				default: frm.doc.board_price || undefined,
				description: __("Empty: the nominal value, {0} in all", [
					format_currency(frm.doc.nominal_value, currency, 2),
				]),
			},
			{
				fieldname: "price_reason",
				fieldtype: "Small Text",
				label: __("Reason for the price"),
				default: frm.doc.price_reason,
				depends_on: "board_price",
				mandatory_depends_on: "board_price",
			},
		],
		primary_action_label: __("Approve"),
		async primary_action({ board_price, price_reason }) {
			dialog.hide();
			await act(frm, "approve", { board_price: flt(board_price), price_reason }, __("Approved."));
		},
	});
	dialog.show();
}

function refuse(frm) {
	frappe.prompt(
		{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		({ reason }) => act(frm, "refuse", { reason }),
		__("Refuse this operation"),
		__("Refuse")
	);
}

function execute(frm) {
	const today = frappe.datetime.get_today();
	const asked = frm.doc.effective_date;
	frappe.prompt(
		{
			fieldname: "effective_date",
			fieldtype: "Date",
			label: __("Effective date"),
			default: asked || today,
			reqd: 1,
			description: __("From this day on the register shows it. Certificates go out by e-mail."),
		},
		({ effective_date }) => act(frm, "execute", { effective_date }, __("Done: register and certificates are up to date.")),
		__("Execute this operation"),
		__("Execute")
	);
}

function pay_out(frm) {
	const currency = frappe.meta.get_field_currency(frappe.meta.get_docfield(frm.doctype, "amount"), frm.doc);
	const dialog = new frappe.ui.Dialog({
		title: __("Record the payout"),
		fields: coop_membership.money_fields(__("Amount paid out"), currency, frm.doc.__onload.outstanding),
		primary_action_label: __("Record the payout"),
		async primary_action(values) {
			dialog.hide();
			await act(frm, "pay_out", values, __("The payout is recorded."));
		},
	});
	dialog.show();
}

/** A person who is no member gets an application; the transfer waits for it. */
function new_receiver(frm) {
	const is = (type) => `eval:doc.applicant_type === "${type}"`;
	const dialog = new frappe.ui.Dialog({
		title: __("The receiver is no member yet"),
		fields: [
			{
				fieldname: "contact",
				fieldtype: "Link",
				options: "Contact",
				label: __("Contact"),
				description: __("If the person has a card already: its name and address are taken"),
			},
			{
				fieldname: "applicant_type",
				fieldtype: "Select",
				label: __("Applies as"),
				options: [
					{ value: "Individual", label: __("Individual", null, "Membership Application") },
					{ value: "Organisation", label: __("Organisation", null, "Membership Application") },
				],
				default: "Individual",
				reqd: 1,
			},
			{ fieldname: "organisation_name", fieldtype: "Data", label: __("Organisation name"), depends_on: is("Organisation") },
			{ fieldname: "registration_number", fieldtype: "Data", label: __("Registration number"), depends_on: is("Organisation") },
			{ fieldname: "first_name", fieldtype: "Data", label: __("First name") },
			{ fieldname: "last_name", fieldtype: "Data", label: __("Last name") },
			{ fieldname: "email", fieldtype: "Data", options: "Email", label: __("E-mail") },
			{ fieldname: "birth_date", fieldtype: "Date", label: __("Birth date"), depends_on: is("Individual") },
			{ fieldtype: "Column Break" },
			{ fieldname: "phone", fieldtype: "Data", label: __("Phone") },
			{ fieldname: "address_line1", fieldtype: "Data", label: __("Street and number") },
			{ fieldname: "postcode", fieldtype: "Data", label: __("Postcode") },
			{ fieldname: "city", fieldtype: "Data", label: __("City") },
			{ fieldname: "country", fieldtype: "Link", options: "Country", label: __("Country") },
		],
		primary_action_label: __("Make the application"),
		async primary_action(person) {
			await coop_membership.act(frm, "new_receiver", { person }, { freeze: true });
			dialog.hide();
			await frm.reload_doc();
			frappe.show_alert({ message: __("The application is made. Decide on it as on any other."), indicator: "green" });
		},
	});
	dialog.fields_dict.contact.df.onchange = async () => {
		const name = dialog.get_value("contact");
		if (!name) return;
		const contact = await frappe.db.get_doc("Contact", name);
		const address = contact.address ? await frappe.db.get_doc("Address", contact.address) : {};
		dialog.set_values({
			first_name: contact.first_name,
			last_name: contact.last_name,
			email: contact.email_id,
			phone: contact.mobile_no || contact.phone,
			address_line1: address.address_line1,
			postcode: address.pincode,
			city: address.city,
			country: address.country,
		});
	};
	dialog.show();
}
