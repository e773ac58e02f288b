from coop_membership import host

app_name = "coop_membership"
app_title = "Coop Membership"
app_publisher = "Coop Membership contributors"
app_description = "Members, shares and dues of cooperatives and associations, on ERPNext and Dokos"
app_email = "maintainers@coop-membership.example"
app_license = "GPL-3.0-or-later"
required_apps = []
export_python_type_annotations = True

# the hosts' page of apps; the icons and sidebars of Frappe 16 are in desktop_icon/ and workspace_sidebar/
add_to_apps_screen = [
	{
		"name": "coop_membership",
		"logo": "/assets/coop_membership/images/coop_membership.svg",
		"title": app_title,
		"route": f"{host.desk()}/members",
		"has_permission": "coop_membership.desk.way_in.is_open",
	}
]

after_install = "coop_membership.install.after_install"
after_migrate = "coop_membership.install.after_migrate"
before_uninstall = "coop_membership.uninstall.before_uninstall"
before_tests = "coop_membership.tests.set_up.before_tests"

extend_bootinfo = "coop_membership.overrides.desktop.boot"
auth_hooks = [  # of every request, on every host
	"coop_membership.overrides.errors.hide_traceback",
	"coop_membership.overrides.session_token.check",
	"coop_membership.overrides.requests.check",
]
update_website_context = ["coop_membership.overrides.errors.hide_on_page"]
signup_form_template = "coop_membership.portal.sign_up.template"
get_website_user_home_page = "coop_membership.portal.first_page.home_page_of"
on_login = "coop_membership.people.accounts.at_login"
page_renderer = [
	"coop_membership.portal.join_page.JoinRedirect",
	"coop_membership.portal.payment_end.PaymentEnd",
]
portal_menu_items = [{"title": "My membership", "route": "/membership", "role": "Member"}]
website_route_rules = [{"from_route": "/membership/<section>", "to_route": "membership"}]

# the pages of a member's own place, in the order of its menu: see portal/sections.py
portal_sections = [
	"coop_membership.portal.pages.home.Home",
	"coop_membership.portal.pages.shares.Shares",
	"coop_membership.portal.pages.dues.Dues",
	"coop_membership.portal.pages.payments.Payments",
	"coop_membership.portal.pages.documents.Documents",
	"coop_membership.portal.pages.agenda.Agenda",
	"coop_membership.portal.pages.machines.Machines",
	"coop_membership.portal.pages.leading.Leading",
	"coop_membership.portal.pages.purchases.Purchases",
	"coop_membership.portal.pages.card.Card",
	"coop_membership.portal.pages.profile.Profile",
]

app_include_css = "/assets/coop_membership/css/desk.css"
app_include_js = [
	"/assets/coop_membership/js/actions.js",
	"/assets/coop_membership/js/registers.js",
	"/assets/coop_membership/js/help.js",
	"/assets/coop_membership/js/lists.js",
	"/assets/coop_membership/js/empty_lists.js",
	"/assets/coop_membership/js/whole_numbers.js",
]

# what asks members for money: see accounting/demands.py
member_demands = [
	"coop_membership.shares.demand.ShareDemand",
	"coop_membership.dues.demand.DuesDemand",
	"coop_membership.activities.demand.ActivityFeeDemand",
]

# what else must agree with the register: see register/integrity.py
register_checks = [
	"coop_membership.shares.soundness.findings",
	"coop_membership.shares.soundness.unpaid",
	"coop_membership.accounting.in_erpnext.comparison.findings",
]

# run when the desk reads one of these documents for the first time
doctype_list_js = dict.fromkeys(
	(
		"Activity",
		"Activity Fee",
		"Activity Registration",
		"Badge",
		"Calendar Link",
		"Cooperative",
		"Dues Cover",
		"Dunning Letter",
		"Dunning Notice",
		"Dunning Policy",
		"Dunning Run",
		"Equipment",
		"Equipment Authorization",
		"Equipment Booking",
		"Equipment Right",
		"Identity Document",
		"Legal Form",
		"Member",
		"Member Import",
		"Member Payment",
		"Membership",
		"Membership Application",
		"Membership Plan",
		"Payment Correction",
		"Private Details",
		"Referral Source",
		"Share Class",
		"Share Register Entry",
		"Share Subscription",
		"Share Transaction",
		"Shared Document",
		"Yearly Certificate",
	),
	"public/js/document_words.js",
)

