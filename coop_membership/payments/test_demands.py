"""A new kind of demand is one class: a donation, which the app does not know, asks for money, gets it and loses it again."""

from __future__ import annotations

from unittest.mock import patch

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.utils import add_days, flt, getdate, today

from coop_membership import host
from coop_membership.accounting import choice
from coop_membership.accounting.books import ELSEWHERE
from coop_membership.accounting.demands import Caused, InvoiceLine
from coop_membership.accounting.in_erpnext import online
from coop_membership.accounting.paid import Paid
from coop_membership.accounting.transfer import Transfer
from coop_membership.joining.test_confirmation import open_page
from coop_membership.payments import demands as payment_demands
from coop_membership.payments import instructions, recording, settlement
from coop_membership.portal.pages import payments
from coop_membership.prints.wording import money
from coop_membership.setup import custom_fields
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.www import membership_payment

DONATION = "Test Donation"


class DonationDemand:
	"""All that the app has to be told about donations."""

	doctype = DONATION
	title = "Donation"
	subject = "Donation"
	print_format = "Standard"
	invoice_link = "test_donation"

	def is_fulfilled(self, document) -> bool:
		return bool(document.effective_date)  # the tree is planted

	def follow_money(self, document, status: str, paid: Paid) -> None:
		sentence = payment_demands.state_sentence(document.doctype, status, paid)
		payment_demands.store(document, status, paid, sentence, paid.completed_on)

	def caused(self, document, numbers_back: bool = False) -> Caused | None:
		return Caused(("A tree is planted.",), ("The tree stays.",)) if document.effective_date else None

	def undo(self, document, numbers_back: bool) -> dict:
		document.db_set("effective_date", None)
		return {}

	def ask_again(self, document) -> None:
		"""A donation is asked for once."""

	def lines(self, document) -> list[frappe._dict]:
		return [frappe._dict(title="Un arbre", amount=money(document.amount, "EUR"))]

	def invoice_lines(self, document, cooperative) -> list[InvoiceLine]:
		return [InvoiceLine("DONATION", "Donation", 1, document.amount, cooperative.capital_account)]

	def pay_title(self, cooperative) -> str:
		return f"Give to {cooperative.title}"

	def thanks(self, cooperative) -> str:
		return "The tree is planted."


FIELDS = (
	("Link", "member", "Member"),
	("Data", "member_name", None),
	("Link", "cooperative", "Cooperative"),
	("Link", "application", "Membership Application"),
	("Date", "posting_date", None),
	("Date", "due_date", None),
	("Date", "effective_date", None),
	("Currency", "amount", None),
	("Currency", "paid_amount", None),
	("Currency", "outstanding_amount", None),
	("Data", "payment_reference", None),
	("Data", "status", None),
	("Link", "dunning_policy", "Dunning Policy"),
	("Date", "dunning_promise_until", None),
)

get_hooks = frappe.get_hooks


def with_donations(hook=None, *args, **kwargs):
	"""The site's hooks, and one line more in `member_demands`."""
	found = get_hooks(hook, *args, **kwargs)
	if hook == "member_demands":
		return [*found, f"{__name__}.DonationDemand"]
	return found


