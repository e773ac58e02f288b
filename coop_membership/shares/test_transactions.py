"""Share Transactions from request to register, as a member, a manager and a board live through them."""

import frappe
from frappe.utils import add_days, getdate, today

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.coop_membership.report.share_register import share_register
from coop_membership.desk import private as on_desk
from coop_membership.joining import receivers
from coop_membership.people import private
from coop_membership.register import certificates, integrity, ledger
from coop_membership.shares import confirmations, transactions
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

OTHER_IBAN = "BE71 0961 2345 6769"


def mails(*documents) -> list[tuple[str, str]]:
	"""(who, subject) of what the queue holds for these people, in order."""
	rows = frappe.get_all(
		"Email Queue",
		{"reference_name": ["in", [document.name for document in documents]]},
		["reference_name", "message"],
		order_by="creation",
	)
	return [(row.reference_name, row.message) for row in rows]


class Transactions(FrappeTestCase):
	"""A cooperative with class A at 25; books kept elsewhere."""

	books = ELSEWHERE

	def setUp(self):
		self.cooperative = factories.a_cooperative(self.books)
		self.share_class = factories.class_of(self.cooperative)
		self.giver = factories.a_member(self.cooperative, on="2026-01-10", quantity=4)
		self.addCleanup(frappe.clear_document_cache, "Cooperative", self.cooperative.name)

	def setting(self, **values):
		frappe.db.set_value("Cooperative", self.cooperative.name, values)
		frappe.clear_document_cache("Cooperative", self.cooperative.name)

	def of_class(self, **values):
		frappe.db.set_value("Share Class", self.share_class, values)
		frappe.clear_document_cache("Share Class", self.share_class)

	def held(self, member, on=None):
		return ledger.holdings(member.name, on)

	def entries(self):
		return ledger.movements(self.cooperative.name)

	def assertRefused(self, sentence, action, *args, **kwargs):
		"""The action raises one sentence, and the register stays as it is."""
		before = len(self.entries())
		with self.assertRaisesRegex(frappe.ValidationError, sentence):
			action(*args, **kwargs)
		self.assertEqual(len(self.entries()), before)

	def assertSound(self):
		self.assertEqual(integrity.check(self.cooperative.name), [])


