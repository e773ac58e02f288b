// Whom the dues of a member cover: shown on the record, and changed by buttons that call the services.
frappe.ui.form.on("Member", {
	async refresh(frm) {
		if (frm.is_new() || frm.doc.merged_into) return;
		const name = frm.doc.name;
		const { message: found } = await coop_membership.act(frm, "household");
		if (frm.doc.name !== name) return;
		show_household(frm, found);
		if (!frm.has_perm("write")) return;
		const group = __("Household");
		const button = (label, action) => frm.add_custom_button(label, action, group);
		if (found.head) {
			button(__("Pays dues of their own"), () =>
				frappe.confirm(__("{0} is not covered any more from today on.", [frappe.utils.escape_html(frm.doc.display_name)]), () =>
					change_household(frm, "detach")
				)
			);
		}
		if (found.places > 0 && !found.head) {
			button(__("Cover a member"), () =>
				choose_of_household(frm, __("Cover a member"), "cover", {
					cooperative: frm.doc.cooperative,
					name: ["!=", name],
					merged_into: ["is", "not set"],
				})
			);
			if (frappe.model.can_create("Membership Application")) {
				button(__("Cover somebody new"), () => new_in_household(frm));
			}
		}
		const names = found.people.filter((row) => !row.to_date).map((row) => row.member);
		if (names.length) {
			button(__("Change who pays"), () =>
				choose_of_household(frm, __("Who pays from the next period on?"), "change_head", { name: ["in", names] })
			);
		}
	},
});

function show_household(frm, { head, people, places }) {
	$(frm.wrapper).find(".coop-household").remove();
	if (!head && !people.length) return;
	const link = (name, title) => `<a href="${frappe.utils.get_form_link("Member", name)}">${frappe.utils.escape_html(title || "")}</a>`;
	const lines = [
		head && __("{0} pays the dues.", [link(head.head, head.head_name)]),
		people.length && __("The dues cover: {0}.", [people.map((row) => link(row.member, row.member_name)).join(", ")]),
		people.length && places > 0 && __("Places left: {0}", [places]),
	];
	frm.dashboard.add_section(`<p>${lines.filter(Boolean).join("<br>")}</p>`, __("Household"), "custom coop-household");
	frm.dashboard.show();
}

function choose_of_household(frm, title, method, filters) {
	frappe.prompt(
		{ fieldname: "other", fieldtype: "Link", options: "Member", label: __("Member"), reqd: 1, get_query: () => ({ filters }) },
		({ other }) => change_household(frm, method, { other }),
		title
	);
}

async function change_household(frm, method, values = {}) {
	await coop_membership.act(frm, method, values, { freeze: true });
	await frm.reload_doc();
}

function new_in_household(frm) {
	const same = ["address_line1", "address_line2", "postcode", "city", "country", "language"];
	frappe.new_doc("Membership Application", {
		cooperative: frm.doc.cooperative,
		covered_by: frm.doc.name,
		...Object.fromEntries(same.map((field) => [field, frm.doc[field]])),
	});
}
