"""First light, in a browser: a guest joins, a manager approves and records the payment, the certificate is in the queue."""

from __future__ import annotations

import json

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.messages import events
from coop_membership.register import ledger
from coop_membership.tests import factories
from coop_membership.tests.web import DESK, PHONE, BrowserCase


class TestFirstLight(BrowserCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		consents = [{"key": "rules", "title": "I accept the rules"}]
		cls.cooperative = cls.a_cooperative(ELSEWHERE, consents=consents)
		factories.a_share_class(cls.cooperative, minimum_quantity=2)
		cls.manager = cls.a_user("Membership Manager", "System Manager")

	def form(self, page, doctype: str, name: str) -> None:
		page.goto(f"{self.url}/app/{doctype}/{name}", wait_until="domcontentloaded")
		page.wait_for_function(
			"name => window.cur_frm && cur_frm.docname === name && cur_frm.page.btn_primary.is(':visible')",
			arg=name,
		)

	def until(self, page, status: str) -> None:
		page.wait_for_function("status => cur_frm.doc.status === status", arg=status)

	def test_from_the_public_form_to_the_certificate(self):
		"""Inès asks for two shares at 25 on her phone. The manager opens the request, clicks Approve, opens the capital
		release request, clicks Record payment and submits the proposed 50. The register then has entry 1 of two shares,
		Inès is member 1, and two mails wait with their PDFs: the request for payment and the certificate."""
		phone = self.open_form(self.cooperative, **PHONE)
		email = self.fill(phone)
		phone.check("input[value=rules]")
		self.submit_form(phone)
		application = self.application(email)

		page = self.page(user=self.manager, **DESK)
		self.form(page, "membership-application", application.name)
		page.evaluate("cur_frm.page.btn_primary.click()")
		self.until(page, "Approved")
		self.look_again()
		name = frappe.db.get_value("Share Subscription", {"application": application.name})
		self.form(page, "share-subscription", name)
		page.evaluate("cur_frm.page.btn_primary.click()")
		page.wait_for_selector(".modal.show .modal-footer .btn-primary, .modal-dialog .btn-modal-primary")
		page.wait_for_timeout(500)
		page.evaluate("cur_dialog.get_primary_btn().click()")
		self.until(page, "Paid")

		self.look_again()
		subscription = frappe.get_doc("Share Subscription", name)
		member = frappe.get_doc("Member", subscription.member)
		self.assertEqual((member.status, member.member_number, member.total_shares), ("Active", 1, 2))
		[entry] = ledger.entries_of(name)
		self.assertEqual((entry.number, entry.quantity), (1, 2))
		queued = frappe.get_all(
			"Email Queue", {"reference_name": name}, ["attachments", "message"], order_by="creation"
		)
		formats = [json.loads(row.attachments)[0]["print_format"] for row in queued]
		self.assertEqual(formats, ["Capital Release Request", events.EVENTS["Certificate"].pdf])