class TestSellBack(Transactions):
	def test_a_part_is_sold_back(self):
		"""Of 4 shares one goes: 75 stay, the member stays, the update goes out with a new certificate."""
		transaction = factories.executed(factories.a_transaction(self.giver), on="2026-02-01")
		self.giver.reload()
		self.assertEqual(
			(transaction.status, transaction.amount, self.giver.total_shares, self.giver.total_value),
			("Executed", 25, 3, 75),
		)
		entry = self.entries()[-1]
		self.assertEqual(
			(entry.entry_type, entry.from_member, entry.to_member, entry.quantity, entry.amount),
			("Sell Back", self.giver.name, None, 1, 25),
		)
		self.assertEqual(self.held(self.giver, "2026-01-31"), {self.share_class: 4})
		self.assertEqual(certificates.certificate(self.giver.name, "2026-02-01").total_shares, 3)
		self.assertIn("Your shares in", mails(self.giver)[-1][1])
		self.assertSound()

	def test_all_is_sold_back(self):
		"""The last share goes: a former member with his number, left on that day with his reason; no certificate."""
		transaction = factories.a_transaction(self.giver, quantity=4, reason="Déménagement")
		factories.executed(transaction, on="2026-02-01")
		self.giver.reload()
		self.assertEqual(
			(self.giver.status, self.giver.member_number, self.giver.left_on, self.giver.leaving_reason),
			("Former", 1, getdate("2026-02-01"), "Déménagement"),
		)
		self.assertIn("You have left", mails(self.giver)[-1][1])
		self.assertSound()

	def test_the_latest_shares_go_first_at_what_they_were_paid(self):
		"""3 shares at 25, then 2 at 30: selling 3 back takes 2 at 30 and 1 at 25, so 85; 75 stay as paid-in value."""
		self.of_class(unit_price=30)
		factories.more_shares(self.giver, 2, on="2026-02-01")
		transaction = factories.executed(factories.a_transaction(self.giver, quantity=3), on="2026-03-01")
		self.assertEqual(transaction.amount, 85)
		self.assertEqual([(row.quantity, row.unit_price) for row in self.entries()[-2:]], [(2, 30), (1, 25)])
		certificate = certificates.certificate(self.giver.name)
		self.assertEqual((certificate.total_shares, certificate.total_value), (3, 75))
		self.assertSound()

	def test_the_board_sets_another_price(self):
		"""25 nominal, the board pays 20 with its reason; the register still counts what was paid in."""
		transaction = factories.a_transaction(self.giver, quantity=2)
		with factories.as_user(factories.a_board_member()):
			doc = frappe.get_doc("Share Transaction", transaction.name)
			self.assertRefused("write down its reason", doc.approve, board_price=20)
			doc.approve(board_price=20, price_reason="Pertes reportées de 2025")
		transaction.reload()
		transaction.execute("2026-02-01")
		self.assertEqual((transaction.amount, transaction.nominal_value), (40, 50))
		self.assertEqual(self.entries()[-1].amount, 50)
		line = share_register.execute({"cooperative": self.cooperative.name})[1][-1]
		self.assertEqual(line["reference"], f"{transaction.name}, at €20.00 a share")

	def test_who_represents_the_giver_does_not_approve(self):
		"""On the board, and representing the garden whose shares these are: refused, whatever login stands in the contact, which
		the person may write on one host or another.
		"""
		organisation = factories.an_organisation(self.cooperative)
		organisation.approve()
		subscription = frappe.get_doc("Share Subscription", {"application": organisation.name})
		garden = frappe.get_doc("Member", factories.pay(subscription).member)
		transaction = factories.a_transaction(garden)
		own = factories.a_board_member()
		row = garden.representatives[0]
		row.db_set("user", own)
		frappe.db.set_value("Contact", row.contact, "user", factories.a_user("Member"))
		with factories.as_user(own):
			doc = frappe.get_doc("Share Transaction", transaction.name)
			self.assertRefused("given or received by yourself", doc.approve)

	def test_whoever_requests_does_not_approve(self):
		"""Also as the only manager, and also for the member's own shares; a board member then approves."""
		user = factories.a_user("Membership Manager", "Membership Board")
		with factories.as_user(user):
			transaction = factories.a_transaction(self.giver)
			self.assertRefused("somebody else has to approve", transaction.approve)
		own = factories.a_board_member()
		frappe.db.set_value("Member", self.giver.name, "user", own)
		with factories.as_user(own):
			doc = frappe.get_doc("Share Transaction", transaction.name)
			self.assertRefused("given or received by yourself", doc.approve)
		with factories.as_user(factories.a_board_member()):
			doc = frappe.get_doc("Share Transaction", transaction.name)
			self.assertEqual(doc.approve(), "Approved")
			self.assertEqual(doc.approve(), "Approved")
			with self.assertRaises(frappe.PermissionError):
				doc.execute()

	def test_states(self):
		"""Each action from a state that it does not fit gives a sentence; a refusal keeps its reason and frees the shares."""
		transaction = factories.a_transaction(self.giver, quantity=4)
		self.assertRefused("that is Waiting", transaction.execute)
		with factories.as_user(factories.a_board_member()):
			doc = frappe.get_doc("Share Transaction", transaction.name)
			self.assertRefused("give a reason", doc.refuse, " ")
			doc.refuse("Pas cette année")
			self.assertRefused("that is Refused", doc.approve)
		transaction.reload()
		self.assertEqual((transaction.status, transaction.status_reason), ("Refused", "Pas cette année"))
		[(_name, told)] = mails(self.giver)
		self.assertIn("Pas cette", told)
		self.assertTrue(transaction.resend("Transaction Refused"))
		factories.executed(factories.a_transaction(self.giver, quantity=4), on="2026-02-01")

	def test_two_requests_for_the_same_shares(self):
		"""3 of 4 are asked for: a second request for 2 is refused, one for 1 is not."""
		factories.a_transaction(self.giver, quantity=3)
		self.assertRefused(
			"has asked for shares of Part A already .3.", factories.a_transaction, self.giver, quantity=2
		)
		factories.a_transaction(self.giver, quantity=1)

	def test_what_a_browser_sends_is_not_believed(self):
		"""A draft that says it is approved, executed, confirmed or paid is a draft."""
		forged = {
			"status": "Approved",
			"approved_by": "Administrator",
			"giver_confirmed_on": "2026-01-01",
			"receiver_confirmed_on": "2026-01-01",
			"amount": 9999,
			"paid_out_amount": 9999,
			"requested_by": "Guest",
		}
		draft = factories.a_transaction(self.giver, submit=False, **forged)
		draft.update(forged)
		with self.assertRaisesRegex(frappe.ValidationError, "can't be changed by hand"):
			draft.save()
		draft.reload()
		self.assertEqual(
			(
				draft.status,
				draft.approved_by,
				draft.giver_confirmed_on,
				draft.amount,
				draft.paid_out_amount or 0,
			),
			("Draft", None, None, 25, 0),
		)
		sent = frappe.get_doc({**draft.as_dict(), "status": "Approved", "docstatus": 1})
		self.assertRefused("that is Draft", sent.execute)

	def test_dates(self):
		"""Not ahead, and not before the shares moved for the last time. A request may name a day to come: whoever asks is
		told at once that it is executed from then on."""
		factories.more_shares(self.giver, 1, on="2026-03-01")
		frappe.clear_messages()
		transaction = factories.a_transaction(self.giver, effective_date=add_days(today(), 30))
		[told] = {one for one in map(str, frappe.local.message_log) if "lies in the future" in one}
		self.assertIn("can be executed from that day on", told)
		with factories.as_user(factories.a_board_member()):
			frappe.get_doc("Share Transaction", transaction.name).approve()
		transaction.reload()
		self.assertRefused("lies in the future", transaction.execute)
		self.assertRefused("for the last time", transaction.execute, "2026-02-15")
		transaction.execute("2026-03-01")
		self.assertEqual(transaction.effective_date, getdate("2026-03-01"))

	def test_everything_is_read_again_at_execution(self):
		"""Approved for 2 of 4; meanwhile the class asks for 3 at least, or fewer are held: refused, nothing is changed."""
		transaction = factories.a_transaction(self.giver, quantity=2)
		with factories.as_user(factories.a_board_member()):
			frappe.get_doc("Share Transaction", transaction.name).approve()
		transaction.reload()
		self.of_class(enforce_minimum=1, minimum_quantity=3)
		self.assertRefused("nobody may hold fewer than 3", transaction.execute)
		self.of_class(enforce_minimum=0)
		ledger.post(
			self.cooperative.name,
			"Sell Back",
			self.share_class,
			3,
			25,
			effective_date="2026-02-01",
			from_member=self.giver.name,
		)
		self.assertRefused("can go: 1 at most", transaction.execute)
		self.assertEqual(frappe.db.get_value("Share Transaction", transaction.name, "status"), "Approved")

	def test_every_rule_is_read_again(self):
		"""Two transfers and a conversion are approved; then the world changes. Each refusal names what changed, nothing
		moves, and with the world as before it goes through."""
		receiver = factories.a_member(self.cooperative, on="2026-01-15", quantity=1, first_name="Béa")
		into = factories.a_share_class(self.cooperative, "B", 50)
		transfer = factories.a_transaction(self.giver, "Transfer", 2, receiver=receiver.name)
		conversion = factories.a_transaction(self.giver, "Conversion", 2, to_share_class=into.name)
		for transaction in (transfer, conversion):
			with factories.as_user(factories.a_board_member()):
				frappe.get_doc("Share Transaction", transaction.name).approve()
			transaction.reload()
		for side in ("giver", "receiver"):
			confirmations.confirm(transfer, side)
		coop, member, kind = "Cooperative", "Member", "Share Class"
		for transaction, doctype, name, values, words in (
			(transfer, kind, self.share_class, {"for_individuals": 0}, "reserved for organisations"),
			(
				transfer,
				kind,
				self.share_class,
				{"maximum_quantity": 2},
				"largest number of shares of Part A is 2",
			),
			(transfer, coop, self.cooperative.name, {"maximum_amount": 60}, "worth .*60"),
			(transfer, member, receiver.name, {"merged_into": self.giver.name}, "was merged"),
			(transfer, member, receiver.name, {"status": "Former"}, "has left"),
			(transfer, member, self.giver.name, {"status": "Former"}, "holds no shares"),
			(conversion, kind, into.name, {"disabled": 1}, "is closed"),
			(conversion, kind, into.name, {"unit_price": 40}, "No quantity"),
			(conversion, kind, into.name, {"for_individuals": 0}, "reserved for"),
			(
				conversion,
				coop,
				self.cooperative.name,
				{"single_share_class": 1},
				"Convert all shares at once",
			),
		):
			with self.subTest(words):
				frappe.db.savepoint("world")
				frappe.db.set_value(doctype, name, values)
				frappe.clear_document_cache(doctype, name)
				self.assertRefused(words, transaction.execute, "2026-02-01")
				frappe.db.rollback(save_point="world")
				frappe.clear_document_cache(doctype, name)
				transaction.reload()
				self.assertEqual(transaction.status, "Approved")
		for transaction in (transfer, conversion):
			transaction.execute("2026-02-01")
		self.assertEqual(self.held(self.giver), {into.name: 1})
		self.assertEqual(self.held(receiver), {self.share_class: 3})
		self.assertSound()

	def test_the_minimum_stays_or_all_goes(self):
		"""At least 3 must be held: 4 → 2 is refused, 4 → 0 is not."""
		self.of_class(enforce_minimum=1, minimum_quantity=3)
		self.assertRefused("Enter fewer, or all of them", factories.a_transaction, self.giver, quantity=2)
		factories.executed(factories.a_transaction(self.giver, quantity=4), on="2026-02-01")

	def test_who_holds_nothing_can_do_nothing(self):
		"""Candidates, former and merged members are refused with their name."""
		candidate = frappe.get_doc("Member", factories.a_subscription(self.cooperative).member)
		self.assertRefused("holds no shares", factories.a_transaction, candidate)
		factories.executed(factories.a_transaction(self.giver, quantity=4), on="2026-02-01")
		self.assertRefused("holds no shares", factories.a_transaction, self.giver)

	def test_the_account_to_pay_back_to(self):
		self.assertRefused("valid IBAN", factories.a_transaction, self.giver, iban="FR00 1234")
		self.assertRefused("Enter the IBAN", factories.a_transaction, self.giver, iban=None)

	def test_the_account_is_a_private_detail(self):
		"""The account stands with the private details, the member's own when none is given; who approves reads it there
		with a line in the access log, and once it is submitted nobody changes it, not even a manager.
		"""
		private.write(self.giver, {"iban": factories.IBAN})
		transaction = factories.a_transaction(self.giver, iban=None)
		self.assertNotIn(factories.IBAN, frappe.get_doc("Share Transaction", transaction.name).as_json())
		self.assertEqual(private.of(transaction).iban, factories.IBAN)
		with factories.as_user(factories.a_user("Membership Board")):
			shown = on_desk.show("Share Transaction", transaction.name)
		self.assertEqual([row["value"] for row in shown["fields"]], [factories.IBAN])
		self.assertTrue(frappe.db.exists("Access Log", {"reference_document": transaction.name}))
		with factories.as_user(factories.a_user("Membership Manager")):
			self.assertFalse(on_desk.show("Share Transaction", transaction.name)["may_write"])
			with self.assertRaises(frappe.PermissionError):
				on_desk.change("Share Transaction", transaction.name, {"iban": OTHER_IBAN})
			details = frappe.get_doc("Private Details", {"reference_name": transaction.name})
			details.iban = OTHER_IBAN
			self.assertRefused("submitted with the request", details.save)
		self.assertEqual(private.of(transaction).iban, factories.IBAN)

	def test_a_draft_s_account_can_be_corrected(self):
		"""A manager corrects it on the draft; made a gift, or deleted, nothing of it stays."""
		draft = factories.a_transaction(self.giver, submit=False)
		private.change(draft, {"iban": OTHER_IBAN})
		draft.reload()
		draft.save()
		self.assertEqual(private.of(draft).iban, OTHER_IBAN)
		draft.update({"transaction_type": "Transfer", "receiver": None}).save()
		self.assertIsNone(private.of(draft).iban)
		draft.delete()
		self.assertFalse(frappe.db.exists("Private Details", {"reference_name": draft.name}))

	def test_a_second_call_finds_it_done(self):
		transaction = factories.executed(factories.a_transaction(self.giver), on="2026-02-01")
		self.assertEqual(transaction.execute("2026-02-02"), "Executed")
		self.assertEqual(len(self.entries()), 2)


