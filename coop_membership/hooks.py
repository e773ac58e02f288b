app_name = "coop_membership"
app_title = "Coop Membership"
app_publisher = "Coop Membership contributors"
app_description = "Members, shares and dues of cooperatives and associations, on ERPNext and Dokos"
app_email = "maintainers@coop-membership.example"
app_license = "GPL-3.0-or-later"
required_apps = []
export_python_type_annotations = True
