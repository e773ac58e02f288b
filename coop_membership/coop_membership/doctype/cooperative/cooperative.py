import frappe
from frappe import _
from frappe.model.document import Document

from coop_membership import actions, doors, host
from coop_membership.accounting.books import IN_ERPNEXT
from coop_membership.accounting.choice import books_of
from coop_membership.desk import mails, overview
from coop_membership.dunning import policies
from coop_membership.joining import first_offer
from coop_membership.messages import events
from coop_membership.portal import sign_up
from coop_membership.setup import association
from coop_membership.values import bank, mailboxes

COUNTERS = ("next_member_number", "next_register_number")


class Cooperative(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from coop_membership.coop_membership.doctype.cooperative_consent.cooperative_consent import (
			CooperativeConsent,
		)
		from coop_membership.coop_membership.doctype.cooperative_email.cooperative_email import (
			CooperativeEmail,
		)

		accounting: DF.Literal["In ERPNext", "Kept elsewhere"]
		application_expiry_days: DF.Int
		approval: DF.Literal["Manual", "Automatic when paid"]
		bic: DF.Data | None
		board_representative: DF.Data | None
		collect_id_document: DF.Check
		confirm_email: DF.Check
		consents: DF.Table[CooperativeConsent]
		contact_email: DF.Data
		country: DF.Link
		currency: DF.Link
		delete_id_document: DF.Check
		dunning_day: DF.Int
		dunning_frequency: DF.Literal["", "Weekly", "Monthly"]
		dunning_policy: DF.Link | None
		dunning_send: DF.Check
		dunning_stale_days: DF.Int
		dunning_tolerance: DF.Currency
		dunning_weekday: DF.Literal[
			"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"
		]
		emails: DF.Table[CooperativeEmail]
		first_dues: DF.Currency
		first_dues_period: DF.Literal["Calendar year", "Rolling"]
		first_share_price: DF.Currency
		iban: DF.Data | None
		kind: DF.Literal["Cooperative (shares)", "Association (dues)", "Both (shares and dues)"]
		keep_guest_days: DF.Int
		keep_left_years: DF.Int
		keep_refused_days: DF.Int
		keep_register_years: DF.Int
		language: DF.Link
		letterhead: DF.Link | None
		logo: DF.AttachImage | None
		max_open_applications: DF.Int
		maximum_amount: DF.Currency
		minimum_age: DF.Int
		next_member_number: DF.Int
		next_register_number: DF.Int
		payment_days: DF.Int
		portal_account: DF.Literal["Never", "On approval", "On payment"]
		postal_address: DF.SmallText | None
		replaces_signup: DF.Check
		require_iban: DF.Check
		signature: DF.AttachImage | None
		single_share_class: DF.Check
		statutes: DF.Attach | None
		title: DF.Data
		uppercase_last_name: DF.Check
	# end: auto-generated types

	def before_insert(self):
		self.update(dict.fromkeys(COUNTERS, 1))
		self.add_missing_emails()

	def after_insert(self):
		first_offer.make(self)
		host.forget_home_pages()
		association.follow()

	def validate(self):
		self.keep_counters()
		self.clean_account()
		first_offer.check(self)
		self.add_missing_emails()
		self.refuse_double_consents()
		if self.accounting == IN_ERPNEXT:
			self.flags.check_books = True

	def on_update(self):
		if self.flags.check_books:
			books_of(self).prepare(self)
		sign_up.follow_setting()
		if not self.flags.in_insert and self.has_value_changed("kind"):
			association.follow()

	def on_trash(self):
		if frappe.db.exists("Share Register Entry", {"cooperative": self.name}):
			frappe.throw(_("A cooperative with a share register can't be deleted."))

	def after_delete(self):
		mails.forget_texts(self)
		host.forget_home_pages()
		sign_up.follow_setting()
		association.follow()

	def keep_counters(self):
		"""An old form that is saved must not set the numbers back."""
		if not self.is_new():
			stored = frappe.db.get_value(
				"Cooperative", self.name, list(COUNTERS), as_dict=True, for_update=True
			)
			self.update(stored)

	def clean_account(self):
		doors.read_fields(self, {"contact_email": mailboxes.email, "iban": bank.iban, "bic": bank.bic})

	def add_missing_emails(self):
		present = {row.event for row in self.emails}
		for event in events.EVENTS:
			template = events.TEMPLATE_PREFIX + event
			if event not in present and frappe.db.exists("Email Template", template):
				self.append("emails", {"event": event, "enabled": 1, "email_template": template})

	def refuse_double_consents(self):
		keys = [row.key for row in self.consents]
		if len(keys) != len(set(keys)):
			frappe.throw(_("Each consent needs its own key."))

	def letterhead_failed(self, error):
		"""For other rooms to hear of: see hooks."""

	@actions.of_document("read", changes=False)
	def overview(self):
		return overview.overview(self)

	@actions.of_document("read", lock=False)
	def set_dunning(self, values: dict):
		return policies.set_for_cooperative(self, values)