doctype_js = {
	"Activity Fee": [
		"public/js/dunning_history.js",
		"public/js/money_dialog.js",
		"public/js/money_request.js",
		"public/js/correction.js",
		"public/js/credit.js",
	],
	"Bank Transaction": "public/js/correction.js",
	"Contact": "public/js/contact.js",
	"Cooperative": ["public/js/certificates.js", "public/js/mails.js", "public/js/receipts.js"],
	"Customer": "public/js/dunning_history.js",
	"Dunning Letter": ["public/js/dunning_history.js", "public/js/debtor_card.js"],
	"Dunning Notice": ["public/js/dunning_history.js", "public/js/debtor_card.js"],
	"Dunning Policy": "public/js/mails.js",
	"Journal Entry": "public/js/correction.js",
	"Member": [
		"public/js/person.js",
		"public/js/private.js",
		"public/js/privacy.js",
		"public/js/dunning_history.js",
		"public/js/money_dialog.js",
		"public/js/credit.js",
		"public/js/share_operations.js",
		"public/js/certificates.js",
		"public/js/household.js",
		"public/js/view_as.js",
	],
	"Member Payment": "public/js/correction.js",
	"Membership Application": [
		"public/js/person.js",
		"public/js/share_lines.js",
		"public/js/private.js",
		"public/js/privacy.js",
	],
	"Membership": [
		"public/js/dunning_history.js",
		"public/js/money_dialog.js",
		"public/js/money_request.js",
		"public/js/correction.js",
		"public/js/credit.js",
	],
	"Payment Entry": "public/js/correction.js",
	"Sales Invoice": ["public/js/dunning_history.js", "public/js/correction.js"],
	"Share Transaction": ["public/js/money_dialog.js", "public/js/private.js"],
	"Share Subscription": [
		"public/js/share_lines.js",
		"public/js/dunning_history.js",
		"public/js/money_dialog.js",
		"public/js/money_request.js",
		"public/js/credit.js",
		"public/js/correction.js",
	],
}

# "Cancel all" of the host takes none of these along: it cancels one after the other, and stops where one refuses
auto_cancel_exempted_doctypes = [
	"Activity Fee",
	"Dunning Run",
	"Member Payment",
	"Membership",
	"Payment Correction",
	"Share Subscription",
	"Share Transaction",
]

# what a correction has put right may still be cancelled: it keeps a full copy of its own
ignore_links_on_delete = ["Payment Correction"]

override_doctype_dashboards = {
	"Customer": "coop_membership.overrides.dashboards.customer",
	"Sales Invoice": "coop_membership.overrides.dashboards.sales_invoice",
}

