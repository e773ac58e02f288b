// A question mark on each of our forms, lists and reports: it opens the paragraph of the guide about it.
frappe.provide("coop_membership");

coop_membership.GUIDES = {
	"Activity": "managers#activities",
	"Activity Fee": "managers#activities",
	"Activity Registration": "managers#activities",
	"Badge": "managers#machines",
	"Calendar Link": "managers#activities",
	"Cooperative": "managers#accounts",
	"Dunning Letter": "managers#dunning",
	"Dunning Notice": "managers#dunning",
	"Dunning Policy": "managers#dunning",
	"Dunning Run": "managers#dunning",
	"Equipment": "managers#machines",
	"Equipment Authorization": "managers#machines",
	"Equipment Booking": "managers#machines",
	"Equipment Right": "managers#machines",
	"Identity Document": "managers#identity",
	"Member": "managers#matching",
	"Member Payment": "managers#payments",
	"Membership": "managers#dues",
	"Membership Application": "managers#requests",
	"Dues Cover": "managers#dues",
	"Membership Plan": "managers#dues",
	"Legal Form": "managers#lists",
	"Member Import": "managers#moving",
	"Referral Source": "managers#lists",
	"Payment Correction": "treasurers#booking",
	"Share Class": "managers#requests",
	"Share Register Entry": "managers#registers",
	"Shared Document": "managers#sharing",
	"Share Subscription": "managers#payments",
	"Share Transaction": "managers#transactions",
	"Shared Document": "managers#documents",
	"Yearly Certificate": "managers#registers",
	// reports
	"Capital Accounts": "treasurers#booking",
	"Capital Summary": "managers#registers",
	"Dunning Analysis": "managers#dunning",
	"Dunning Phone List": "managers#dunning",
	"Failed Mails": "managers#mails",
	"Legal Representatives": "managers#registers",
	"Look at the e-mails": "managers#mails",
	"Member Register": "managers#registers",
	"Share Register": "managers#registers",
	"Yearly Movements": "managers#registers",
	// workspaces
	"Members": "managers#requests",
	"Dunning": "managers#dunning",
};

/** Put the question mark on a page of the desk that is about `subject`, once. */
coop_membership.add_help = function (page, subject) {
	const place = coop_membership.GUIDES[subject];
	if (!place || !page?.add_action_icon || page.coop_help === subject) return;
	page.coop_help = subject;
	const [chapter, paragraph] = place.split("#");
	const open = () => window.open(`/membership-guide?chapter=${chapter}#${paragraph}`, "_blank", "noopener");
	page.add_action_icon("help", open, "coop-help", __("Help with this page"));
};

$(document).on("form-refresh", (_event, frm) => coop_membership.add_help(frm?.page, frm?.doctype));

frappe.router?.on("change", () => {
	const [kind, subject] = frappe.get_route();
	if (!coop_membership.GUIDES[subject]) return;
	const page_of = {
		List: () => cur_list?.doctype === subject && cur_list.page,
		"query-report": () => frappe.query_report?.page,
		Workspaces: () => frappe.workspace?.page,
	}[kind];
	// the page is drawn a moment after the address has changed
	let tries = 20;
	const look = () => {
		const page = page_of?.();
		if (page) coop_membership.add_help(page, subject);
		else if (page_of && tries--) setTimeout(look, 300);
	};
	look();
});
