frappe.listview_settings["Dunning Notice"] = {
	hide_name_column: true,
	add_fields: ["state", "state_reason", "currency", "level_title"],
	get_indicator(doc) {
		const colors = {
			Draft: "gray",
			"To Send": "blue",
			Queued: "yellow",
			Sent: "green",
			Failed: "red",
			Ignored: "light-blue",
			Overridden: "purple",
		};
		return [__(doc.state, null, "Dunning Notice"), colors[doc.state], `state,=,${doc.state}`];
	},
	formatters: {
		// a day says enough
		sent_on: (value) => coop_membership.day(value),
		level_title: (value) => __(value || ""),
		policy: (value) => __(value || ""),
	},

	refresh(list) {
		coop_membership.phone_lines(list, (doc) => [
			doc.document,
			coop_membership.amount(doc, "balance"),
			__(doc.policy),
			doc.account,
			doc.sent_on ? __("sent on {0}", [coop_membership.day(doc.sent_on)]) : "",
		]);
	},

	onload(list) {
		list.page.sidebar?.hide(); // its place is for the columns; the button beside the title shows it again
		coop_membership.xcall("coop_membership.desk.dunning.refresh_states").then((changed) => {
			if (changed) list.refresh();
		});
		if (!frappe.model.can_write("Dunning Notice")) return;
		list.page.add_actions_menu_item(__("Change the state"), () => change_state(list), false);
		list.page.add_actions_menu_item(__("Send"), () => send(list), false);
	},
};

function consequences() {
	return {
		"To Send": __("The reminders go out with the next “Send”."),
		Ignored: __("Nothing is sent now. The next run makes these reminders again."),
		Draft: __("The reminders are only drafts again. The next run replaces them."),
		Sent: __(
			"The reminders count as made: nothing is sent, and the next level follows. This can't be undone."
		),
	};
}

function change_state(list) {
	const names = list.get_checked_items(true);
	if (!names.length) return;
	const dialog = new frappe.ui.Dialog({
		title: coop_membership.count(
			names.length,
			__("Change the state of {0} reminder"),
			__("Change the state of {0} reminders")
		),
		fields: [
			{
				fieldname: "state",
				fieldtype: "Select",
				label: __("State"),
				options: Object.keys(consequences()).map((value) => ({ value, label: __(value, null, "Dunning Notice") })),
				default: "To Send",
				reqd: 1,
				onchange: () => tell(),
			},
			{ fieldname: "consequence", fieldtype: "HTML" },
		],
		primary_action_label: __("Change the state"),
		primary_action({ state }) {
			dialog.hide();
			coop_membership
				.xcall("coop_membership.desk.dunning.change_state", { notices: names, state })
				.then((changed) => {
					frappe.show_alert(
						coop_membership.count(changed, __("{0} reminder changed"), __("{0} reminders changed"))
					);
					list.clear_checked_items();
					list.refresh();
				});
		},
	});
	const tell = () =>
		dialog.fields_dict.consequence.$wrapper.html(
			`<div class="alert alert-warning">${consequences()[dialog.get_value("state") || "To Send"]}</div>`
		);
	dialog.show();
	tell();
}

function send(list) {
	const notices = list.get_checked_items(true);
	if (!notices.length) return;
	frappe.confirm(
		__("E-mails go into the mail queue now; letters and calls wait for you. Reminders that are ready to send only."),
		() =>
			coop_membership
				.xcall("coop_membership.desk.dunning.send_notices", { notices })
				.then((outcome) => {
					frappe.show_alert(
						outcome.background
							? __("The letters are written in the background.")
							: coop_membership.count(outcome.letters, __("{0} letter written"), __("{0} letters written"))
					);
					list.clear_checked_items();
					list.refresh();
				})
	);
}