override_whitelisted_methods = {
	"frappe.client.get_count": "coop_membership.overrides.counting.get_count",
	"frappe.client.validate_link": "coop_membership.overrides.names.validate_link",
	"frappe.desk.like.toggle_like": "coop_membership.overrides.names.toggle_like",
	"frappe.desk.search.get_link_title": "coop_membership.overrides.names.get_link_title",
	"frappe.desk.desktop.get_desktop_page": "coop_membership.overrides.desktop.get_desktop_page",
	"frappe.utils.global_search.search": "coop_membership.overrides.searching.search",
	"frappe.www.login.send_login_link": "coop_membership.overrides.login_link.send_login_link",
	# addresses of before the house was put in order, for whoever calls them from outside
	"coop_membership.dunning.delivery.refresh_states": "coop_membership.desk.dunning.refresh_states",
	"coop_membership.dunning.follow_up.set_follow_up": "coop_membership.desk.dunning.set_follow_up",
	"coop_membership.dunning.follow_up.get_follow_up": "coop_membership.desk.dunning.get_follow_up",
	"coop_membership.dunning.history.of": "coop_membership.desk.dunning.history",
	"coop_membership.dunning.letters.send_notices": "coop_membership.desk.dunning.send_notices",
	"coop_membership.dunning.notices.change_state": "coop_membership.desk.dunning.change_state",
	"coop_membership.dunning.policies.search_fitting": "coop_membership.desk.dunning.search_fitting",
	"coop_membership.membership.approval.next_in_line": "coop_membership.desk.approvals.next_in_line",
	"coop_membership.membership.approval.queue_many": "coop_membership.desk.approvals.queue_many",
	"coop_membership.membership.id_document.show": "coop_membership.joining.identity_documents.show",
	"coop_membership.membership.importing.template": "coop_membership.desk.moving_in.template",
	"coop_membership.membership.importing.export": "coop_membership.desk.moving_in.export",
	"coop_membership.shares.integrity.check_now": "coop_membership.desk.registers.check_now",
}

# fields that our services alone write: refused on every save by hand
REFUSE = "coop_membership.server_owned.refuse"
# User Permissions: of what a document names, before we look at that; and of itself, once we have filled in its cooperative
LINKS = "coop_membership.actions.check_links"
KEPT = {
	**dict.fromkeys(("before_update_after_submit", "before_cancel"), REFUSE),
	"before_validate": [REFUSE, LINKS],
	"validate": LINKS,
}
# texts that people type: signs that nobody sees are taken out, at every door
TIDY = {
	**KEPT,
	"before_insert": "coop_membership.doors.tidy",
	"before_validate": [REFUSE, LINKS, "coop_membership.doors.tidy"],
}
# what is offered says whether a site's words are those of an association
OFFERED = {
	**TIDY,
	**dict.fromkeys(("after_insert", "after_delete"), "coop_membership.setup.association.offer_changed"),
}
REMINDED = "coop_membership.dunning.notices.before_document_cancel"

# tables of our documents: their rows are listed to who may read the document
TABLES = (
	"Application Consent",
	"Cooperative Consent",
	"Cooperative Email",
	"Dues Break",
	"Dues Tariff",
	"Dunning Letter Document",
	"Dunning Policy Account",
	"Dunning Policy Level",
	"Dunning Run Policy",
	"Member Import Finding",
	"Member Line",
	"Member Payment Allocation",
	"Member Representative",
	"Right Line",
	"Share Line",
)
# what people/private.py keeps apart is no list's business
# and of the host's cards, our roles see those of members
permission_query_conditions = {
	**{table: f"coop_membership.overrides.lists.{table.lower().replace(' ', '_')}" for table in TABLES},
	"File": "coop_membership.overrides.lists.of_files",
	"Address": "coop_membership.people.cards.address_conditions",
	"Contact": "coop_membership.people.cards.contact_conditions",
	"Private Details": "coop_membership.people.private.query_conditions",
}
has_permission = {
	"Address": "coop_membership.people.cards.has_permission",
	"Contact": "coop_membership.people.cards.has_permission",
	"File": "coop_membership.overrides.file.has_permission",
	"Private Details": "coop_membership.people.private.has_permission",
}

