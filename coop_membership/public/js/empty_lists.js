// An empty list leads somewhere: to what makes its documents. The hosts offer a button only where one is made by hand.
frappe.provide("coop_membership");

const list_of = (doctype, label) => ({ label, doctype, go: () => frappe.set_route("List", doctype) });

coop_membership.MADE_BY = {
	"Activity Fee": () => [
		__("A fee is made when somebody takes a place in an activity that costs something."),
		list_of("Activity", __("Activities")),
	],
	"Activity Registration": () => [
		__("People take their places on their own pages, on the public agenda, or from an activity."),
		list_of("Activity", __("Activities")),
	],
	"Dues Cover": () => [
		__("Whoever is covered by the dues of another is entered on the form of the member who pays."),
		list_of("Member", __("Members")),
	],
	"Dunning Letter": () => [
		__("Reminders are written when a run is sent."),
		list_of("Dunning Run", __("Runs")),
	],
	"Dunning Notice": () => [
		__("A run finds who is late, by the policies."),
		list_of("Dunning Run", __("Runs")),
		list_of("Dunning Policy", __("Policies")),
	],
	"Equipment Authorization": () => [
		__("A right is given by an activity that was attended, or here by hand."),
		list_of("Equipment Right", __("Rights to use machines")),
	],
	"Equipment Booking": () => [
		__("Members book on their own pages. What can be booked:"),
		list_of("Equipment", __("Machines")),
	],
	"Identity Document": () => [
		__("A copy stands here when an applicant was asked for one and sent it, until the request is decided on."),
		list_of("Membership Application", __("Share requests")),
	],
	"Member": () => [
		__("A person becomes a member when the request is approved; those of before come from a file."),
		list_of("Membership Application", __("Share requests")),
		list_of("Member Import", __("Move members in from a file")),
	],
	"Member Payment": () => [
		__("A payment is entered from the request that it pays."),
		list_of("Share Subscription", __("Capital release requests")),
		list_of("Membership", __("Dues")),
	],
	"Membership": () => [
		__("Dues are asked for when a request is approved; those of everybody's next period from a plan."),
		list_of("Membership Plan", __("Membership plans")),
		list_of("Membership Application", __("Share requests")),
	],
	"Membership Application": () => [
		__("People send their request with the form of your website; here by hand for those who write on paper."),
		{ label: __("Open the form"), go: () => window.open("/join", "_blank") },
	],
	"Payment Correction": () => [
		__("A correction begins on the request or the payment that was matched wrongly."),
		list_of("Share Subscription", __("Capital release requests")),
	],
	"Share Register Entry": () => [
		__("The register is written by itself when shares are paid; that of before comes from a file."),
		list_of("Share Subscription", __("Capital release requests")),
		list_of("Member Import", __("Move members in from a file")),
	],
	"Share Subscription": () => [
		__("Capital is asked for when a request for shares is approved."),
		list_of("Membership Application", __("Share requests")),
	],
	"Share Transaction": () => [
		__("Members ask for it on their own pages; the other way begins on the member's form."),
		list_of("Member", __("Members")),
	],
	"Yearly Certificate": () => [
		__("The certificates of a year are made all at once, from the cooperative: Actions, Year-end certificates."),
		{ label: __("Make the certificates of a year"), doctype: "Cooperative", go: open_cooperative },
	],
};

function open_cooperative() {
	coop_membership.opened_for = "certificates"; // see certificates.js
	const own = frappe.defaults.get_user_default("cooperative");
	if (own) frappe.set_route("Form", "Cooperative", own);
	else frappe.set_route("List", "Cooperative");
}

/** Put the sentence and its ways on under what the host says about a list where nothing was filtered out. */
coop_membership.say_what_makes = function (list) {
	const place = list.$no_result?.find(".msg-box");
	if (!place?.length || list.data.length || list.filter_area?.get().length) return;
	const [sentence, ...ways] = coop_membership.MADE_BY[list.doctype]();
	place.find("p").not(":has(button)").remove();
	place.find(".coop-made-by").remove();
	const buttons = ways
		.filter((way) => !way.doctype || frappe.model.can_read(way.doctype))
		.map((way) => $("<button>", { type: "button", class: "btn btn-default btn-sm", text: way.label }).on("click", way.go));
	const said = $("<div class='coop-made-by'>").append($("<p>").text(sentence), buttons);
	const made_here = place.find("p:has(button)").first();
	made_here.length ? said.insertBefore(made_here) : place.append(said);
};

/** For the lists whose documents the desk knows by now: see document_words.js. */
coop_membership.mind_empty_lists = function () {
	for (const doctype of Object.keys(coop_membership.MADE_BY)) {
		if (!locals.DocType[doctype]) continue;
		const settings = (frappe.listview_settings[doctype] ??= {});
		if (settings.says_what_makes) continue;
		const before = settings.refresh;
		settings.says_what_makes = true;
		settings.refresh = (list) => {
			before?.(list);
			coop_membership.say_what_makes(list);
		};
	}
};
