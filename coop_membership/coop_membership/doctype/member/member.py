from dataclasses import asdict

import frappe
from frappe import _
from frappe.model.document import Document

from coop_membership import actions, doors, host
from coop_membership.dues import breaks, household
from coop_membership.joining import from_credit
from coop_membership.payments import credit
from coop_membership.people import accounts, contacts, members, merging, private, truth
from coop_membership.prints import letterhead, models
from coop_membership.register import cards, certificates, ledger
from coop_membership.states.members import INDIVIDUAL, ORGANISATION
from coop_membership.values import phones
from coop_membership.values.person_fields import ORGANISATION_FIELDS


class Member(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from coop_membership.coop_membership.doctype.application_consent.application_consent import (
			ApplicationConsent,
		)
		from coop_membership.coop_membership.doctype.dues_break.dues_break import DuesBreak
		from coop_membership.coop_membership.doctype.member_representative.member_representative import (
			MemberRepresentative,
		)

		address_line1: DF.Data | None
		address_line2: DF.Data | None
		city: DF.Data | None
		consents: DF.Table[ApplicationConsent]
		contact: DF.Link | None
		cooperative: DF.Link
		country: DF.Link | None
		display_name: DF.Data | None
		dues_breaks: DF.Table[DuesBreak]
		dues_payer_address: DF.SmallText | None
		dues_payer_email: DF.Data | None
		dues_payer_name: DF.Data | None
		dues_renewal: DF.Literal["Ask each time", "By itself", "Not any more"]
		dues_tariff: DF.Data | None
		dues_tariff_until: DF.Date | None
		dunning_channel: DF.Literal["", "E-mail", "Letter", "Phone"]
		dunning_next_action: DF.SmallText | None
		dunning_next_action_date: DF.Date | None
		dunning_policy: DF.Link | None
		dunning_promise_until: DF.Date | None
		dunning_responsible: DF.Link | None
		email: DF.Data | None
		erased_on: DF.Date | None
		first_name: DF.Data | None
		gender: DF.Literal["", "Female", "Male", "Other"]
		invited_user: DF.Link | None
		joined_on: DF.Date | None
		language: DF.Link | None
		last_name: DF.Data | None
		leaving_reason: DF.SmallText | None
		left_on: DF.Date | None
		legal_form: DF.Link | None
		member_number: DF.Int
		member_type: DF.Literal["Individual", "Organisation"]
		merged_into: DF.Link | None
		number_key: DF.Data | None
		organisation_email: DF.Data | None
		organisation_name: DF.Data | None
		phone: DF.Data | None
		photo: DF.AttachImage | None
		postcode: DF.Data | None
		reduced_on: DF.Date | None
		referral_source: DF.Link | None
		registration_number: DF.Data | None
		representatives: DF.Table[MemberRepresentative]
		status: DF.Literal["Candidate", "Active", "Former"]
		total_shares: DF.Int
		total_value: DF.Currency
		unwanted_mails: DF.SmallText | None
		user: DF.Link | None
	# end: auto-generated types

	def _set_defaults(self):
		"""A person's language is the cooperative's until another is chosen, not the site's."""
		host.with_defaults(super()._set_defaults, self, "language")

	def onload(self):
		doors.show_phone(self)

	def validate(self):
		accounts.refuse_by_hand(self)
		cooperative = frappe.get_cached_doc("Cooperative", self.cooperative)
		self.language = self.language or cooperative.language
		doors.read_person(self, doors.place(self.country, cooperative), self.get_doc_before_save())
		if self.member_type == INDIVIDUAL:
			self.update(dict.fromkeys(ORGANISATION_FIELDS))
		self._keep_name()
		person = " ".join(filter(None, [self.first_name, self.last_name]))
		is_organisation = self.member_type == ORGANISATION
		self.display_name = (is_organisation and self.organisation_name) or person
		if not self.display_name:
			frappe.throw(_("A member needs a name."))
		self.number_key = members.number_key(self)
		contacts.refuse_somebody_elses(self)
		truth.check(self)
		for row in self.dues_breaks:
			breaks.check(row.from_date, row.to_date)

	def _keep_name(self):
		"""The register names its members: a name is not emptied, nor left out. Earlier ones that lack it may be saved."""
		field = "organisation_name" if self.member_type == ORGANISATION else "last_name"
		before = self.get_doc_before_save()
		if not self.get(field) and not (
			before and before.member_type == self.member_type and not before.get(field)
		):
			frappe.throw(
				_("{field} is missing. Please fill it in.").format(
					field=_(self.meta.get_label(field), context=self.doctype)
				),
				title=_("Please correct"),
			)

	def after_insert(self):
		private.receive(self)

	def on_update(self):
		private.receive_changes(self)
		accounts.follow_mandates(self)
		truth.follow(self)
		truth.follow_mandate(self)

	def on_trash(self):
		if self.member_number:
			frappe.throw(_("A member with a number stays in the register and can't be deleted."))
		private.forget(self)

	@actions.of_document("read", changes=False)
	def shares_by_class(self):
		"""[{share_class, title, quantity, value}] of what the member holds now."""
		self.check_permission("read")
		return [
			{
				"share_class": name,
				"title": frappe.get_cached_value("Share Class", name, "title"),
				"quantity": held.quantity,
				"value": float(held.value),
			}
			for name, held in sorted(ledger.positions(self.name).items())
		]

	@actions.of_document("read", changes=False)
	def credit(self):
		return from_credit.offer(self)

	# money of a member: the cooperative's row is locked before the member's

	@actions.of_document("read", lock=False)
	def use_credit(self):
		return credit.use(self)

	@actions.of_document("write", lock=False)
	def more_shares(self, quantity=None):
		return from_credit.more_shares(self, quantity)

	@actions.of_document("read", lock=False)
	def refund(
		self,
		amount=None,
		posting_date: str | None = None,
		mode_of_payment: str | None = None,
		reference: str | None = None,
	):
		return credit.refund(self, amount, posting_date, mode_of_payment, reference)

	def member_merged(self):
		"""For other rooms to hear of: see hooks."""

	def reached(self):
		return truth.reach(self)

	# for its print formats

	def before_print(self, settings=None):
		self.phone = phones.shown(self.phone)
		self.sheet = models.plain(certificates.sheet(self))
		self.card = models.plain(cards.sheet(self))

	# as before, for what a site has written itself

	def letterhead(self):
		return letterhead.letterhead(self)

	def certificate(self, on_date=None):
		return models.plain(certificates.sheet(self, on_date))

	@actions.of_document("write")
	def give_access(self):
		return accounts.give_access(self)

	@actions.of_document("write")
	def invite_again(self):
		return accounts.invite_again(self)

	@actions.of_document("read", changes=False)
	def household(self):
		"""Who pays for the member, whom the member pays for, and how many places are left."""
		return {
			"head": household.head_of(self.name),
			"people": household.people(self.name),
			"places": household.free_places(self.name),
		}

	# the cooperative's row is locked before the members'

	@actions.of_document("write", lock=False, also={"other": ("Member", "write")})
	def cover(self, other: str):
		return household.cover(self, frappe.get_doc("Member", other))

	@actions.of_document("write", lock=False)
	def detach(self):
		household.detach(self)

	@actions.of_document("write", lock=False, also={"other": ("Member", "write")})
	def change_head(self, other: str):
		return str(household.change_head(self, frappe.get_doc("Member", other)))

	@actions.of_document("write", changes=False, also={"drop": ("Member", "delete")})
	def preview_merge(self, drop: str):
		return asdict(merging.preview(self.name, drop))

	@actions.of_document("write", lock=False, also={"drop": ("Member", "delete")})
	def merge(self, drop: str):
		return merging.merge(self.name, drop)
