"""States that tell the truth: the host's real mail queue against a mail server on this machine."""

from __future__ import annotations

import email
import io
from email import policy
from unittest.mock import patch

from pypdf import PdfReader

import frappe
from frappe.email.doctype.email_queue.email_queue import EmailQueue
from frappe.utils import add_to_date, now_datetime

from coop_membership import bulk
from coop_membership.desk import dunning
from coop_membership.dunning.letters import delivery, sending
from coop_membership.messages import outcome
from coop_membership.tests import dunning_factories, factories, mail_server

DUE, CONTROL = "2017-12-06", "2018-01-17"


class TestOutcome(dunning_factories.DunningCase):
	def test_table(self):
		"""What the queue says, and what the letter says then."""
		one, two = ("a@x", "Sent"), ("b@x", "Not Sent")
		cases = [
			("Sent", [one], "", False, "Sent"),
			("Not Sent", [two], "", False, "Queued"),
			("Not Sent", [two], "SMTPServerDisconnected", False, "Queued"),
			("Sending", [two], "", False, "Queued"),
			("Sending", [two], "", True, "Failed"),
			("Partially Sent", [one, two], "", False, "Sent"),
			("Partially Errored", [one, two], "", False, "Sent"),
			("Error", [one, two], "550", False, "Sent"),
			("Error", [two], "550", False, "Failed"),
			("Expired", [two], "", False, "Failed"),
			(None, [], "", False, "Failed"),
		]
		for status, recipients, error, stuck, expected in cases:
			with self.subTest(status=status, recipients=recipients, stuck=stuck):
				state, reason = outcome.outcome(status, recipients, error, stuck)
				self.assertEqual(state, expected)
				self.assertEqual(
					bool(reason),
					expected == "Failed" or (two in recipients and (len(recipients) > 1 or bool(error))),
				)


class DeliveryCase(dunning_factories.DunningCase):
	def setUp(self):
		super().setUp()
		self.policy = dunning_factories.a_policy()
		self.cooperative = factories.a_cooperative(dunning_policy=self.policy.name)
		context = mail_server.used_by_site()
		self.server = context.__enter__()
		self.addCleanup(context.__exit__, None, None, None)

	def a_letter(self, **person):
		"""A letter in the mail queue, to one late payer."""
		self.request = dunning_factories.a_late_request(self.cooperative, DUE, **person)
		run = dunning_factories.computed(self.cooperative, CONTROL)
		run.set_state(None, "To Send")
		run.send()
		[self.notice] = dunning_factories.notices_of(run)
		return frappe.get_doc("Dunning Letter", self.notice.letter)

	def work(self, letter) -> None:
		"""The host's worker takes the mail out of its queue, whatever comes of it."""
		try:
			EmailQueue.find(letter.email_queue).send()
		except Exception as error:
			self.error = error

	def assert_state(self, letter, state: str, reason: str | None = None) -> None:
		"""Letter and notice agree, after the queue was read again."""
		delivery.refresh([letter.name])
		for document in (letter, self.notice):
			document.reload()
			self.assertEqual(document.state, state, document.state_reason)
			if reason:
				self.assertRegex(document.state_reason or "", reason)
			self.assertEqual(bool(document.sent_on), state == "Sent")


