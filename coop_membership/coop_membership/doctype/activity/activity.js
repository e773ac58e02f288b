frappe.ui.form.on("Activity", {
	setup(frm) {
		const own = (more = {}) => () => ({
			filters: { ...(frm.doc.cooperative ? { cooperative: frm.doc.cooperative } : {}), ...more },
		});
		for (const field of ["open_to_class", "open_to_plan", "open_to_right", "free_on_plan"]) {
			frm.set_query(field, own());
		}
		frm.set_query("right", "grants", own({ disabled: 0 }));
		frm.set_query("member", "leaders", own({ status: "Active" }));
	},

	refresh(frm) {
		frm.set_intro();
		if (frm.is_new()) return;
		const { doc } = frm;
		if (doc.status === "Cancelled") return frm.set_intro(__("Cancelled: {0}", [doc.status_reason]), "red");
		const places = doc.capacity
			? __("Places taken: {0} of {1}. Waiting: {2}.", [doc.taken || 0, doc.capacity, doc.waiting || 0])
			: __("Places taken: {0}.", [doc.taken || 0]);
		frm.set_intro(places, "blue");
		frm.add_custom_button(__("Registrations"), () =>
			frappe.set_route("List", "Activity Registration", { activity: doc.name })
		);
		if (!frm.has_perm("write")) return;
		const actions = __("Actions");
		frm.add_custom_button(__("Register a member"), () => register(frm), actions);
		frm.add_custom_button(__("Repeat"), () => repeat(frm), actions);
		frm.add_custom_button(__("Cancel the activity"), () => call_off(frm), actions);
	},
});

function register(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Register a member"),
		fields: [
			{
				fieldname: "member",
				fieldtype: "Link",
				options: "Member",
				label: __("Member"),
				reqd: 1,
				get_query: () => ({ filters: { cooperative: frm.doc.cooperative, status: ["!=", "Former"] } }),
			},
			{ fieldname: "guests", fieldtype: "Int", label: __("Guests brought along"), default: 0 },
		],
		primary_action_label: __("Register a member"),
		async primary_action(values) {
			dialog.hide();
			await coop_membership.act(frm, "register", values, { freeze: true });
			await frm.reload_doc();
			frappe.show_alert({ message: __("The person is registered."), indicator: "green" });
		},
	});
	dialog.show();
}

function repeat(frm) {
	frappe.prompt(
		[
			{ fieldname: "every_days", fieldtype: "Int", label: __("Each time so many days later"), default: 7, reqd: 1 },
			{ fieldname: "times", fieldtype: "Int", label: __("How many times more"), default: 4, reqd: 1 },
		],
		async (values) => {
			const { message: names } = await coop_membership.act(frm, "repeat", values, { freeze: true });
			await frm.reload_doc();
			const made = coop_membership.count(names.length, __("{0} activity is made."), __("{0} activities are made."));
			frappe.show_alert({ message: made, indicator: "green" });
		},
		__("Repeat"),
		__("Repeat")
	);
}

function call_off(frm) {
	frappe.prompt(
		{
			fieldname: "reason",
			fieldtype: "Data",
			label: __("Reason"),
			description: __("Everybody who is registered or waits gets a mail with it; fees are given back."),
			reqd: 1,
		},
		async (values) => {
			await coop_membership.act(frm, "call_off", values, { freeze: true });
			frm.reload_doc();
		},
		__("Cancel the activity"),
		__("Cancel the activity")
	);
}