class TestPayout(Transactions):
	def test_paid_in_two_parts(self):
		"""75 are owed: 50, then 25 are paid; more is refused, the same reference is one payment."""
		transaction = factories.executed(factories.a_transaction(self.giver, quantity=3), on="2026-02-01")
		first = transaction.pay_out(50, "2026-02-05", reference="OUT-1")
		self.assertEqual(transaction.pay_out(50, "2026-02-05", reference="OUT-1"), first)
		self.assertEqual(transaction.paid_out_amount, 50)
		self.assertRefused("Only .*25.* still owed", transaction.pay_out, 26, "2026-02-06")
		self.assertRefused("before the sell back", transaction.pay_out, 5, "2026-01-06")
		second = transaction.pay_out(25, "2026-02-06")
		self.assertEqual(transaction.paid_out_amount, 75)
		doctype = "Member Payment" if self.books == ELSEWHERE else "Journal Entry"
		frappe.get_doc(doctype, second).cancel()
		frappe.get_attr("coop_membership.shares.payouts.sweep")()
		transaction.reload()
		self.assertEqual(transaction.paid_out_amount, 50)

	def test_the_treasurer_pays_it_out(self):
		"""Who records payments (Membership User) sees what is owed for one share sold back, and pays 25; nothing else."""
		transaction = factories.executed(factories.a_transaction(self.giver), on="2026-02-01")
		with factories.as_user(factories.a_user("Membership User")):
			seen = frappe.get_doc("Share Transaction", transaction.name)
			self.assertRaises(frappe.PermissionError, seen.refuse, "no")
			seen.pay_out(25, "2026-02-05")
		with factories.as_user(factories.a_board_member()):
			seen = frappe.get_doc("Share Transaction", transaction.name)
			self.assertRaises(frappe.PermissionError, seen.pay_out, 1)
		transaction.reload()
		self.assertEqual(transaction.paid_out_amount, 25)

	def test_taken_back_only_while_nothing_is_paid_out(self):
		transaction = factories.executed(factories.a_transaction(self.giver), on="2026-02-01")
		payment = transaction.pay_out(25, "2026-02-05")
		transaction.reload()
		self.assertRefused("Cancel that payment first", transaction.cancel)
		doctype = "Member Payment" if self.books == ELSEWHERE else "Journal Entry"
		frappe.get_doc(doctype, payment).cancel()
		transaction.reload()
		transaction.cancel()
		self.assertEqual(self.held(self.giver), {self.share_class: 4})
		self.assertSound()


