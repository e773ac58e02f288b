frappe.listview_settings["Member Payment"] = {
	add_fields: ["docstatus", "unallocated_amount", "direction"],
	hide_name_column: true,

	get_indicator(doc) {
		if (doc.docstatus === 0) return [__("Draft"), "gray", "docstatus,=,0"];
		if (doc.docstatus === 2) return [__("Cancelled", null, "Member Payment"), "red", "docstatus,=,2"];
		if (doc.direction === "Paid out") return [__("Paid out"), "blue", "direction,=,Paid out|docstatus,=,1"];
		return doc.unallocated_amount > 0
			? [__("Credit left"), "orange", "direction,=,Received|unallocated_amount,>,0|docstatus,=,1"]
			: [__("Allocated", null, "Member Payment"), "green", "direction,=,Received|unallocated_amount,=,0|docstatus,=,1"];
	},
};
