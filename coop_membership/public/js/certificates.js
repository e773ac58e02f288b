/** Certificates of any day from a member's form, and those of a year for everybody from the cooperative's. */
frappe.ui.form.on("Member", {
	refresh(frm) {
		if (frm.is_new() || !frm.doc.member_number) return;
		frm.add_custom_button(__("Certificate of a day"), () => ask_for_day(frm), __("Actions"));
	},
});

function ask_for_day(frm) {
	frappe.prompt(
		{ fieldname: "on_date", fieldtype: "Date", label: __("As of"), default: frappe.datetime.get_today(), reqd: 1 },
		({ on_date }) => {
			const wanted = new URLSearchParams({ member: frm.doc.name, on_date });
			window.open(`/api/method/coop_membership.desk.registers.certificate?${wanted}`, "_blank");
		},
		__("Certificate of a day"),
		__("Download")
	);
}

frappe.ui.form.on("Cooperative", {
	refresh(frm) {
		if (frm.is_new() || !frm.has_perm("write")) return;
		frm.add_custom_button(__("Year-end certificates"), () => ask_for_year(frm), __("Actions"));
		if (coop_membership.opened_for !== "certificates") return;
		delete coop_membership.opened_for;
		ask_for_year(frm);
	},
});

function ask_for_year(frm) {
	const last_year = Number(frappe.datetime.get_today().slice(0, 4)) - 1;
	frappe.prompt(
		[
			{ fieldname: "year", fieldtype: "Int", label: __("Year"), default: last_year, reqd: 1 },
			{
				fieldname: "delivery",
				fieldtype: "Select",
				label: __("How they reach the members"),
				options: [
					{ value: "E-mail", label: __("By e-mail, and letters for those without an address") },
					{ value: "Letter", label: __("As letters, all of them: PDFs to print") },
					{ value: "None", label: __("Not at all for now: only make them") },
				],
				default: "E-mail",
				reqd: 1,
			},
		],
		(values) => show_what_happens(frm, values),
		__("Year-end certificates"),
		__("Show what happens")
	);
}

async function show_what_happens(frm, values) {
	const wanted = { cooperative: frm.doc.name, ...values };
	const plan = await coop_membership.xcall("coop_membership.desk.certificates.preview", wanted);
	const sentence = __("Members who held shares at the end of {1}: {0}. Have their certificate already: {2}. Will be reached now: {3}.", [
		plan.members,
		values.year,
		plan.made,
		plan.left,
	]);
	if (!plan.left) {
		frappe.msgprint(sentence);
		return;
	}
	frappe.confirm(sentence, async () => {
		await coop_membership.xcall("coop_membership.desk.certificates.start", wanted);
		frappe.show_alert({ message: __("The certificates are being made. You will be told when they are ready."), indicator: "blue" });
	});
}
