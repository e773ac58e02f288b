"""A letter that waits goes to where its debtor is reached by now, and to nobody who only says that it is theirs."""

from __future__ import annotations

import frappe

from coop_membership import host
from coop_membership.tests import dunning_factories, factories

DUE, CONTROL = "2026-05-01", "2026-06-01"


class TestFollowing(dunning_factories.DunningCase):
	def setUp(self):
		super().setUp()
		self.cooperative = factories.a_cooperative()
		policy = dunning_factories.a_policy(dunning_factories.ONE_WEEK)
		self.cooperative.db_set("dunning_policy", policy.name)
		frappe.clear_document_cache("Cooperative", self.cooperative.name)

	def a_letter(self, subscription):
		run = dunning_factories.computed(self.cooperative, CONTROL)
		run.set_state(None, "To Send")
		run.send()
		return frappe.get_doc("Dunning Letter", {"run": run.name, "member": subscription.member})

	def test_a_new_address_and_mailbox(self):
		"""The reminder waits in the queue; Camille's mailbox and street are corrected: letter and mail go there."""
		subscription = dunning_factories.a_late_request(self.cooperative, DUE)
		letter = self.a_letter(subscription)
		member = frappe.get_doc("Member", subscription.member)
		self.assertEqual(letter.recipients, member.email)
		new = f"{factories.unique()}@example.com"
		member.update({"email": new, "address_line1": "12 rue Neuve", "phone": "+33612345678"})
		member.save()
		letter.reload()
		self.assertEqual(
			(letter.recipients, letter.phone, letter.state), (new, "+33 6 12 34 56 78", "Queued")
		)
		self.assertIn("12 rue Neuve", letter.address)
		self.assertNotIn("Lilas", letter.address)
		queued = frappe.get_all("Email Queue Recipient", {"parent": letter.email_queue}, pluck="recipient")
		self.assertEqual(queued, [new])

	def test_the_representative_of_the_day(self):
		"""Inès's mandate ended yesterday, Omar's began today, and no job has run yet: the reminder is Omar's."""
		subscription = dunning_factories.a_late_request(
			self.cooperative,
			DUE,
			applicant_type="Organisation",
			organisation_name="Le Potager",
			registration_number=factories.a_siren(),
		)
		omar = f"omar.{factories.unique()}@example.com"
		contact = frappe.get_doc(
			{"doctype": "Contact", "first_name": "Omar", "email_ids": [{"email_id": omar, "is_primary": 1}]}
		).insert()
		member = frappe.get_doc("Member", subscription.member)
		today, yesterday = frappe.utils.today(), frappe.utils.add_days(frappe.utils.today(), -1)
		member.append("representatives", {"contact": contact.name, "from_date": today})
		member.save()
		frappe.db.set_value(
			"Member Representative",
			member.representatives[0].name,
			{"from_date": "2020-01-01", "to_date": yesterday},
		)
		self.assertEqual(self.a_letter(subscription).recipients, omar)

	def test_a_contact_and_an_address_of_a_visitor(self):
		"""A visitor links a Contact and an Address of his own to the member's Customer: no reminder goes there."""
		if not host.has_erpnext():
			self.skipTest("no customers here")
		subscription = dunning_factories.a_late_request(self.cooperative, DUE)
		member = frappe.get_doc("Member", subscription.member)
		mallory = factories.a_user()
		links = [{"link_doctype": "Customer", "link_name": member.customer}]
		contact = frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": "Mallory",
				"is_primary_contact": 1,
				"email_ids": [{"email_id": mallory, "is_primary": 1}],
				"phone_nos": [{"phone": "+33612345678", "is_primary_phone": 1}],
				"links": links,
			}
		).insert()
		address = frappe.get_doc(
			{
				"doctype": "Address",
				"address_title": "Mallory",
				"address_type": "Billing",
				"is_primary_address": 1,
				"address_line1": "1 impasse du Piège",
				"city": "Rennes",
				"country": "France",
				"links": links,
			}
		).insert()
		for document in (contact, address):
			document.db_set("owner", mallory)
		letter = self.a_letter(subscription)
		self.assertEqual(letter.recipients, member.email)
		self.assertFalse(letter.phone)
		self.assertIn("3 rue des Lilas", letter.address)