doc_events = {
	"*": dict.fromkeys(
		("validate", "before_update_after_submit"), "coop_membership.overrides.file.validate_fields"
	),
	"Activity": TIDY,
	"Activity Fee": {**TIDY, "before_cancel": [REFUSE, REMINDED]},
	"Activity Registration": TIDY,
	"Badge": TIDY,
	"Calendar Link": KEPT,
	"Cooperative": {**TIDY, "letterhead_failed": "coop_membership.messages.tasks.letterhead_failed"},
	"Dues Cover": KEPT,
	"Dunning Letter": KEPT,
	"Dunning Notice": {**KEPT, "before_insert": "coop_membership.doors.tidy"},
	"Dunning Policy": TIDY,
	"Dunning Run": KEPT,
	"Equipment": TIDY,
	"Equipment Authorization": TIDY,
	"Equipment Booking": TIDY,
	"Equipment Right": TIDY,
	"Identity Document": TIDY,
	"Legal Form": TIDY,
	"Member Import": KEPT,
	"Member Payment": TIDY,
	"Membership Application": TIDY,
	"Membership Plan": OFFERED,
	"Payment Correction": TIDY,
	"Private Details": TIDY,
	"Referral Source": TIDY,
	"Share Class": OFFERED,
	"Shared Document": TIDY,
	"Share Register Entry": KEPT,
	"Share Transaction": TIDY,
	"Yearly Certificate": KEPT,
	"Sales Invoice": {
		"before_insert": "coop_membership.overrides.sales_invoice.before_insert",
		"validate": "coop_membership.overrides.sales_invoice.validate",
		"on_change": "coop_membership.overrides.sales_invoice.on_change",
		"before_cancel": "coop_membership.dunning.notices.before_document_cancel",
	},
	"Share Subscription": {**TIDY, "before_cancel": [REFUSE, REMINDED]},
	"Membership": {**TIDY, "before_cancel": [REFUSE, REMINDED]},
	"Item Booking": {"validate": "coop_membership.overrides.item_booking.validate"},
	"Payment Request": {
		"on_payment_authorized": "coop_membership.overrides.payment_request.on_payment_authorized"
	},
	"Contact": {
		"validate": "coop_membership.people.contacts.keep_as_written",
		"on_update": "coop_membership.people.truth.contact_changed",
	},
	"Customer": {"validate": "coop_membership.overrides.debtor.validate"},
	"Member": {
		**TIDY,
		"validate": [LINKS, "coop_membership.overrides.debtor.validate"],
		"on_update": "coop_membership.dunning.letters.following.follow_member",
		"member_merged": [
			"coop_membership.dunning.letters.following.follow_merge",
			"coop_membership.activities.registrations.follow_merge",
			"coop_membership.dues.household.follow_merge",
		],
	},
	"Personal Data Deletion Request": {
		"validate": "coop_membership.privacy.requests.validate",
		"on_update": "coop_membership.privacy.requests.on_update",
	},
	"File": {"before_insert": "coop_membership.overrides.file.before_insert"},
	"User": {"before_rename": "coop_membership.overrides.user.before_rename"},
	"ToDo": {"on_update": "coop_membership.messages.tasks.closed_by_one"},
	"Email Queue": {
		"on_update": "coop_membership.dunning.letters.delivery.on_email_queue_change",
		"on_change": "coop_membership.dunning.letters.delivery.on_email_queue_change",
	},
}

# what the hosts' own requests for personal data hand out and redact; our part of an erasure is privacy/requests.py
_REACHED = ["phone", "address_line1", "address_line2", "postcode", "city"]
user_data_fields = [
	{"doctype": "Member", "filter_by": "email", "redact_fields": _REACHED},
	{"doctype": "Membership Application", "filter_by": "email", "redact_fields": _REACHED},
]

scheduler_events = {
	"all": ["coop_membership.dunning.letters.delivery.sweep"],
	"daily": [
		"coop_membership.payments.settlement.sweep",
		"coop_membership.shares.payouts.sweep",
		"coop_membership.joining.expiry.expire_all",
		"coop_membership.dues.dues.daily",
		"coop_membership.joining.identity_documents.sweep",
		"coop_membership.dunning.scheduled.daily",
		"coop_membership.privacy.retention.daily",
		"coop_membership.machines.rights.daily",
		"coop_membership.machines.bookings.daily",
	],
	"hourly": [
		"coop_membership.people.truth.follow_all_mandates",
		"coop_membership.activities.activities.hourly",
	],
	"monthly": ["coop_membership.register.anchoring.monthly"],
	"weekly_long": ["coop_membership.register.integrity.weekly"],
}