class TestTransfer(Transactions):
	def setUp(self):
		super().setUp()
		self.receiver = factories.a_member(
			self.cooperative, on="2026-01-15", quantity=1, first_name="Béa", last_name="Roy"
		)

	def transfer(self, **values):
		return factories.a_transaction(self.giver, "Transfer", **{"receiver": self.receiver.name, **values})

	def test_to_a_member(self):
		"""2 of 4 shares go over in one entry: 2 and 3 then; no money moves; both get a certificate."""
		factories.executed(self.transfer(quantity=2), on="2026-02-01")
		entry = self.entries()[-1]
		self.assertEqual(
			(entry.entry_type, entry.from_member, entry.to_member, entry.quantity),
			("Transfer", self.giver.name, self.receiver.name, 2),
		)
		for day, giver, receiver in (("2026-01-31", 4, 1), ("2026-02-01", 2, 3)):
			self.assertEqual(self.held(self.giver, day), {self.share_class: giver}, day)
			self.assertEqual(self.held(self.receiver, day), {self.share_class: receiver}, day)
		self.assertIn("have changed", mails(self.giver)[-1][1])
		self.assertIn("transferred", mails(self.receiver)[-1][1])
		self.assertSound()

	def test_both_sides_confirm(self):
		"""Each gets a link; without both yeses nothing is executed, and the sentence names who is missing."""
		transaction = self.transfer()
		self.assertIn("/confirm-transfer?key=", "".join(mails(self.receiver)[-1][1].split("=\n")))
		with factories.as_user(factories.a_board_member()):
			frappe.get_doc("Share Transaction", transaction.name).approve()
		transaction.reload()
		self.assertRefused("Camille Durand and Béa Roy", transaction.execute)
		key = confirmations.link(transaction, "giver").partition("key=")[2]
		found, side = confirmations.read(key)
		self.assertEqual((found.name, side), (transaction.name, "giver"))
		self.assertEqual(confirmations.confirm(found, side), "confirmed")
		self.assertEqual(confirmations.confirm(found, side), "already")
		self.assertRefused("Béa Roy has not confirmed", transaction.execute)
		confirmations.confirm(transaction, "receiver")
		transaction.execute("2026-02-01")
		self.assertEqual(transaction.status, "Executed")

	def test_a_signed_paper_instead(self):
		"""A PDF that both have signed stands for both; a file that is no PDF, or is not there, does not."""
		transaction = self.transfer()
		with factories.as_user(factories.a_board_member()):
			frappe.get_doc("Share Transaction", transaction.name).approve()
		transaction.reload()
		for content, accepted in ((b"no paper", False), (b"%PDF-1.4\n\xe2\xe3 signed\n%%EOF", True)):
			file = frappe.get_doc(
				{
					"doctype": "File",
					"file_name": f"signed-{factories.unique()}",  # 16 opens what is called .pdf by itself
					"attached_to_doctype": "Share Transaction",
					"attached_to_name": transaction.name,
					"is_private": 1,
					"content": content,
				}
			)
			file.flags.ignore_file_validate = True
			file.insert()
			transaction.db_set("signed_document", file.file_url)
			if accepted:
				transaction.execute("2026-02-01")
			else:
				self.assertRefused("as a PDF", transaction.execute)
		transaction.db_set("signed_document", "/files/another.pdf")
		self.assertEqual(transaction.status, "Executed")

	def test_to_oneself(self):
		self.assertRefused("are the same", self.transfer, receiver=self.giver.name)

	def test_a_receiver_of_another_cooperative(self):
		other = factories.a_member(factories.a_cooperative(self.books))
		self.assertRefused("belongs to another cooperative", self.transfer, receiver=other.name)

	def test_class_for_persons_only(self):
		"""An organisation can't receive shares of a class for persons, though it is a member already."""
		application = factories.an_organisation(self.cooperative)
		application.approve()
		subscription = frappe.get_doc("Share Subscription", {"application": application.name})
		factories.pay(subscription, on="2026-01-20")
		self.of_class(for_organisations=0)
		self.assertRefused("reserved for individuals", self.transfer, receiver=subscription.member)

	def test_limits_of_the_receiver(self):
		"""At most 3 shares, at most 60 in all, one class only: each is a refusal of its own."""
		self.of_class(maximum_quantity=3)
		self.assertRefused("largest number of shares of Part A is 3", self.transfer, quantity=3)
		self.of_class(maximum_quantity=0)
		self.setting(maximum_amount=60)
		self.assertRefused("worth .*60", self.transfer, quantity=2)
		self.setting(maximum_amount=0, single_share_class=1)
		other = factories.a_share_class(self.cooperative, "B", 10)
		holder = factories.a_member(self.cooperative, shares={other.name: 2}, first_name="Zoé")
		self.assertRefused("receiver holds another", self.transfer, receiver=holder.name)

	def test_who_has_left_needs_a_new_application(self):
		factories.executed(factories.a_transaction(self.receiver), on="2026-01-20")
		self.assertRefused("a return needs a new application", self.transfer)

	def test_without_a_receiver(self):
		self.assertRefused("Choose the member who receives", self.transfer, receiver=None)


