// A person's data on the forms of members and requests: handed out, reduced, erased. See privacy/.
(() => {
	const CLOSED = ["Refused", "Cancelled", "Expired"];

	frappe.ui.form.on("Member", {
		refresh(frm) {
			if (frm.is_new() || !frappe.model.can_delete("Member")) return;
			const group = __("Personal data");
			frm.add_custom_button(__("Download all data (to read)"), () => download(frm, "HTML"), group);
			frm.add_custom_button(__("Download all data (JSON)"), () => download(frm, "JSON"), group);
			if (frm.doc.erased_on) return;
			if (!frm.doc.reduced_on) {
				frm.add_custom_button(
					__("Reduce to what the law asks for"),
					() =>
						step(
							frm,
							"reduce",
							__(
								"E-mail, phone, address, birth date, account and all messages go for good. The name, the shares and the payments stay. Go on?"
							)
						),
					group
				);
			}
			frm.add_custom_button(
				__("Erase the name too"),
				() => step(frm, "erase", __("The name goes for good; a number stands in its place in the register. Go on?")),
				group
			);
		},
	});

	frappe.ui.form.on("Membership Application", {
		refresh(frm) {
			if (frm.is_new() || !CLOSED.includes(frm.doc.status) || !frappe.model.can_delete(frm.doctype)) return;
			frm.add_custom_button(
				__("Erase this request"),
				() =>
					frappe.confirm(__("The request and all that it left behind go for good. Go on?"), async () => {
						await coop_membership.xcall("coop_membership.desk.privacy.forget", { application: frm.doc.name });
						frappe.set_route("List", frm.doctype);
					}),
				__("Actions")
			);
		},
	});

	function download(frm, file_type) {
		const query = new URLSearchParams({ member: frm.doc.name, file_type });
		window.open(`/api/method/coop_membership.desk.privacy.download?${query}`, "_blank", "noopener");
	}

	/** What stands in the way is said before anybody is asked. */
	async function step(frm, name, question) {
		const member = frm.doc.name;
		const found = await coop_membership.xcall("coop_membership.desk.privacy.obstacles", { member });
		if (found[name].length) {
			const lines = found[name].map((sentence) => frappe.utils.escape_html(sentence));
			frappe.msgprint({ title: __("This data can't be erased yet"), message: lines.join("<br>") });
			return;
		}
		frappe.confirm(question, async () => {
			await coop_membership.xcall(`coop_membership.desk.privacy.${name}`, { member });
			await frm.reload_doc();
		});
	}
})();
