frappe.provide("coop_membership");

/** Fields of a dialog about money that moved at the bank: how much, when, how, and the bank's reference. */
coop_membership.money_fields = (label, currency, amount) => [
	{ fieldname: "amount", fieldtype: "Currency", label, options: currency, default: amount, reqd: 1 },
	{
		fieldname: "posting_date",
		fieldtype: "Date",
		label: __("Date on the bank statement"),
		default: frappe.datetime.get_today(),
		reqd: 1,
	},
	{ fieldtype: "Column Break" },
	frappe.boot.user.can_read.includes("Mode of Payment")
		? {
				fieldname: "mode_of_payment",
				fieldtype: "Link",
				options: "Mode of Payment",
				label: __("Mode of payment"),
		  }
		: { fieldname: "mode_of_payment", fieldtype: "Data", label: __("Mode of payment") },
	{
		fieldname: "reference",
		fieldtype: "Data",
		label: __("Bank reference"),
		description: __("With a reference, the same payment is never recorded twice."),
	},
];
