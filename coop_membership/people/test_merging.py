"""Two records of one person made one: all that belongs to the double follows, or the manager reads why not."""

from __future__ import annotations

import frappe
from frappe.utils import add_days, today

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.accounting.choice import books_of
from coop_membership.people import links, merging, private
from coop_membership.register import integrity, ledger
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase


class MergeCase(FrappeTestCase):
	def two(self, books: str | None = None, **values):
		"""Camille's two records, of which the second goes."""
		self.cooperative = factories.a_cooperative(books, portal_account="Never")
		one = factories.a_member(self.cooperative, on="2026-03-01")
		other = factories.a_member(self.cooperative, on="2026-03-02", quantity=2, **values)
		return one, other

	def refused(self, keep, drop, sentence: str) -> None:
		"""The preview names the reason, the merge raises it, and nothing changes."""
		before = frappe.get_doc("Member", drop.name).as_dict()
		self.assertRegex(" ".join(keep.preview_merge(drop.name)["problems"]), sentence)
		with self.assertRaisesRegex(frappe.ValidationError, sentence):
			keep.merge(drop.name)
		self.assertEqual(frappe.get_doc("Member", drop.name).as_dict(), before)


class TestWhatFollows(MergeCase):
	def test_each_link_to_a_member(self):
		"""Whatever DocType names a member follows, or the table says why it stays; a new one can't be forgotten."""
		found = {(link.doctype, link.field) for link in links.to_members()}
		moved = {(link.doctype, link.field) for link in merging._followers()}
		ours = set(frappe.get_all("DocType", {"module": "Coop Membership"}, pluck="name"))
		self.assertEqual({one for one in found if one[0] in ours} - moved - set(merging.BY_HAND), set())
		self.assertLessEqual(
			{
				("Membership", "member"),
				("Member Payment", "member"),
				("Dunning Notice", "member"),
				("Dunning Letter", "party"),
				("Membership Application", "matched_member"),
				("Dynamic Link", "link_name"),
			},
			moved,
		)

	def test_credit_in_both_books(self):
		"""The double paid 30 too much: the record that stays has 30 of credit, and more shares can be made of it."""
		for books in (ELSEWHERE, *((IN_ERPNEXT,) if host.has_erpnext() else ())):
			with self.subTest(books):
				self.cooperative = factories.a_cooperative(books)
				keep = factories.a_member(self.cooperative)
				subscription = factories.pay(factories.a_subscription(self.cooperative, quantity=1), 55)
				drop = frappe.get_doc("Member", subscription.member)
				self.assertEqual(books_of(drop).credit(drop), 30)
				keep.merge(drop.name)
				keep.reload()
				self.assertEqual(books_of(keep).credit(keep), 30)
				keep.more_shares(1)
				self.assertEqual(sum(ledger.holdings(keep.name).values()), 5)
				self.assertEqual(integrity.check(self.cooperative.name), [])

	def test_the_other_customer(self):
		"""With books in ERPNext there is one Customer afterwards, whose are all invoices, paid ones too."""
		if not host.has_erpnext():
			self.skipTest("no customers here")
		keep, drop = self.two(IN_ERPNEXT)
		customers = (keep.customer, drop.customer)
		self.assertNotEqual(*customers)
		keep.merge(drop.name)
		self.assertFalse(frappe.db.exists("Customer", customers[1]))
		self.assertEqual(frappe.db.get_value("Member", keep.name, "customer"), customers[0])
		self.assertFalse(frappe.db.get_value("Member", drop.name, "customer"))
		invoices = frappe.get_all(
			"Share Subscription", {"member": ["in", [keep.name, drop.name]]}, pluck="sales_invoice"
		)
		found = set(frappe.get_all("Sales Invoice", {"name": ["in", invoices]}, pluck="customer"))
		self.assertEqual((len(invoices), found), (2, {customers[0]}))
		keep.reload()
		self.assertEqual(frappe.db.get_value("Customer", keep.customer, "customer_name"), keep.display_name)

	def test_dues(self):
		"""Dues of another year follow; for the same days one of them has to go first."""
		keep, drop = self.two()
		plan = factories.a_plan(self.cooperative)
		mine, theirs = (
			frappe.get_doc(
				{
					"doctype": "Membership",
					"member": member.name,
					"cooperative": self.cooperative.name,
					"plan": plan.name,
				}
			)
			for member in (keep, drop)
		)
		for dues in (mine, theirs):
			dues.flags.ignore_permissions = True
			dues.insert()
			dues.submit()
		self.refused(keep, drop, f"{mine.name} and {theirs.name}")
		frappe.db.set_value("Membership", theirs.name, {"from_date": "2020-01-01", "to_date": "2020-12-31"})
		keep.merge(drop.name)
		self.assertEqual(
			frappe.db.get_value("Membership", theirs.name, ["member", "member_name"]),
			(keep.name, keep.display_name),
		)

	def test_reminders_promises_and_policy(self):
		"""Ready and failed notices, letters, a promise and a channel follow; the later promise holds."""
		keep, drop = self.two()
		for state in ("To Send", "Failed"):
			notice = frappe.get_doc(
				{
					"doctype": "Dunning Notice",
					"cooperative": self.cooperative.name,
					"member": drop.name,
					"party_type": "Member",
					"party": drop.name,
					"party_name": drop.display_name,
					"state": state,
				}
			)
			notice.flags.ignore_mandatory = notice.flags.ignore_links = True
			notice.db_insert()
		frappe.db.set_value("Member", keep.name, "dunning_promise_until", add_days(today(), 3))
		frappe.db.set_value(
			"Member", drop.name, {"dunning_promise_until": add_days(today(), 9), "dunning_channel": "Letter"}
		)
		keep.merge(drop.name)
		whose = {"member": keep.name, "party": keep.name}
		self.assertEqual(frappe.db.count("Dunning Notice", whose), 2)
		keep.reload()
		self.assertEqual(
			(str(keep.dunning_promise_until), keep.dunning_channel), (add_days(today(), 9), "Letter")
		)

	def test_requests_files_and_addresses(self):
		"""All requests, decided ones too, a file, a task and the address lead to the record that stays."""
		keep, drop = self.two()
		decided = frappe.get_doc("Membership Application", {"member": drop.name})
		waiting = factories.an_application(self.cooperative, email=drop.email)
		self.assertEqual(waiting.matched_member, drop.name)
		file = frappe.get_doc(
			{
				"doctype": "File",
				"file_name": "letter.txt",
				"content": "x",
				"attached_to_doctype": "Member",
				"attached_to_name": drop.name,
				"is_private": 1,
			}
		).insert()
		keep.merge(drop.name)
		for application in (decided, waiting):
			application.reload()
			self.assertEqual(application.matched_member or application.member, keep.name)
		self.assertEqual(frappe.db.get_value("File", file.name, "attached_to_name"), keep.name)
		left = {"link_doctype": "Member", "link_name": drop.name, "parenttype": "Address"}
		self.assertFalse(frappe.db.exists("Dynamic Link", left))

	def test_what_only_the_double_knows(self):
		"""Phone, IBAN and national number were typed on the double: they are kept, what both know stays."""
		keep, drop = self.two(phone="+33 6 12 34 56 78", iban=factories.IBAN, last_name="Durand-Moreau")
		keep.merge(drop.name)
		keep.reload()
		self.assertEqual((keep.phone, keep.last_name), (drop.phone, "Durand"))
		self.assertTrue(private.of(keep).iban)
		self.assertFalse(any(private.of(drop).values()))

	def test_the_login_of_the_double(self):
		"""The same mailbox: its login opens the record that stays. Another one: a sentence. Both have one: the double's ends."""
		keep, drop = self.two()
		drop.give_access()
		factories.open_invitations(drop)
		drop.reload()
		self.refused(keep, drop, drop.user)
		keep.email = drop.email
		keep.save()
		keep.merge(drop.name)
		self.assertEqual(frappe.db.get_value("Member", keep.name, "user"), drop.user)
		self.assertFalse(frappe.db.get_value("Member", drop.name, "user"))
		keep, drop = self.two()
		for member in (keep, drop):
			member.give_access()
			factories.open_invitations(member)
			member.reload()
		keep.merge(drop.name)
		self.assertEqual(frappe.db.get_value("Member", keep.name, "user"), keep.user)
		self.assertFalse(frappe.db.exists("User", {"name": drop.user, "enabled": 1}))

	def test_representatives(self):
		"""Two records of one association, each with its president: both represent the one that stays, each with the login."""
		self.cooperative = factories.a_cooperative(portal_account="On approval")
		names = []
		for first_name in ("Inès", "Omar"):
			application = factories.an_organisation(self.cooperative, first_name=first_name)
			application.approve()
			factories.pay(frappe.get_doc("Share Subscription", {"application": application.name}))
			names.append(application.member)
		keep, drop = (frappe.get_doc("Member", name) for name in names)
		users = {keep.representatives[0].user, drop.representatives[0].user}
		keep.merge(drop.name)
		keep.reload()
		self.assertEqual({row.user for row in keep.representatives}, users)
		self.assertEqual(frappe.get_doc("Member", drop.name).representatives, [])


class TestWhatIsLeft(MergeCase):
	def test_a_candidate_is_closed(self):
		"""The double never paid: it is no candidate any more, its open request follows, and the register is sound."""
		self.cooperative = factories.a_cooperative()
		keep = factories.a_member(self.cooperative)
		request = factories.a_subscription(self.cooperative)
		drop = frappe.get_doc("Member", request.member)
		keep.merge(drop.name)
		drop.reload()
		self.assertEqual((drop.status, drop.merged_into, str(drop.left_on)), ("Former", keep.name, today()))
		self.assertEqual(integrity.check(self.cooperative.name), [])
		request.reload()
		self.assertEqual(request.member, keep.name)
		factories.pay(request)
		self.assertEqual(sum(ledger.holdings(keep.name).values()), 6)

	def test_two_people_are_no_double(self):
		"""Twins, and father and son: another birth date, or another national number, and the merge says so."""
		keep, drop = self.two(birth_date="1955-01-01")
		self.refused(keep, drop, "birth dates differ")
		keep, drop = self.two()
		private.write(keep, {"national_number": "85041200194"})
		private.write(drop, {"national_number": "85041200392"})
		self.refused(keep, drop, "national numbers differ")
