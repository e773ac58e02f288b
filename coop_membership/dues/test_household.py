"""A household and an organisation: the dues of one cover several, each with a number and a login of their own."""

from __future__ import annotations

import email

import frappe
from frappe.utils import add_days, add_months, flt, getdate, strip_html, today

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.dues import breaks, dues, household, renewal
from coop_membership.dues.periods import ROLLING
from coop_membership.joining import confirmation, reception
from coop_membership.machines import access, rules
from coop_membership.messages import mail
from coop_membership.portal import dues as portal
from coop_membership.portal.pages.dues import Dues
from coop_membership.register import cards, integrity, standing
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

DUES, COVER, APPLICATION = "Membership", "Dues Cover", "Membership Application"


class TestElsewhere(FrappeTestCase):
	"""An association: 90 a rolling year for up to three people, 60 for one. Anna pays for a household, Omar for himself."""

	accounting = ELSEWHERE

	def setUp(self):
		self.club = factories.a_cooperative(
			self.accounting, portal_account="On approval", kind=standing.WITH_DUES
		)
		self.family = factories.a_plan(self.club, "Foyer", 90, period=ROLLING, covers=3, on_website=1)
		self.single = factories.a_plan(self.club, "Simple", period=ROLLING, on_website=1)
		self.anna, self.paid = self.joined(self.family, "Anna")
		self.omar, _dues = self.joined(self.single, "Omar")

	def joined(self, plan, first_name: str, pay: bool = True):
		application = factories.an_application(self.club, shares={}, plan=plan.name, first_name=first_name)
		application.approve()
		factories.open_invitations(application.member)
		asked = frappe.get_doc(DUES, {"application": application.name})
		if pay:
			asked.record_payment(asked.amount, today())
			asked.reload()
		return frappe.get_doc("Member", application.member), asked

	def now(self, member):
		return frappe.get_doc("Member", member if isinstance(member, str) else member.name)

	def asked_by_anna(self, **person):
		"""Anna asks on her page for Bo; returns the request."""
		person = {
			"first_name": "Bo",
			"last_name": "Roux",
			"email": f"bo.{factories.unique()}@example.com",
			**person,
		}
		with factories.as_user(self.anna.user):
			portal.add_person(**person, member=self.anna.name)
		return frappe.get_last_doc(APPLICATION, {"covered_by": self.anna.name})

	def bo(self):
		"""Bo, asked for by Anna, confirmed and approved."""
		request = self.asked_by_anna()
		self.assertEqual(reception.confirm(request), confirmation.CONFIRMED)
		request.reload()
		request.approve()
		request.reload()
		return self.now(request.member)

	def is_good(self, member) -> bool:
		return not access.in_good_standing(self.now(member).name)

	# --- added by the head -----------------------------------------------------------------------

	def test_added_by_the_head(self):
		"""Anna asks for Bo, Bo confirms the mailbox, a manager approves: a number, a card, a login, and nothing to pay."""
		request = self.asked_by_anna()
		self.assertEqual((request.status, request.source), ("To Confirm", "Portal"))
		[letter] = mail.queued(request, ["Confirm E-mail"])
		self.assertEqual(letter.recipients, [request.email])
		self.assertFalse(frappe.db.exists("Member", {"email": request.email}))
		self.assertRaises(frappe.ValidationError, request.approve)
		request.reload()
		reception.confirm(request)
		request.reload()
		self.assertEqual(request.status, "Pending")
		self.assertFalse(frappe.db.exists("Member", {"email": request.email}), "nobody has decided yet")
		request.approve()
		request.reload()
		bo = self.now(request.member)
		self.assertEqual((request.status, bo.status), ("Paid", "Active"))
		self.assertNotEqual(bo.member_number, self.anna.member_number)
		self.assertFalse(frappe.db.exists(DUES, {"member": bo.name}))
		self.assertEqual(bo.invited_user, request.email)
		self.assertTrue(self.is_good(bo))
		self.assertTrue(cards.is_valid(cards.check_link(bo).partition("key=")[2]))
		self.assertEqual(getdate(standing.by_dues(bo.name, self.club.name).until), getdate(self.paid.to_date))
		[cover] = frappe.get_all(COVER, {"member": bo.name}, pluck="name")
		self.assertTrue(mail.queued(frappe.get_doc(COVER, cover), ["Membership Card"]))
		self.assertEqual(list(integrity.check(self.club.name)), [])

	def test_asked_twice(self):
		"""The same person asked for again is one request; her own address is refused, and a fourth person finds no place."""
		first = self.asked_by_anna()
		self.asked_by_anna(email=first.email)
		self.assertEqual(frappe.db.count(APPLICATION, {"covered_by": self.anna.name}), 1)
		self.assertRaises(frappe.ValidationError, self.asked_by_anna, email=self.anna.email)
		self.asked_by_anna(first_name="Cleo")
		with self.assertRaisesRegex(frappe.ValidationError, "no place"):
			self.asked_by_anna(first_name="Dan")
		with factories.as_user(self.anna.user):
			portal.drop_person(first.name, self.anna.name)
		first.reload()
		self.assertEqual(first.status, "Cancelled")
		self.assertEqual(reception.confirm(first), confirmation.CLOSED)
		self.asked_by_anna(first_name="Dan")

	def test_not_by_a_form(self):
		"""Neither the public form nor the plan for one makes somebody covered by a stranger's dues."""
		values = {"covered_by": self.anna.name, "plan": self.single.name}
		frappe.flags.in_web_form = True
		try:
			sent = factories.an_application(self.club, shares={}, consents=None, **values)
		except frappe.ValidationError:
			sent = None
		finally:
			frappe.flags.in_web_form = False
		self.assertFalse(sent and sent.covered_by)
		with factories.as_user(self.omar.user):
			person = {
				"first_name": "Eve",
				"last_name": "Roux",
				"email": f"eve.{factories.unique()}@example.com",
			}
			with self.assertRaisesRegex(frappe.ValidationError, "cover one person"):
				portal.add_person(**person)

	# --- at the desk -----------------------------------------------------------------------------

	def test_at_the_desk(self):
		"""A manager has Cleo covered, who had been asked for dues: those are called off; taken out, she has left."""
		cleo, asked = self.joined(self.single, "Cléo", pay=False)
		self.assertEqual(cleo.status, "Candidate")
		with factories.as_user(factories.a_user("Membership User")):
			self.assertRaises(frappe.PermissionError, self.now(self.anna).cover, cleo.name)
		for _twice in range(2):
			self.now(self.anna).cover(cleo.name)
		self.assertEqual(frappe.db.count(COVER, {"member": cleo.name}), 1)
		asked.reload()
		self.assertEqual((asked.status, self.now(cleo).status), ("Cancelled", "Active"))
		self.assertEqual(self.now(cleo).household()["head"].head, self.anna.name)
		self.assertEqual(self.now(self.anna).household()["places"], 1)
		self.now(cleo).detach()
		left = self.now(cleo)
		self.assertEqual(left.status, "Former")
		self.assertFalse(self.is_good(left))
		self.assertFalse(cards.is_valid(cards.check_link(left).partition("key=")[2]))
		renewal.go_on(left, self.single.name).record_payment(60, today())
		back = self.now(cleo)
		self.assertEqual((back.status, back.member_number), ("Active", left.member_number))

	def test_refused(self):
		"""No chains, no circles, nobody of another house, and no more than the dues say."""
		bo = self.bo()
		elsewhere = factories.dues_of_an_association(
			factories.a_cooperative(self.accounting, kind=standing.WITH_DUES)
		).member
		for head, member in (
			(self.anna, self.anna.name),
			(self.anna, elsewhere),
			(bo, self.omar.name),
			(self.omar, self.anna.name),
			(self.omar, bo.name),
		):
			with self.subTest(head=head.first_name, member=member):
				self.assertRaises(frappe.ValidationError, self.now(head).cover, member)
		self.now(self.anna).cover(self.omar.name)
		cleo, _dues = self.joined(self.single, "Cléo")
		with self.assertRaisesRegex(frappe.ValidationError, "no place"):
			self.now(self.anna).cover(cleo.name)

	def test_a_request_of_the_desk(self):
		"""The manager enters somebody new as covered by Anna, without a mailbox to confirm, and approves."""
		request = factories.an_application(self.club, shares={}, covered_by=self.anna.name, first_name="Dan")
		self.assertEqual(request.status, "Pending")
		request.approve()
		request.reload()
		self.assertEqual((request.status, self.now(request.member).status), ("Paid", "Active"))
		asks_too = {"covered_by": self.anna.name, "plan": self.single.name}
		self.assertRaises(frappe.ValidationError, factories.an_application, self.club, shares={}, **asks_too)

	def test_by_hand(self):
		"""Nobody writes a cover with the desk's forms, nor takes one away."""
		bo = self.bo()
		cover = frappe.get_doc(COVER, {"member": bo.name})
		with factories.as_user(factories.a_user("Membership Manager")):
			made = {
				"doctype": COVER,
				"cooperative": self.club.name,
				"head": self.anna.name,
				"member": self.omar.name,
			}
			self.assertRaises(frappe.PermissionError, frappe.get_doc({**made, "from_date": today()}).insert)
			self.assertRaises(frappe.PermissionError, cover.save)
			self.assertRaises(frappe.PermissionError, cover.delete)

	# --- what follows the dues -------------------------------------------------------------------

	def test_lapse_and_return(self):
		"""Asked to renew, all stay until those dues expire; paid again, all are back with the numbers they had."""
		bo = self.bo()
		self.paid.db_set({"from_date": add_months(today(), -13), "to_date": add_days(today(), -1)})
		frappe.db.set_value(COVER, {"member": bo.name}, "from_date", add_months(today(), -2))
		following = frappe.get_doc(DUES, dues.renew(self.paid))
		self.assertEqual(following.covers, 3)
		dues.daily()
		self.assertEqual(self.now(bo).status, "Active")
		self.assertTrue(self.is_good(bo))
		dues.expire(frappe.get_doc(DUES, following.name))
		self.assertEqual((self.now(self.anna).status, self.now(bo).status), ("Former", "Former"))
		self.assertFalse(self.is_good(bo))
		renewal.go_on(self.now(self.anna)).record_payment(90, today())
		self.assertEqual(self.now(bo).status, "Active")
		self.assertEqual(self.now(bo).member_number, bo.member_number)
		self.assertEqual(list(integrity.check(self.club.name)), [])

	def test_not_asked_and_not_chased(self):
		"""Omar had dues of his own that end in ten days: covered by Anna's, he is asked for none, nor may he pay any."""
		own = frappe.get_doc(DUES, {"member": self.omar.name})
		own.db_set({"from_date": add_months(today(), -11), "to_date": add_days(today(), 10)})
		self.assertEqual(dues.ending(self.single.name, 30), [own.name])
		self.now(self.anna).cover(self.omar.name)
		self.assertEqual(dues.ending(self.single.name, 30), [])
		self.assertRaises(frappe.ValidationError, renewal.go_on, self.now(self.omar))
		self.assertEqual(
			standing.by_dues(self.omar.name, self.club.name).until,
			getdate(self.paid.to_date),
			"the later day",
		)

	def test_the_plan_opens_what_it_opens(self):
		"""What is for those who have paid the household's plan is for all of it, and for nobody else."""
		bo = self.bo()
		self.assertEqual(standing.plans_of(self.club.name, bo.name), {self.family.name})
		self.assertEqual(standing.plans_of(self.club.name, self.omar.name), {self.single.name})

	def test_pause(self):
		"""Anna pauses: both stay members with their numbers, no machine and no door opens, and it says until when."""
		bo = self.bo()
		oven = factories.a_machine(self.club)
		self.assertTrue(access.may_use(bo.name, oven.name)[0])
		last = getdate(add_days(today(), 20))
		breaks.add(self.now(self.anna), breaks.PAUSE, today(), last, "Abroad")
		for member in (self.anna, bo):
			wrong = access.in_good_standing(member.name)
			self.assertEqual((wrong.code, wrong.day), (rules.PAUSED, last))
			self.assertFalse(access.may_use(member.name, oven.name)[0])
			self.assertEqual(self.now(member).status, "Active")
			self.assertFalse(cards.is_valid(cards.check_link(member).partition("key=")[2]))
			self.assertIsNone(access.in_good_standing(member.name, add_days(last, 1)))
		self.assertIsNone(access.in_good_standing(self.omar.name))

	# --- another head ----------------------------------------------------------------------------

	def test_change_head(self):
		"""Anna has paid for a year; Bo pays from the day after: asked by the yearly job, paid, and nobody has a gap."""
		bo = self.bo()
		with factories.as_user(self.anna.user):
			portal.change_head(bo.name, self.anna.name)
		first = getdate(add_days(self.paid.to_date, 1))
		self.assertEqual(household.head_of(self.anna.name).head, bo.name)
		self.assertEqual(getdate(household.head_of(self.anna.name).from_date), first)
		self.assertRaises(frappe.ValidationError, household.change_head, self.now(self.anna), self.now(bo))
		for member in (self.anna, bo):
			self.assertTrue(self.is_good(member))
		asked = frappe.get_doc(DUES, dues.renew(frappe.get_doc(DUES, self.paid.name)))
		self.assertEqual((asked.member, getdate(asked.from_date), flt(asked.amount)), (bo.name, first, 90))
		for day in (add_days(first, -1), first, add_days(first, 20)):
			found = standing.all_by_dues(self.club.name, on_date=day)
			self.assertTrue(found[self.anna.name].running and found[bo.name].running, day)
		asked.record_payment(90, today())
		found = standing.all_by_dues(self.club.name, on_date=add_months(first, 6))
		self.assertTrue(found[self.anna.name].running and found[bo.name].running)

	def test_who_is_concerned_is_told(self):
		"""Bo is asked to pay in Anna's stead: both read from when. Then he is taken out: he reads that, in his language."""
		bo = self.bo()
		frappe.db.set_value("Member", bo.name, "language", "fr")
		first = household.change_head(self.now(self.anna), self.now(bo))
		self.assertIn(str(first.year), self.told(bo, "vous payez la cotisation à la place de"))
		self.assertIn(str(first.year), self.told(self.anna, "pays the dues instead of you"))
		self.now(bo).detach()
		self.assertTrue(self.told(bo, "ne vous couvre plus"))

	def told(self, member, words: str) -> str:
		"""The newest mail about a Member that says these words."""
		about = {"reference_doctype": "Member", "reference_name": member.name}
		for message in frappe.get_all("Email Queue", about, pluck="message", order_by="creation desc"):
			for part in email.message_from_string(message).walk():
				if part.get_content_type() == "text/html":
					text = strip_html(part.get_payload(decode=True).decode())
					if words in text:
						return text
		return ""

	def test_of_an_organisation(self):
		"""ACME's dues cover its people: who signs for it adds one on its page, and writes no address of ACME's on the request."""
		application = factories.an_organisation(self.club, shares={}, plan=self.family.name)
		application.approve()
		asked = frappe.get_doc(DUES, {"application": application.name})
		asked.record_payment(90, today())
		factories.open_invitations(application.member)
		acme = self.now(application.member)
		acme.representatives[0].db_set("is_signatory", 1)
		person = {"first_name": "Eve", "last_name": "Roux", "email": f"eve.{factories.unique()}@example.com"}
		with factories.as_user(acme.representatives[0].user):
			portal.add_person(**person, member=acme.name)
		request = frappe.get_last_doc(APPLICATION, {"covered_by": acme.name})
		self.assertFalse(request.city)
		acme.representatives[0].db_set("is_signatory", 0)
		with factories.as_user(acme.representatives[0].user):
			self.assertRaises(frappe.PermissionError, portal.drop_person, request.name, acme.name)

	# --- on the pages ----------------------------------------------------------------------------

	def test_what_the_pages_say(self):
		"""Anna sees Bo and a place; Bo sees who pays and until when, and may leave; then Bo pays alone."""
		bo = self.bo()
		factories.open_invitations(bo)
		bo = self.now(bo)
		with factories.as_user(self.anna.user):
			mine = Dues().words(self.now(self.anna))["household"]
		self.assertEqual(([one["display_name"] for one in mine["people"]], mine["places"]), (["Bo Roux"], 1))
		with factories.as_user(bo.user):
			seen = Dues().words(bo)
			self.assertEqual((seen["above"]["name"], seen["household"]), (self.anna.display_name, None))
			self.assertTrue(seen["is_running"])
			portal.take_out(bo.name, bo.name)
			portal.renew(self.single.name, member=bo.name)
		self.assertEqual(flt(renewal.open_dues(self.now(bo)).amount), 60)

	def test_nobody_elses(self):
		"""Omar reaches neither Anna's household nor Bo, by any name; Bo, who is covered, changes nothing of Anna's."""
		bo = self.bo()
		factories.open_invitations(bo)
		bo = self.now(bo)
		request = self.asked_by_anna(first_name="Cleo")
		person = {"first_name": "Eve", "last_name": "Roux", "email": f"eve.{factories.unique()}@example.com"}
		before = frappe.get_all(COVER, fields=["name", "to_date"], order_by="name")
		for user, own in ((self.omar.user, self.omar.name), (bo.user, bo.name)):
			with factories.as_user(user):
				for call, *values in (
					(portal.take_out, bo.name, self.anna.name),
					(portal.take_out, self.anna.name, own),
					(portal.take_out, "MEM-NOBODY", own),
					(portal.change_head, bo.name, self.anna.name),
					(portal.change_head, self.anna.name, own),
					(portal.drop_person, request.name, own),
					(portal.drop_person, request.name, self.anna.name),
				):
					self.assertRaises((frappe.PermissionError, frappe.ValidationError), call, *values)
				for member in (own, self.anna.name):
					with self.assertRaises((frappe.PermissionError, frappe.ValidationError)):
						portal.add_person(**person, member=member)
		self.assertEqual(frappe.get_all(COVER, fields=["name", "to_date"], order_by="name"), before)
		self.assertEqual(frappe.db.get_value(APPLICATION, request.name, "status"), "To Confirm")


class TestInErpnext(TestElsewhere):
	accounting = IN_ERPNEXT

	def setUp(self):
		if not host.has_erpnext():
			self.skipTest("no ERPNext here")
		super().setUp()
