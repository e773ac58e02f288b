frappe.ui.form.on("Activity Registration", {
	setup(frm) {
		frm.set_query("activity", () => ({ filters: { status: "Planned" } }));
		frm.set_query("member", () => ({ filters: { status: ["!=", "Former"] } }));
	},

	refresh(frm) {
		frm.set_intro();
		if (frm.is_new()) return;
		const { doc } = frm;
		const words = {
			Registered: [__("This person has a place."), "green"],
			Waiting: [__("This person waits for a place and moves up by position."), "orange"],
			Attended: [__("This person was there."), "green"],
			Absent: [__("This person was not there."), "gray"],
			Cancelled: [doc.status_reason ? __("Cancelled: {0}", [doc.status_reason]) : __("Cancelled."), "red"],
		};
		frm.set_intro(...words[doc.status]);
		if (!frm.has_perm("write") || doc.status === "Cancelled") return;
		const note = (status) => async () => {
			await coop_membership.act(frm, "note", { status }, { freeze: true });
			frm.reload_doc();
		};
		// before its day, nobody can have been there
		if (doc.status !== "Waiting" && doc.starts_on.slice(0, 10) <= frappe.datetime.get_today()) {
			if (doc.status !== "Attended") frm.add_custom_button(__("Was there"), note("Attended"));
			if (doc.status !== "Absent") frm.add_custom_button(__("Was not there"), note("Absent"));
		}
		if (["Attended", "Absent"].includes(doc.status)) {
			frm.add_custom_button(__("Not known yet"), note("Registered"));
		} else {
			frm.add_custom_button(__("Cancel this place"), () => cancel(frm));
		}
	},
});

function cancel(frm) {
	frappe.prompt(
		{
			fieldname: "reason",
			fieldtype: "Data",
			label: __("Reason"),
			description: __("The person reads it. A fee is called off, and who waits moves up."),
		},
		async ({ reason }) => {
			await coop_membership.act(frm, "unregister", { reason: reason || "" }, { freeze: true });
			frm.reload_doc();
		},
		__("Cancel this place"),
		__("Cancel this place")
	);
}