class TestNewReceiver(Transactions):
	PERSON = {
		"applicant_type": "Individual",
		"first_name": "Nour",
		"last_name": "Amrani",
		"birth_date": "1990-05-05",
		"address_line1": "1 rue du Port",
		"postcode": "35000",
		"city": "Rennes",
		"country": "France",
	}

	def draft(self, quantity=2, **person):
		transaction = factories.a_transaction(self.giver, "Transfer", quantity, submit=False)
		email = f"nour.{factories.unique()}@example.com"
		transaction.new_receiver({**self.PERSON, "email": email, **person})
		transaction.reload()
		return transaction

	def test_a_new_person(self):
		"""An application is made, no mail thanks for it; approved it asks for no money; executed she is member 2 with 2
		shares, paid nothing to the cooperative, and has her certificate."""
		transaction = self.draft()
		application = frappe.get_doc("Membership Application", transaction.application)
		self.assertEqual(
			(application.status, application.quantity, transaction.receiver_name),
			("Pending", 0, "Nour Amrani"),
		)
		self.assertEqual(mails(application), [])
		transaction.submit()
		self.assertIn("/confirm-transfer", "".join(mails(application)[0][1].split("=\n")))
		with factories.as_user(factories.a_board_member()):
			frappe.get_doc("Share Transaction", transaction.name).approve()
		transaction.reload()
		self.assertRefused("is not approved yet", transaction.execute)
		self.assertIsNone(application.approve())
		self.assertFalse(frappe.db.exists("Share Subscription", {"application": application.name}))
		transaction.reload()
		confirmations.confirm(transaction, "giver")
		confirmations.confirm(transaction, "receiver")
		transaction.execute("2026-02-01")
		member = frappe.get_doc("Member", transaction.receiver)
		self.assertEqual(
			(member.status, member.member_number, member.total_shares, member.joined_on),
			("Active", 2, 2, getdate("2026-02-01")),
		)
		self.assertEqual(frappe.db.get_value("Membership Application", application.name, "status"), "Paid")
		self.assertIn("transferred", mails(member)[-1][1])
		self.assertSound()

	def test_taken_back_the_new_member_is_a_candidate(self):
		transaction = self.draft()
		transaction.submit()
		frappe.get_doc("Membership Application", transaction.application).approve()
		factories.executed(transaction, on="2026-02-01")
		transaction.reload()
		transaction.cancel()
		member = frappe.get_doc("Member", transaction.receiver)
		self.assertEqual((member.status, member.total_shares), ("Candidate", 0))
		self.assertEqual(self.held(self.giver), {self.share_class: 4})
		self.assertEqual(
			frappe.db.get_value("Membership Application", transaction.application, "status"), "Cancelled"
		)
		self.assertSound()

	def test_a_contact(self):
		"""The card's name and address are taken; what it does not say is given."""
		contact = frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": "Sami",
				"last_name": "Belkacem",
				"email_ids": [{"email_id": f"sami.{factories.unique()}@example.com", "is_primary": 1}],
			}
		).insert()
		transaction = factories.a_transaction(self.giver, "Transfer", 1, submit=False)
		transaction.new_receiver({"contact": contact.name, "birth_date": "1980-01-01"})
		application = frappe.get_doc("Membership Application", transaction.application)
		self.assertEqual((application.applicant_name, application.source), ("Sami Belkacem", "Contact"))
		transaction.reload()
		transaction.submit()
		application.approve()
		factories.executed(transaction, on="2026-02-01")
		self.assertEqual(frappe.db.get_value("Member", transaction.receiver, "contact"), contact.name)

	def test_a_refused_transfer_closes_the_application(self):
		"""Giver and receiver hear why by mail; whoever typed it in at the desk by a notification."""
		transaction = self.draft()
		clerk = factories.a_user("Membership Manager")
		transaction.submit()
		transaction.db_set("requested_by", clerk)
		with factories.as_user(factories.a_board_member()):
			frappe.get_doc("Share Transaction", transaction.name).refuse("Pas de place")
		status = frappe.db.get_value("Membership Application", transaction.application, "status")
		self.assertEqual(status, "Cancelled")
		application = frappe.get_doc("Membership Application", transaction.application)
		for person in (self.giver, application):
			self.assertIn("Pas de place", mails(person)[-1][1])
		note = {"for_user": clerk, "document_name": transaction.name}
		self.assertIn("Pas de place", frappe.db.get_value("Notification Log", note, "subject"))