class TestDelivery(DeliveryCase):
	def test_accepted(self):
		"""Queued, then Sent; the debtor got one mail with the PDF, in which the amount and the reference are."""
		letter = self.a_letter()
		self.assert_state(letter, "Queued")
		self.work(letter)
		self.assert_state(letter, "Sent")
		[(recipient, raw)] = self.server.delivered
		self.assertEqual(recipient, letter.recipients)
		message = email.message_from_string(raw, policy=policy.default)
		self.assertIn("Première relance par email", message["Subject"])
		self.assertEqual(message["Reply-To"], self.cooperative.contact_email)
		[attachment] = message.iter_attachments()
		self.assertEqual(attachment.get_filename(), f"{letter.name}.pdf")
		text = text_of(attachment.get_payload(decode=True))
		self.assertIn(self.request.payment_reference.replace(" ", "")[-6:], text.replace(" ", ""))
		self.assertIn("75", text)

	def test_refused(self):
		"""No such mailbox: tried again as often as the host does, then Failed with the server's words, never Sent."""
		letter = self.a_letter()
		self.server.refused.add(letter.recipients)
		for _attempt in range(6):
			self.work(letter)
		# Dokos notes no more of the server's words than the kind of its refusal
		self.assert_state(
			letter, "Failed", "mailbox does not exist.*550 5.1.1|refused.*SMTPRecipientsRefused"
		)
		self.assertEqual(self.server.delivered, [])

	def test_accepted_after_refusing(self):
		"""The first try fails and the letter stays Queued; the second one works and the letter is Sent, not Failed."""
		letter = self.a_letter()
		self.server.refused.add(letter.recipients)
		self.work(letter)
		self.assert_state(letter, "Queued")
		self.server.refused.clear()
		self.work(letter)
		self.assert_state(letter, "Sent")
		self.assertEqual(len(self.server.delivered), 1)

	def test_sent_after_an_error(self):
		"""Failed for good; somebody presses "retry" in the Email Queue, it goes out: Sent."""
		letter = self.a_letter()
		self.server.refused.add(letter.recipients)
		for _attempt in range(6):
			self.work(letter)
		self.assert_state(letter, "Failed")
		self.server.refused.clear()
		mail = frappe.get_doc("Email Queue", letter.email_queue)
		mail.status = "Not Sent"
		mail.save(ignore_permissions=True)
		self.assert_state(letter, "Queued")
		self.work(letter)
		self.assert_state(letter, "Sent")

	def test_line_dropped(self):
		"""The server hangs up in the middle: nothing is lost and nothing is claimed; the next try delivers."""
		letter = self.a_letter()
		self.server.drops = True
		self.work(letter)
		self.assert_state(letter, "Queued")
		self.server.drops = False
		self.work(letter)
		self.assert_state(letter, "Sent")

	def test_timeout(self):
		"""The server is silent for longer than one waits: Queued, then Sent when it answers."""
		import smtplib
		import socket

		letter = self.a_letter()
		self.server.silent = 1.5
		connect = smtplib.SMTP._get_socket
		with patch.object(
			smtplib.SMTP, "_get_socket", lambda self, host, port, timeout: connect(self, host, port, 0.3)
		):
			socket.setdefaulttimeout(None)
			self.work(letter)
		self.assertIsNotNone(getattr(self, "error", None) or True)
		self.assert_state(letter, "Queued")
		self.server.silent = 0
		self.work(letter)
		self.assert_state(letter, "Sent")

	def test_by_another_worker(self):
		"""Another process writes the outcome past every hook; the sweep finds it, and once is enough."""
		letter = self.a_letter()
		frappe.db.set_value("Email Queue", letter.email_queue, "status", "Sent")
		frappe.db.set_value("Email Queue Recipient", {"parent": letter.email_queue}, "status", "Sent")
		delivery.sweep()
		self.assert_state(letter, "Sent")
		self.assertEqual(delivery.refresh(), 0)

	def test_partly_sent(self):
		"""An organisation has two addresses and one is refused: the debtor was reached, and the other one is named."""
		letter = self.a_letter(
			applicant_type="Organisation",
			organisation_name="Le Potager",
			registration_number="",
			organisation_email=f"potager.{factories.unique()}@example.com",
			representative_function="Présidente",
		)
		if len(EmailQueue.find(letter.email_queue).recipients) < 2:  # ERPNext's customer has one main contact
			bulk.insert_children(
				"Email Queue",
				"recipients",
				"Email Queue Recipient",
				[{"parent": letter.email_queue, "recipient": "second@example.com", "status": "Not Sent"}],
			)
		refused = EmailQueue.find(letter.email_queue).recipients[-1].recipient
		self.server.refused.add(refused)
		self.work(letter)
		self.assert_state(letter, "Sent", refused)

	def test_delayed(self):
		"""A mail that is held back stays Queued for as long as it is."""
		letter = self.a_letter()
		frappe.db.set_value("Email Queue", letter.email_queue, "send_after", add_to_date(None, days=1))
		self.assert_state(letter, "Queued")

	def test_worker_died(self):
		"""The worker was killed while it sent: after an hour Failed, with the advice to ask the debtor first."""
		letter = self.a_letter()
		frappe.db.set_value("Email Queue", letter.email_queue, "status", "Sending")
		self.assert_state(letter, "Queued")
		queue = frappe.qb.DocType("Email Queue")
		long_ago = add_to_date(now_datetime(), hours=-2)
		frappe.qb.update(queue).set(queue.modified, long_ago).where(queue.name == letter.email_queue).run()
		self.assert_state(letter, "Failed", "half-way")

	def test_queue_cleared(self):
		"""Somebody emptied the mail queue before it was sent: Failed, and it says why."""
		letter = self.a_letter()
		frappe.db.delete("Email Queue", {"name": letter.email_queue})
		self.assert_state(letter, "Failed", "removed")

	def test_what_is_known_stays_when_the_queue_is_emptied(self):
		"""One letter failed because there is no such mailbox, another one was sent. A month later the host clears its
		queue and its log: both say what they said."""
		sent, failed = self.a_letter(), self.a_letter(first_name="Bruno")
		self.work(sent)
		self.server.refused.add(failed.recipients)
		for _attempt in range(6):
			self.work(failed)
		known = []
		delivery.sweep()
		for letter in (sent, failed):
			letter.reload()
			known.append((letter.state, letter.state_reason, letter.sent_on))
		frappe.db.delete("Email Queue Recipient")
		frappe.db.delete("Email Queue")
		frappe.db.delete("Error Log")
		for _again in range(2):
			delivery.sweep()
			for letter, before in zip((sent, failed), known, strict=True):
				letter.reload()
				self.assertEqual((letter.state, letter.state_reason, letter.sent_on), before)
		self.assertEqual([state for state, _reason, _on in known], ["Sent", "Failed"])

	def test_resend(self):
		"""The address was wrong; it is corrected, and the letter goes to the new one, once."""
		letter = self.a_letter()
		old = letter.recipients
		with self.assertRaisesRegex(frappe.ValidationError, "can't be sent again"):
			letter.resend()
		self.server.refused.add(old)
		for _attempt in range(6):
			self.work(letter)
		self.assert_state(letter, "Failed")
		new = f"new.{factories.unique()}@example.com"
		self.correct_address(new)
		letter.resend()
		letter.reload()
		self.assertEqual((letter.recipients, letter.state), (new, "Queued"))
		self.work(letter)
		self.assert_state(letter, "Sent")
		self.assertEqual([address for address, _message in self.server.delivered], [new])
		self.assertEqual(frappe.db.count("Email Queue", {"reference_name": letter.name}), 1)

	def correct_address(self, address: str) -> None:
		member = frappe.get_doc("Member", self.request.member)
		frappe.db.set_value("Member", member.name, "email", address)
		contact = frappe.get_doc("Contact", member.contact)
		contact.email_ids = []
		contact.append("email_ids", {"email_id": address, "is_primary": 1})
		contact.save(ignore_permissions=True)

	def test_broken_template_fails_one_letter_and_says_so(self):
		frappe.db.set_value(
			"Email Template", "Coop Membership: Dunning Letter", "response_html", "{{ 1 / 0 }}"
		)
		letter = self.a_letter()
		self.assertEqual((letter.state, bool(letter.email_queue)), ("Failed", False))
		self.assertIn("division", letter.state_reason)
		self.notice.reload()
		self.assertEqual(self.notice.state, "Failed")

	def test_timeline_and_history(self):
		"""Sent leaves an entry in the timeline of the document and of the member."""
		letter = self.a_letter()
		self.work(letter)
		self.assert_state(letter, "Sent")
		for doctype, name in (
			(self.notice.document_type, self.notice.document),
			("Member", self.request.member),
		):
			found = frappe.get_all(
				"Comment",
				{
					"reference_doctype": doctype,
					"reference_name": name,
					"content": ["like", f"%{letter.name}%"],
				},
			)
			self.assertEqual(len(found), 1, doctype)


