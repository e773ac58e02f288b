frappe.ui.form.on("Member", {
	refresh(frm) {
		frm.set_intro();
		coop_membership.show_phone(frm);
		if (frm.is_new()) return;
		frm.events.show_shares(frm);
		if (frm.doc.status === "Candidate") frm.events.as_candidate(frm);
		if (frm.doc.status === "Active") {
			frm.page.set_primary_action(__("Certificate"), () => print_certificate(frm));
		}
		if (frm.doc.status === "Former") {
			frm.set_intro(__("Former member: holds no shares any more."), "yellow");
		}
		if (frm.doc.member_number) {
			frm.add_custom_button(
				__("Register entries"),
				() =>
					frappe.set_route("query-report", "Share Register", {
						cooperative: frm.doc.cooperative,
						member: frm.doc.name,
					}),
				__("Actions")
			);
		}
		if (frappe.user.has_role(["Membership Manager", "System Manager"]) && !frm.doc.merged_into) {
			frm.add_custom_button(__("Merge a duplicate into this member"), () => merge(frm), __("Actions"));
		}
		if (frm.has_perm("write") && !frm.doc.merged_into) frm.events.add_account(frm);
		if (frappe.model.can_create("Membership Application")) {
			frm.add_custom_button(__("Request more shares"), () => request_more(frm), __("Actions"));
		}
	},

	/** The login of the member, or of who represents it: a new representative may need one too. */
	add_account(frm) {
		const invited = frm.doc.user || frm.doc.invited_user;
		if (!invited || frm.doc.member_type === "Organisation") {
			frm.add_custom_button(__("Give access"), () => account(frm, "give_access"), __("Actions"));
		}
		if (invited) {
			frm.add_custom_button(
				__("Send the invitation again"),
				() => account(frm, "invite_again"),
				__("Actions")
			);
		}
	},

	async as_candidate(frm) {
		const [open] = await frappe.db.get_list("Share Subscription", {
			filters: { member: frm.doc.name, docstatus: 1, status: ["in", ["Open", "Partly Paid"]] },
			limit: 1,
		});
		if (!open) {
			frm.set_intro(__("Candidate: no capital release request is open."), "blue");
			return;
		}
		frm.set_intro(__("Candidate: becomes a member when the capital release request is paid."), "blue");
		frm.page.set_primary_action(__("Open the capital release request"), () =>
			frappe.set_route("Form", "Share Subscription", open.name)
		);
	},

	async show_shares(frm) {
		const name = frm.doc.name;
		const { message: classes } = await coop_membership.act(frm, "shares_by_class");
		if (frm.doc.name !== name) return;
		$(frm.wrapper).find(".coop-shares").remove();
		if (!classes?.length) return;
		const rows = classes.map(
			(row) => `<tr>
				<td>${frappe.utils.escape_html(row.title)}</td>
				<td class="text-right">${row.quantity}</td>
				<td class="text-right">${format_currency(row.value, currency_of(frm), 2)}</td>
			</tr>`
		);
		const head = [__("Share class"), __("Shares"), __("Value of the shares")];
		frm.dashboard.add_section(
			`<table class="table table-sm">
				<thead><tr><th>${head[0]}</th><th class="text-right">${head[1]}</th>
				<th class="text-right">${head[2]}</th></tr></thead>
				<tbody>${rows.join("")}</tbody>
			</table>`,
			__("Shares by class"),
			"custom coop-shares"
		);
		frm.dashboard.show();
	},
});

function currency_of(frm) {
	return frappe.meta.get_field_currency(frappe.meta.get_docfield("Member", "total_value"), frm.doc);
}

function print_certificate(frm) {
	const url = frappe.urllib.get_full_url(
		"/api/method/frappe.utils.print_format.download_pdf?" +
			new URLSearchParams({
				doctype: "Member",
				name: frm.doc.name,
				format: "Share Certificate",
				no_letterhead: 1,
				_lang: frm.doc.language || "",
			})
	);
	window.open(url, "_blank");
}

async function account(frm, method) {
	const { message } = await coop_membership.act(frm, method, {}, { freeze: true });
	await frm.reload_doc();
	frappe.msgprint({ title: __("Account"), message: frappe.utils.escape_html(message) });
}

function request_more(frm) {
	const same = [
		"cooperative",
		"first_name",
		"last_name",
		"gender",
		"email",
		"phone",
		"language",
		"address_line1",
		"address_line2",
		"postcode",
		"city",
		"country",
		"organisation_name",
		"organisation_email",
		"registration_number",
		"legal_form",
	];
	frappe.new_doc("Membership Application", {
		applicant_type: frm.doc.member_type,
		...Object.fromEntries(same.map((field) => [field, frm.doc[field]])),
	});
}

/** Two records of one person: show first what will happen, then do it. */
function merge(frm) {
	frappe.prompt(
		{
			fieldname: "drop",
			fieldtype: "Link",
			options: "Member",
			label: __("The double"),
			reqd: 1,
			get_query: () => ({
				filters: {
					cooperative: frm.doc.cooperative,
					member_type: frm.doc.member_type,
					name: ["!=", frm.doc.name],
					merged_into: ["is", "not set"],
				},
			}),
		},
		async ({ drop }) => {
			const { message: plan } = await coop_membership.act(frm, "preview_merge", { drop });
			if (plan.problems.length) {
				frappe.msgprint({ title: __("These members can't be merged yet"), message: plan.problems.join("<br>") });
				return;
			}
			const shares = Object.values(plan.shares).reduce((sum, quantity) => sum + quantity, 0);
			const sentence = __("{0} and {1} of {2} pass to this member. {2} stays as a former member.", [
				coop_membership.count(shares, __("{0} share"), __("{0} shares")),
				coop_membership.count(plan.open_requests.length, __("{0} open request"), __("{0} open requests")),
				drop,
			]);
			const moves = Object.entries(plan.moves)
				.filter(([doctype]) => doctype !== "Dynamic Link")
				.map(([doctype, count]) => `<li>${__("{0}: {1}", [__(doctype), count])}</li>`);
			const list = moves.length ? `<p>${__("These follow:")}</p><ul>${moves.join("")}</ul>` : "";
			frappe.confirm(`<p>${sentence}</p>${list}`, async () => {
				await coop_membership.act(frm, "merge", { drop }, { freeze: true });
				await frm.reload_doc();
			});
		},
		__("Merge a duplicate into this member"),
		__("Show what happens")
	);
}
