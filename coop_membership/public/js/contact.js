// Contact (Frappe): opens a new request for shares with what the contact's card says.
frappe.ui.form.on("Contact", {
	refresh(frm) {
		if (frm.is_new() || !frappe.model.can_create("Membership Application")) return;
		frm.add_custom_button(__("Request shares"), async () => {
			const address = frm.doc.address ? await frappe.db.get_doc("Address", frm.doc.address) : {};
			frappe.new_doc("Membership Application", {
				source: "Contact",
				first_name: frm.doc.first_name,
				last_name: frm.doc.last_name,
				gender: ["Female", "Male", "Other"].includes(frm.doc.gender) ? frm.doc.gender : "",
				email: frm.doc.email_id,
				phone: frm.doc.mobile_no || frm.doc.phone,
				address_line1: address.address_line1,
				address_line2: address.address_line2,
				postcode: address.pincode,
				city: address.city,
				country: address.country,
			});
		});
	},
});