class TestFromTheWebsite(Transactions):
	"""The services that the portal calls once it knows which member its visitor is."""

	def setUp(self):
		super().setUp()
		self.user = factories.a_user("Member")
		self.giver.db_set("user", self.user)

	def test_a_sell_back(self):
		"""The member asks with her IBAN; a manager may approve it, since it is not his own, and execute it."""
		with factories.as_user(self.user):
			name = transactions.request(
				self.giver, "Sell Back", self.share_class, 1, iban=factories.IBAN, reason="Besoin"
			)
			doc = frappe.get_doc("Share Transaction", name)
			self.assertEqual((doc.status, doc.requested_by), ("Waiting", self.user))
			with self.assertRaises(frappe.PermissionError):
				doc.approve()
		with factories.as_user(factories.a_user("Membership Manager")):
			doc = frappe.get_doc("Share Transaction", name)
			doc.approve()
			doc.execute("2026-02-01")
		self.assertEqual(self.held(self.giver), {self.share_class: 3})

	def test_a_transfer_to_somebody_new(self):
		"""Asking is the giver's yes; the receiver gets an application and the link."""
		email = f"nour.{factories.unique()}@example.com"
		with factories.as_user(self.user):
			name = receivers.request(
				self.giver, self.share_class, 2, {**TestNewReceiver.PERSON, "email": email}
			)
		doc = frappe.get_doc("Share Transaction", name)
		self.assertTrue(doc.giver_confirmed_on)
		self.assertFalse(doc.receiver_confirmed_on)
		application = frappe.get_doc("Membership Application", doc.application)
		self.assertEqual((application.status, application.email), ("Pending", email))
		self.assertEqual(len(mails(application)), 1)
		self.assertEqual(mails(self.giver), [])