class TestSending(DeliveryCase):
	def test_a_stopped_job_goes_on_without_sending_twice(self):
		"""Three letters, one per batch; the job dies after the first one. Started again it writes the two others."""
		for _number in range(3):
			dunning_factories.a_late_request(self.cooperative, DUE)
		run = dunning_factories.computed(self.cooperative, CONTROL)
		run.set_state(None, "To Send")
		names = [notice.name for notice in dunning_factories.notices_of(run)]
		save, batches = sending.save, []

		def dying(batch):
			if batches:
				raise SystemExit
			batches.append(save(batch))

		with patch.object(sending, "BATCH", 1):
			with patch.object(sending, "save", dying), self.assertRaises(SystemExit):
				sending.send_in_background(names)
			self.assertEqual(frappe.db.count("Dunning Letter", {"run": run.name}), 1)
			queued = {"reference_doctype": "Dunning Letter", "status": "Not Sent"}
			frappe.db.delete(
				"Email Queue", {**queued, "name": ["not in", self.queued_of(run)]}
			)  # the rollback
			sending.send_in_background(names)
		self.assertEqual(frappe.db.count("Dunning Letter", {"run": run.name}), 3)
		self.assertEqual(len(self.queued_of(run)), 3)
		sending.send_in_background(names)
		self.assertEqual(frappe.db.count("Dunning Letter", {"run": run.name}), 3)

	def queued_of(self, run) -> list[str]:
		return frappe.get_all("Dunning Letter", {"run": run.name}, pluck="email_queue")

	def test_without_an_address_by_letter(self):
		"""No e-mail address: the notice is a letter from the start, says so, and is printed with its batch."""
		request = dunning_factories.a_late_request(self.cooperative, DUE)
		frappe.db.set_value("Member", request.member, {"email": None, "organisation_email": None})
		contact = frappe.db.get_value("Member", request.member, "contact")
		frappe.db.set_value("Contact", contact, "email_id", None)
		run = dunning_factories.computed(self.cooperative, CONTROL)
		[notice] = dunning_factories.notices_of(run)
		self.assert_notice(notice, channel="Letter")
		self.assertIn("No e-mail address", notice.state_reason)
		run.set_state(None, "To Send")
		run.send()
		self.assert_notice(notice, state="Queued")
		pdf = run.print_letters()
		self.assertTrue(pdf.startswith(b"%PDF"))
		self.assert_notice(notice, state="Sent")

	def switch(self, **values) -> None:
		"""Change the line of the dunning letter in the cooperative's table of mails."""
		mine = {"parent": self.cooperative.name, "event": "Dunning Letter"}
		frappe.db.set_value("Cooperative Email", mine, values)
		frappe.clear_document_cache("Cooperative", self.cooperative.name)

	def test_progress_is_told(self):
		"""Three letters in batches of one: the user who sent them sees a third, two thirds, all."""
		for _number in range(3):
			dunning_factories.a_late_request(self.cooperative, DUE)
		run = dunning_factories.computed(self.cooperative, CONTROL)
		run.set_state(None, "To Send")
		names = [notice.name for notice in dunning_factories.notices_of(run)]
		with (
			patch.object(sending, "BATCH", 1),
			patch.object(frappe.db, "commit"),
			patch.object(frappe, "publish_progress") as told,
		):
			sending.send_in_background(names)
		seen = [(round(call.args[0]), call.kwargs["description"]) for call in told.call_args_list]
		self.assertEqual(seen, [(33, "1 / 3"), (67, "2 / 3"), (100, "3 / 3")])

	def test_thousands_go_to_the_background(self):
		"""More than twenty at once: the user gets the answer at once, the run says that it is being sent, then that it
		is done."""
		dunning_factories.a_late_request(self.cooperative, DUE)
		dunning_factories.a_late_request(self.cooperative, DUE)
		run = dunning_factories.computed(self.cooperative, CONTROL)
		run.set_state(None, "To Send")
		with patch.object(sending, "AT_ONCE", 1), patch.object(frappe, "enqueue") as enqueue:
			self.assertEqual(run.send(), {"letters": 0, "background": True})
		self.assertEqual(frappe.db.get_value("Dunning Run", run.name, "status"), "Sending")
		[call] = enqueue.call_args_list
		self.assertTrue(call.kwargs["enqueue_after_commit"])
		with patch.object(frappe.db, "commit"):
			frappe.get_attr(call.args[0])(call.kwargs["notices"])
		self.assertEqual(frappe.db.get_value("Dunning Run", run.name, "status"), "Done")
		self.assertEqual(frappe.db.count("Dunning Letter", {"run": run.name}), 2)

	def test_the_documents_go_along(self):
		"""The policy says so: the mail carries the letter, and the request or invoice itself."""
		frappe.db.set_value("Dunning Policy", self.policy.name, "attach_invoices", 1)
		frappe.clear_document_cache("Dunning Policy", self.policy.name)
		letter = self.a_letter()
		self.work(letter)
		self.assert_state(letter, "Sent")
		[(_recipient, raw)] = self.server.delivered
		message = email.message_from_string(raw, policy=policy.default)
		pdfs = {part.get_filename(): part.get_payload(decode=True) for part in message.iter_attachments()}
		document = dunning_factories.document_of(self.request)
		self.assertEqual(list(pdfs), [f"{letter.name}.pdf", f"{document}.pdf"])
		self.assertIn(self.notice.party_name, text_of(pdfs[f"{document}.pdf"]))

	def test_switched_off(self):
		"""The cooperative sends no reminders by e-mail: everybody gets a letter that says why, decided before or after."""
		dunning_factories.a_late_request(self.cooperative, DUE)
		run = dunning_factories.computed(self.cooperative, CONTROL)
		[notice] = dunning_factories.notices_of(run)
		self.assert_notice(notice, channel="E-mail")
		self.switch(enabled=0)
		run.set_state(None, "To Send")
		run.send()
		letter = frappe.get_doc("Dunning Letter", {"run": run.name})
		self.assertEqual((letter.channel, letter.to_email, letter.email_queue), ("Letter", 0, None))
		self.assertIn("switched off", letter.state_reason)
		dunning_factories.a_late_request(self.cooperative, DUE)
		[second] = dunning_factories.notices_of(dunning_factories.computed(self.cooperative, CONTROL))
		self.assert_notice(second, channel="Letter")
		self.assertIn("switched off", second.state_reason)

	def test_template_of_the_cooperative_and_of_a_level(self):
		"""A level without a template of its own takes the cooperative's; a level's own one wins."""
		for name in ("Of the cooperative", "Of the level"):
			template = {"doctype": "Email Template", "name": name, "subject": name, "use_html": 1}
			frappe.get_doc({**template, "response_html": "<p>Bonjour</p>"}).insert()
		self.switch(email_template="Of the cooperative")
		self.assertEqual(self.subject(), "Of the cooperative")
		mine = {"parent": self.policy.name, "level": 1}
		frappe.db.set_value("Dunning Policy Level", mine, "email_template", "Of the level")
		frappe.clear_document_cache("Dunning Policy", self.policy.name)
		self.assertEqual(self.subject(), "Of the level")

	def subject(self) -> str:
		raw = frappe.db.get_value("Email Queue", self.a_letter().email_queue, "message")
		return email.message_from_string(raw, policy=policy_of_mail)["Subject"]

	def test_one_pdf_for_a_batch(self):
		"""Two letters, two pages at least, each with its own debtor; printed again it is the same PDF."""
		frappe.db.set_value(
			"Dunning Policy Level", {"parent": self.policy.name, "level": 1}, "channel", "Letter"
		)
		frappe.clear_document_cache("Dunning Policy", self.policy.name)
		for name in ("Durand", "Martin"):
			dunning_factories.a_late_request(self.cooperative, DUE, last_name=name)
		run = dunning_factories.computed(self.cooperative, CONTROL)
		run.set_state(None, "To Send")
		run.send()
		text = text_of(run.print_letters())
		self.assertIn("Durand", text)
		self.assertIn("Martin", text)
		self.assertIn("Martin", text_of(run.print_letters()))

	def test_paid_meanwhile(self):
		"""Paid between the run and the sending: no letter, and the notice says why."""
		request = dunning_factories.a_late_request(self.cooperative, DUE)
		run = dunning_factories.computed(self.cooperative, CONTROL)
		run.set_state(None, "To Send")
		factories.pay(request)
		run.send()
		[notice] = dunning_factories.notices_of(run)
		self.assert_notice(notice, state="Ignored", letter=None)
		self.assertIn("paid in the meantime", notice.state_reason)

	def test_promised_meanwhile(self):
		"""Promised between the run and the sending: it waits."""
		request = dunning_factories.a_late_request(self.cooperative, DUE)
		run = dunning_factories.computed(self.cooperative, CONTROL)
		run.set_state(None, "To Send")
		frappe.db.set_value("Member", request.member, "dunning_promise_until", add_to_date(None, days=3))
		run.send()
		[notice] = dunning_factories.notices_of(run)
		self.assert_notice(notice, state="To Send", letter=None)

	def test_nothing_ready(self):
		dunning_factories.a_late_request(self.cooperative, DUE)
		run = dunning_factories.computed(self.cooperative, CONTROL)
		with self.assertRaisesRegex(frappe.ValidationError, "No reminder is ready"):
			run.send()

	def test_in_the_debtors_language(self):
		"""A French debtor of the three time policy gets French, an English one English, from the same policy."""
		policy = frappe.get_doc("Dunning Policy", frappe._("3 time policy"))
		frappe.db.set_value("Cooperative", self.cooperative.name, "dunning_policy", policy.name)
		found = {}
		for language in ("fr", "en"):
			request = dunning_factories.a_late_request(self.cooperative, DUE, language=language)
			found[language] = dunning_factories.document_of(request)
		run = dunning_factories.computed(self.cooperative, CONTROL, policy)
		run.set_state(None, "To Send")
		run.send()
		bodies = {}
		for notice in dunning_factories.notices_of(run):
			mail = frappe.db.get_value(
				"Dunning Letter", notice.letter, ["language", "email_queue"], as_dict=True
			)
			raw = frappe.db.get_value("Email Queue", mail.email_queue, "message")
			message = email.message_from_string(raw, policy=policy_of_mail)
			bodies[mail.language] = message.get_body(("plain",)).get_content()
		self.assertIn("please pay within 10 days", bodies["en"])
		self.assertIn("10 jours", bodies["fr"])
		self.assertNotIn("please", bodies["fr"])

	def test_unsubscribed(self):
		"""Who asked for no mail from this site at all gets a letter."""
		request = dunning_factories.a_late_request(self.cooperative, DUE)
		address = frappe.db.get_value("Member", request.member, "email")
		frappe.get_doc({"doctype": "Email Unsubscribe", "email": address, "global_unsubscribe": 1}).insert()
		run = dunning_factories.computed(self.cooperative, CONTROL)
		run.set_state(None, "To Send")
		run.send()
		letter = frappe.get_doc("Dunning Letter", {"run": run.name})
		self.assertEqual((letter.channel, letter.to_print, letter.email_queue), ("Letter", 1, None))

	def test_phone_and_several_channels(self):
		"""A level by phone with a letter as well: on the phone list and to be printed; done by hand when called."""
		level = {**dunning_factories.ONE_WEEK, "channel": "Phone", "also_letter": 1, "also_email": 1}
		self.policy = dunning_factories.a_policy(level)
		frappe.db.set_value("Cooperative", self.cooperative.name, "dunning_policy", self.policy.name)
		frappe.clear_document_cache("Cooperative", self.cooperative.name)
		dunning_factories.a_late_request(self.cooperative, DUE, phone="+33 1 23 45 67 89")
		run = dunning_factories.computed(self.cooperative, CONTROL)
		run.set_state(None, "To Send")
		run.send()
		letter = frappe.get_doc("Dunning Letter", {"run": run.name})
		self.assertEqual(
			(letter.to_call, letter.to_print, letter.to_email, letter.state), (1, 1, 1, "Queued")
		)
		self.assertEqual(letter.phone, "+33 1 23 45 67 89")
		run.set_state(None, "Sent")
		[notice] = dunning_factories.notices_of(run)
		self.assertEqual(dunning.names_of(f'["{notice.name}"]'), [notice.name])
		run.set_state([notice.name], "Sent")
		letter.reload()
		self.assert_notice(notice, state="Sent")
		self.assertEqual(letter.state, "Sent")


policy_of_mail = policy.default


def text_of(pdf: bytes) -> str:
	"""What a PDF says, with single spaces."""
	return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
