frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Share Capital over Time"] = {
	method:
		"coop_membership.coop_membership.dashboard_chart_source.share_capital_over_time.share_capital_over_time.get",
	filters: [
		{
			fieldname: "cooperative",
			label: __("Cooperative"),
			fieldtype: "Link",
			options: "Cooperative",
		},
	],
};