class TestConversion(Transactions):
	def setUp(self):
		super().setUp()
		self.into = factories.a_share_class(self.cooperative, "B", 50)

	def convert(self, quantity=4, **values):
		return factories.a_transaction(
			self.giver, "Conversion", quantity, **{"to_share_class": self.into.name, **values}
		)

	def test_all_shares(self):
		"""4 at 25 become 2 at 50; the value stays 100."""
		transaction = factories.executed(self.convert(), on="2026-02-01")
		self.giver.reload()
		self.assertEqual(transaction.to_quantity, 2)
		self.assertEqual(self.held(self.giver), {self.into.name: 2})
		self.assertEqual((self.giver.total_shares, self.giver.total_value), (2, 100))
		self.assertEqual(self.held(self.giver, "2026-01-31"), {self.share_class: 4})
		self.assertSound()

	def test_a_part(self):
		"""2 of 4 become 1 at 50; with one class per member only all of them can be converted."""
		self.setting(single_share_class=1)
		self.assertRefused("Convert all shares at once", self.convert, 2)
		self.setting(single_share_class=0)
		factories.executed(self.convert(2), on="2026-02-01")
		self.assertEqual(self.held(self.giver), {self.share_class: 2, self.into.name: 1})
		self.assertSound()

	def test_a_remainder(self):
		"""3 at 25 make no whole shares of 50: 2 is named; into shares of 1000 nothing can be converted."""
		self.assertRefused("nearest possible quantity is 2", self.convert, 3)
		dear = factories.a_share_class(self.cooperative, "C", 1000)
		self.assertRefused("No quantity", self.convert, 4, to_share_class=dear.name)

	def test_into_what(self):
		self.assertRefused("Choose the class", self.convert, to_share_class=None)
		self.assertRefused("already", self.convert, to_share_class=self.share_class)
		frappe.db.set_value("Share Class", self.into.name, "disabled", 1)
		self.assertRefused("is closed", self.convert)

	def test_taken_back(self):
		transaction = factories.executed(self.convert(), on="2026-02-01")
		transaction.reload()
		transaction.cancel()
		self.assertEqual(self.held(self.giver), {self.share_class: 4})
		self.assertEqual(self.held(self.giver, "2026-02-10"), {self.share_class: 4})
		self.assertSound()


