// The text of a mail in plain words: fields by a click, the mail beside it as its person would read it.
frappe.provide("coop_membership");

/** A mail in a frame of its own, where nothing of the text can run. */
coop_membership.show_mail = function (place, mail) {
	const frame = $('<iframe sandbox="" style="width:100%;height:50vh;border:1px solid var(--border-color)">');
	place
		.empty()
		.append(
			$("<p>").append($("<b>").text(mail.subject), " · ", $("<span class='text-muted'>").text(mail.about)),
			frame.attr("srcdoc", mail.message)
		);
};

/** Each mail as it would be written now, to somebody who is an example; one's own address may get it. `changed` is called
 *  when a text is another one than before. */
coop_membership.look_at_mails = function (cooperative, events, first, changed) {
	const args = () => ({ cooperative, event: dialog.get_value("event") || first });
	const dialog = new frappe.ui.Dialog({
		title: __("Look at the e-mails"),
		size: "large",
		fields: [
			{
				fieldname: "event",
				fieldtype: "Select",
				label: __("Event"),
				options: events.map((value) => ({ value, label: __(value, null, "Cooperative Email") })),
				default: first,
				onchange: () => show(),
			},
			{ fieldname: "mail", fieldtype: "HTML" },
		],
		primary_action_label: __("Send me a test"),
		async primary_action() {
			const address = await coop_membership.xcall("coop_membership.desk.mails.send_test", args());
			frappe.show_alert({ message: __("The mail is queued for {0}.", [address]), indicator: "green" });
		},
		secondary_action_label: __("Change the text"),
		secondary_action() {
			dialog.hide();
			coop_membership.write_mail(cooperative, args().event, changed);
		},
	});
	const place = dialog.fields_dict.mail.$wrapper;
	const show = async () => {
		place.empty();
		const wanted = args();
		const mail = await coop_membership.xcall("coop_membership.desk.mails.preview", wanted);
		if (wanted.event === args().event) coop_membership.show_mail(place, mail);
	};
	dialog.show();
	show();
};

coop_membership.write_mail = async function (cooperative, event, changed) {
	const about = { cooperative, event };
	const call = (method, more) => coop_membership.xcall(`coop_membership.desk.mails.${method}`, { ...about, ...more });
	const words = await call("text");
	const dialog = new frappe.ui.Dialog({
		title: __(event, null, "Cooperative Email"),
		size: "extra-large",
		fields: [
			{ fieldname: "hint", fieldtype: "HTML" },
			{ fieldname: "subject", fieldtype: "Data", label: __("Subject of the mail"), default: words.subject, reqd: 1 },
			{ fieldname: "fields", fieldtype: "HTML" },
			{ fieldname: "message", fieldtype: "Text Editor", label: __("Text"), default: words.message, reqd: 1 },
			{ fieldname: "mail", fieldtype: "HTML" },
		],
		primary_action_label: __("Save"),
		async primary_action() {
			await call("save_text", written());
			dialog.hide();
			await changed();
			frappe.show_alert({ message: __("The text is saved."), indicator: "green" });
		},
		secondary_action_label: __("Send me a test"),
		async secondary_action() {
			const address = await call("send_test", written());
			frappe.show_alert({ message: __("The mail is queued for {0}.", [address]), indicator: "green" });
		},
	});
	const written = () => ({ subject: dialog.get_value("subject") || "", message: dialog.get_value("message") || "" });
	const hint = words.known
		? __("A click on a field puts it where you write. It is filled in for each person.")
		: __("This text was written as a template by an administrator. Saving puts the one below in its place.");
	const back = $("<button>", { type: "button", class: "btn btn-link btn-sm p-0", text: __("Back to the standard text") });
	back.on("click", async () => {
		await call("standard_text");
		dialog.hide();
		await changed();
		coop_membership.write_mail(cooperative, event, changed);
	});
	dialog.fields_dict.hint.$wrapper.append($("<p class='text-muted'>").text(`${hint} `).append(words.own ? back : null));
	let last = "message"; // where one wrote last
	dialog.fields_dict.subject.$input.on("focus", () => (last = "subject"));
	dialog.fields_dict.message.$wrapper.on("focusin", () => (last = "message"));
	const put = (name) => {
		const text = `[${name}]`;
		const subject = dialog.fields_dict.subject.$input[0];
		if (last === "subject") {
			subject.setRangeText(text, subject.selectionStart, subject.selectionEnd, "end");
			return $(subject).trigger("change").trigger("focus");
		}
		const editor = dialog.fields_dict.message.quill;
		const range = editor.getSelection(true) || { index: editor.getLength() - 1 };
		editor.insertText(range.index, text, "user");
		editor.setSelection(range.index + text.length);
	};
	const buttons = words.fields.map((name) =>
		$("<button>", { type: "button", class: "btn btn-default btn-xs coop-mail-field", text: name })
			.on("mousedown", (press) => press.preventDefault()) // the place where one writes is kept
			.on("click", () => put(name))
	);
	dialog.fields_dict.fields.$wrapper.append($('<div class="coop-mail-fields">').append(buttons));
	let shown = "";
	const show = async () => {
		const draft = written();
		if (!dialog.$wrapper.is(":visible") || JSON.stringify(draft) === shown || !draft.subject || !draft.message) return;
		shown = JSON.stringify(draft);
		const mail = await call("preview", draft);
		if (shown === JSON.stringify(written())) coop_membership.show_mail(dialog.fields_dict.mail.$wrapper, mail);
	};
	const soon = frappe.utils.debounce(show, 800);
	dialog.$wrapper.on("input keyup click", soon);
	dialog.show();
	for (const wait of [500, 1500]) setTimeout(show, wait); // the editor takes its text a moment later
};