class TestANewKindOfDemand(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.hooks = patch.object(frappe, "get_hooks", with_donations)
		cls.hooks.start()
		cls.addClassCleanup(cls.hooks.stop)
		cls.fields = {}
		a_doctype()
		if host.has_erpnext():
			wanted = custom_fields.get_custom_fields()
			cls.fields = {
				DONATION: wanted[DONATION],
				"Sales Invoice": [
					field for field in wanted["Sales Invoice"] if field.get("options") == DONATION
				],
			}
			create_custom_fields(cls.fields)
		cls.addClassCleanup(cls.forget)

	@classmethod
	def forget(cls):
		"""Tables are made outside of any transaction, so they go by hand."""
		frappe.db.rollback()
		for doctype, fields in cls.fields.items():
			for field in fields:
				frappe.db.delete("Custom Field", {"dt": doctype, "fieldname": field["fieldname"]})
				frappe.clear_cache(doctype=doctype)
		frappe.delete_doc("DocType", DONATION, force=True)
		frappe.db.commit()

	def setUp(self):
		patcher = patch.object(host, "after_commit")
		self.queued = patcher.start()
		self.addCleanup(patcher.stop)

	def test_books_kept_elsewhere(self):
		"""30 euros asked for. 10 come, then 20; the second payment is taken back. A third one, which no event announced,
		is found by the sweep."""
		self.walk(factories.a_cooperative(ELSEWHERE), "Member Payment")

	def test_books_in_erpnext(self):
		"""The same with a Sales Invoice and Payment Entries."""
		if not host.has_erpnext():
			self.skipTest("there are no invoices here; the books kept elsewhere run on every host")
		self.walk(factories.a_cooperative(), "Payment Entry")

	def walk(self, cooperative, money: str) -> None:
		donation = a_donation(factories.a_member(cooperative), 30)
		self.assert_asked(donation)
		recording.record_payment(donation, Transfer.of(10, reference="first"))
		self.assert_state(donation, "Partly Paid", 10)
		second = recording.record_payment(donation, Transfer.of(20, reference="second"))
		self.assert_state(donation, "Paid", 30)
		self.assertEqual(getdate(donation.effective_date), getdate())
		self.assert_thanked(donation)
		frappe.get_doc(money, second).cancel()
		settlement.settle(donation)
		self.assert_state(donation, "Payment Reversed", 10)
		self.pay_past_us(donation, 20)
		self.assertGreaterEqual(settlement.sweep(), 1)
		self.assert_state(donation, "Paid", 30)

	def assert_state(self, donation, status: str, paid: float) -> None:
		donation.reload()
		self.assertEqual((donation.status, flt(donation.paid_amount)), (status, paid))

	def assert_asked(self, donation) -> None:
		"""In words on paper and in the portal, by a link, and in the list of what is open."""
		self.assertTrue(donation.payment_reference)
		details = instructions.details(donation)
		self.assertEqual((details.lines[0].title, details.to_pay), ("Un arbre", "€30.00"))
		self.assertTrue(instructions.qr_code(donation))
		member = frappe.get_doc("Member", donation.member)
		[request] = payments.Payments().words(member)["to_pay"]
		self.assertEqual((request["subject"], request["to_pay"]), ("Donation", "€30.00"))
		chased = choice.chased_for(donation)
		source = choice.source_of(donation.cooperative, chased[0])
		late = source.open_documents(getdate(add_days(today(), 1)))
		self.assertIn((chased, 30), [(row.document, row.balance) for row in late])
		query, columns = source.read(frappe.qb, [chased[1]], {})
		[row] = query.select(columns["payment_reference"], columns["member"]).run()
		self.assertEqual(row, (donation.payment_reference, donation.member))
		self.assertEqual(choice.title_of(DONATION, 30), "Donation")
		self.assertEqual(page(donation).title, "Please pay by bank transfer")

	def assert_thanked(self, donation) -> None:
		self.assertEqual(page(donation).texts, ["The tree is planted."])

	def pay_past_us(self, donation, amount: float) -> None:
		"""Money that reaches the books while nobody tells the app."""
		with patch.object(settlement, "queue"), patch.object(settlement, "settle_safely"):
			recording.record_payment(donation, Transfer.of(amount, reference="third"))


def page(donation) -> frappe._dict:
	"""What the payment page says to whoever has its link."""
	key = online.signing.sign(online.PURPOSE, donation.name, 1)
	return open_page(membership_payment, key)


def a_donation(member, amount: float):
	donation = frappe.get_doc(
		{
			"doctype": DONATION,
			"member": member.name,
			"member_name": member.display_name,
			"cooperative": member.cooperative,
			"posting_date": today(),
			"due_date": today(),
			"amount": amount,
		}
	)
	donation.name = f"DON-{factories.unique()}"
	payment_demands.begin(donation)
	donation.insert()
	donation.submit()
	choice.books_of(donation).ask(donation)
	return donation


def a_doctype() -> None:
	if frappe.db.exists("DocType", DONATION):
		frappe.delete_doc("DocType", DONATION, force=True)
	frappe.get_doc(
		{
			"doctype": "DocType",
			"name": DONATION,
			"module": "Coop Membership",
			"custom": 1,
			"is_submittable": 1,
			"autoname": "prompt",
			"fields": [
				{
					"fieldtype": kind,
					"fieldname": name,
					"options": options,
					"label": name.replace("_", " ").title(),
					"allow_on_submit": 1,
				}
				for kind, name, options in FIELDS
			],
			"permissions": [{"role": "System Manager", "read": 1, "write": 1, "create": 1, "submit": 1}],
		}
	).insert()
