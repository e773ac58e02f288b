app_name = "coop_membership"
app_title = "Coop Membership"
app_publisher = "Coop Membership contributors"
app_description = "Members, shares and dues of cooperatives and associations, on ERPNext and Dokos"
app_email = "maintainers@coop-membership.example"
app_license = "GPL-3.0-or-later"
required_apps = []
export_python_type_annotations = True

after_install = "coop_membership.install.after_install"
after_migrate = "coop_membership.install.after_migrate"
before_uninstall = "coop_membership.uninstall.before_uninstall"
before_tests = "coop_membership.tests.set_up.before_tests"

before_request = ["coop_membership.overrides.web_form.before_request"]
signup_form_template = "coop_membership.portal.sign_up.template"
page_renderer = [
	"coop_membership.portal.join_page.JoinRedirect",
	"coop_membership.portal.payment_end.PaymentEnd",
]
portal_menu_items = [{"title": "My membership", "route": "/my-membership", "role": "Member"}]

app_include_js = ["/assets/coop_membership/js/registers.js"]

doctype_js = {
	"Contact": "public/js/contact.js",
	"Customer": "public/js/dunning_history.js",
	"Member": ["public/js/dunning_history.js", "public/js/money_dialog.js", "public/js/credit.js"],
	"Membership": [
		"public/js/dunning_history.js",
		"public/js/money_dialog.js",
		"public/js/money_request.js",
	],
	"Sales Invoice": "public/js/dunning_history.js",
	"Share Subscription": [
		"public/js/dunning_history.js",
		"public/js/money_dialog.js",
		"public/js/money_request.js",
		"public/js/credit.js",
	],
}

override_doctype_dashboards = {
	"Customer": "coop_membership.overrides.dashboards.customer",
	"Sales Invoice": "coop_membership.overrides.dashboards.sales_invoice",
}

doc_events = {
	"Sales Invoice": {
		"before_insert": "coop_membership.overrides.sales_invoice.before_insert",
		"validate": "coop_membership.overrides.sales_invoice.validate",
		"on_change": "coop_membership.overrides.sales_invoice.on_change",
		"before_cancel": "coop_membership.dunning.notices.before_document_cancel",
	},
	"Share Subscription": {"before_cancel": "coop_membership.dunning.notices.before_document_cancel"},
	"Membership": {"before_cancel": "coop_membership.dunning.notices.before_document_cancel"},
	"Payment Request": {
		"on_payment_authorized": "coop_membership.overrides.payment_request.on_payment_authorized"
	},
	"Customer": {"validate": "coop_membership.overrides.debtor.validate"},
	"Member": {"validate": "coop_membership.overrides.debtor.validate"},
	"Email Queue": {
		"on_update": "coop_membership.dunning.delivery.on_email_queue_change",
		"on_change": "coop_membership.dunning.delivery.on_email_queue_change",
	},
}

scheduler_events = {
	"all": ["coop_membership.dunning.delivery.sweep"],
	"daily": [
		"coop_membership.payments.settlement.sweep",
		"coop_membership.membership.expiry.expire_all",
		"coop_membership.membership.dues.daily",
		"coop_membership.membership.accounts.follow_all_mandates",
		"coop_membership.membership.id_document.sweep",
		"coop_membership.dunning.automatic.daily",
	],
	"weekly_long": ["coop_membership.shares.integrity.weekly"],
}
