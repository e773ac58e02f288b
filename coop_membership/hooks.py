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

page_renderer = ["coop_membership.portal.join_page.JoinRedirect"]

doc_events = {
	"Sales Invoice": {
		"before_insert": "coop_membership.overrides.sales_invoice.before_insert",
		"on_change": "coop_membership.overrides.sales_invoice.on_change",
	},
}

scheduler_events = {
	"daily": ["coop_membership.payments.settlement.sweep"],
}
