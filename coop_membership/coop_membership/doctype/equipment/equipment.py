from urllib.parse import quote

from frappe.model.document import Document
from frappe.utils import get_url

from coop_membership import actions
from coop_membership.machines import readers, rights
from coop_membership.prints import codes


class Equipment(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from coop_membership.coop_membership.doctype.member_line.member_line import MemberLine
		from coop_membership.coop_membership.doctype.right_line.right_line import RightLine

		bookable: DF.Check
		cache_minutes: DF.Int
		code: DF.Data
		cooperative: DF.Link
		days_ahead: DF.Int
		disabled: DF.Check
		first_hour: DF.Int
		last_hour: DF.Int
		most_per_member: DF.Int
		needs: DF.Table[RightLine]
		needs_dues: DF.Check
		out_of_order: DF.Check
		out_of_order_reason: DF.Data | None
		place: DF.Data | None
		reader_key_hash: DF.Data | None
		slot_minutes: DF.Int
		text: DF.SmallText | None
		title: DF.Data
		trainers: DF.Table[MemberLine]
	# end: auto-generated types

	def validate(self):
		rights.check_machine(self)

	@actions.of_document("write")
	def new_reader_key(self):
		return readers.new_key(self)

	def before_print(self, settings=None):
		page = get_url(f"/membership/machines?equipment={quote(self.name)}")
		self.sheet = {
			"title": self.title,
			"place": self.place or "",
			"page": page,
			"code": codes.qr(page, scale=10),
		}
