from frappe.model.document import Document


class DunningPolicyLevel(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		also_email: DF.Check
		also_letter: DF.Check
		also_phone: DF.Check
		channel: DF.Literal["E-mail", "Letter", "Phone"]
		charge: DF.Literal["", "Fixed", "Percent", "Legal interest"]
		computation: DF.Literal["Net days", "End of month", "Previous notice"]
		delay_days: DF.Int
		email_template: DF.Link | None
		email_text: DF.Text | None
		fee: DF.Currency
		letter_text: DF.Text | None
		level: DF.Int
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		rate: DF.Float
		title: DF.Data
	# end: auto-generated types

	pass
