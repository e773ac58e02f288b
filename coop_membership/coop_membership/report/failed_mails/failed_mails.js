frappe.query_reports["Failed Mails"] = { filters: [] };
