frappe.listview_settings["Membership Application"] = {
	add_fields: ["status"],
	hide_name_column: true,
	formatters: {
		// a request for dues alone asks for none
		total_shares: (value) => value || "",
	},

	get_indicator(doc) {
		const colors = {
			"To Confirm": "gray",
			Pending: "orange",
			"Waiting List": "yellow",
			Blocked: "red",
			Approved: "blue",
			Paid: "green",
			Refused: "darkgrey",
			Cancelled: "darkgrey",
			Expired: "darkgrey",
		};
		return [__(doc.status, null, "Membership Application"), colors[doc.status], `status,=,${doc.status}`];
	},

	refresh(list) {
		coop_membership.phone_lines(list, (doc) => [
			coop_membership.day(doc.requested_on),
			coop_membership.shares(doc.total_shares),
			coop_membership.amount(doc, "amount"),
		]);
	},

	onload(list) {
		if (frappe.model.can_write("Membership Application")) {
			list.page.add_action_item(__("Approve"), () => approve_all(list));
		}
		if (frappe.model.can_write("Membership Application")) {
			list.page.add_menu_item(__("Approve the next on the waiting list"), () => approve_next(list));
		}
		if (!list.told_about_approvals) {
			list.told_about_approvals = true;
			frappe.realtime.on("coop_approved", (outcome) => show_outcome(list, outcome));
		}
	},
};

function approve_all(list) {
	const names = list.get_checked_items(true);
	frappe.confirm(
		coop_membership.count(
			names.length,
			__("Approve {0} request? The person receives the capital release request by mail."),
			__("Approve {0} requests? Each person receives the capital release request by mail.")
		),
		async () => {
			const count = await coop_membership.xcall("coop_membership.desk.approvals.queue_many", { names });
			tell_about(count);
			list.clear_checked_items();
			list.refresh();
		}
	);
}

function tell_about(count) {
	const message = coop_membership.count(
		count,
		__("{0} request is being approved."),
		__("{0} requests are being approved.")
	);
	frappe.show_alert({ message, indicator: "blue" });
}

function show_outcome(list, { subject, failed }) {
	frappe.hide_progress();
	list.refresh();
	const rows = Object.entries(failed).map(
		([name, sentence]) =>
			`<li>${frappe.utils.get_form_link("Membership Application", name, true)}: ${frappe.utils.escape_html(
				sentence
			)}</li>`
	);
	if (rows.length) {
		frappe.msgprint({ title: subject, message: `<ul>${rows.join("")}</ul>`, indicator: "orange" });
	} else {
		frappe.show_alert({ message: subject, indicator: "green" });
	}
}

/** Room for one more: who has waited longest is approved. */
async function approve_next(list) {
	const next = await coop_membership.xcall("coop_membership.desk.approvals.next_in_line");
	if (!next) {
		frappe.msgprint(__("Nobody is on the waiting list."));
		return;
	}
	frappe.confirm(__("Approve {0}, who has waited longest?", [next.applicant_name]), async () => {
		await coop_membership.xcall("coop_membership.desk.approvals.queue_many", { names: [next.name] });
		tell_about(1);
	});
}