class TestGift(Transactions):
	def test_a_gift_to_the_cooperative(self):
		"""The shares leave the register at their value, and nothing is owed for them."""
		transaction = factories.executed(factories.a_transaction(self.giver, "Gift", 4), on="2026-02-01")
		self.giver.reload()
		self.assertEqual((transaction.amount, self.giver.status), (0, "Former"))
		entry = self.entries()[-1]
		self.assertEqual((entry.entry_type, entry.to_member, entry.amount), ("Gift", None, 100))
		self.assertRefused("Only an executed sell back", transaction.pay_out, 10)
		self.assertSound()


class TestTakingBack(Transactions):
	def test_a_transfer_that_went_on(self):
		"""Giver → Béa → cooperative: taking the first back names the second; the other way round both go."""
		receiver = factories.a_member(self.cooperative, on="2026-01-15", quantity=1, first_name="Béa")
		first = factories.executed(
			factories.a_transaction(self.giver, "Transfer", 2, receiver=receiver.name), on="2026-02-01"
		)
		second = factories.executed(factories.a_transaction(receiver, quantity=3), on="2026-03-01")
		first.reload()
		self.assertRefused(f"The shares went on since: register entry 4 .*{second.name}", first.cancel)
		second.reload()
		second.cancel()
		first.reload()
		first.cancel()
		self.assertEqual(
			(self.held(self.giver), self.held(receiver)), ({self.share_class: 4}, {self.share_class: 1})
		)
		self.assertEqual([row.entry_type for row in self.entries()[-2:]], ["Reversal", "Reversal"])
		self.assertSound()

	def test_who_had_left_is_back(self):
		"""Sold back on 1 February, taken back: an active member since January, as if never gone; the mail is withdrawn."""
		transaction = factories.executed(factories.a_transaction(self.giver, quantity=4), on="2026-02-01")
		self.assertEqual(len(mails(self.giver)), 1)
		transaction.reload()
		transaction.cancel()
		self.giver.reload()
		self.assertEqual(
			(self.giver.status, self.giver.left_on, self.giver.joined_on),
			("Active", None, getdate("2026-01-10")),
		)
		[line] = certificates.certificate(self.giver.name).lines
		self.assertEqual((line.effective_date, line.quantity), (getdate("2026-01-10"), 4))
		self.assertEqual(mails(self.giver), [])
		self.assertEqual(frappe.db.get_value("Share Transaction", transaction.name, "status"), "Cancelled")
		self.assertSound()
