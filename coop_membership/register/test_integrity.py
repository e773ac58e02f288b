"""Each promise of the register is broken by a raw write and must be named."""

import json
import re
from pathlib import Path

import frappe

from coop_membership.desk import registers, tables
from coop_membership.patches import seal_register
from coop_membership.register import anchoring, integrity, ledger
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

ENTRY = "Share Register Entry"


class TestIntegrity(FrappeTestCase):
	def setUp(self):
		"""Two members with 3 shares each: register entries 1 and 2, member numbers 1 and 2; all is sound."""
		self.cooperative = factories.a_cooperative(accounting="Kept elsewhere")
		self.one = factories.a_member(self.cooperative, on="2026-01-10")
		self.two = factories.a_member(self.cooperative, on="2026-02-10")
		self.assertEqual(self.found(), [])

	def tearDown(self):
		frappe.db.rollback()

	def found(self) -> list[str]:
		return sorted({finding["code"] for finding in integrity.check(self.cooperative.name)})

	def entry(self, number: int) -> str:
		return frappe.db.get_value(ENTRY, {"cooperative": self.cooperative.name, "number": number})

	def subscription_of(self, member) -> str:
		return frappe.db.get_value("Share Subscription", {"member": member.name})

	def test_a_number_is_missing(self):
		"""Entry 1 vanished: a gap, a broken chain, and a paid request without shares."""
		frappe.db.delete(ENTRY, {"name": self.entry(1)})
		self.assertEqual(self.found(), ["chain", "gap", "paid_without_shares", "status", "totals"])

	def test_the_counter_was_set_back(self):
		frappe.db.set_value("Cooperative", self.cooperative.name, "next_register_number", 2)
		self.assertEqual(self.found(), ["counter"])

	def test_the_member_counter_was_set_back(self):
		frappe.db.set_value("Cooperative", self.cooperative.name, "next_member_number", 2)
		self.assertEqual(self.found(), ["counter"])

	def test_a_line_was_altered(self):
		"""Another date, quietly: the hash tells."""
		frappe.db.set_value(ENTRY, self.entry(1), "effective_date", "2025-01-10")
		self.assertEqual(self.found(), ["chain"])

	def test_less_than_nothing_on_some_day(self):
		"""Member two gives 3 shares on a day before they were bought; the totals are right again today."""
		values = {"from_member": self.two.name, "effective_date": "2026-01-15"}
		ledger.post(self.cooperative.name, "Sell Back", self.share_class, 3, 25, **values)
		frappe.db.set_value(
			"Member", self.two.name, {"status": "Former", "total_shares": 0, "total_value": 0}
		)
		self.assertEqual(self.found(), ["overdrawn", "reference"])

	@property
	def share_class(self) -> str:
		return factories.class_of(self.cooperative)

	def test_paid_but_no_shares(self):
		open_one = factories.a_subscription(self.cooperative)
		frappe.db.set_value("Share Subscription", open_one.name, "status", "Paid")
		self.assertEqual(self.found(), ["books", "paid_without_shares"])

	def test_paid_for_other_shares(self):
		line = frappe.db.get_value("Share Line", {"parent": self.subscription_of(self.one)})
		frappe.db.set_value("Share Line", line, "quantity", 9)
		self.assertEqual(self.found(), ["paid_without_shares"])

	def test_shares_but_not_paid(self):
		frappe.db.set_value("Share Subscription", self.subscription_of(self.one), "status", "Open")
		self.assertEqual(self.found(), ["shares_without_payment"])

	def test_totals_differ(self):
		frappe.db.set_value("Member", self.one.name, "total_shares", 99)
		self.assertEqual(self.found(), ["totals"])
		frappe.db.set_value("Member", self.one.name, {"total_shares": 3, "total_value": 1})
		self.assertEqual(self.found(), ["totals"])

	def test_an_active_member_without_number(self):
		frappe.db.set_value("Member", self.two.name, "member_number", 0)
		self.assertEqual(self.found(), ["counter", "number"])

	def test_a_member_number_is_missing(self):
		frappe.db.set_value("Member", self.one.name, "member_number", 7)
		self.assertEqual(self.found(), ["counter", "member_gap"])

	def test_a_status_that_does_not_fit(self):
		for status in ("Candidate", "Former"):
			frappe.db.set_value("Member", self.one.name, "status", status)
			self.assertEqual(self.found(), ["status"])

	def test_a_holder_of_another_cooperative(self):
		frappe.db.set_value("Member", self.one.name, "cooperative", factories.a_cooperative().name)
		self.assertIn("stranger", self.found())

	def test_each_finding_has_its_remedy(self):
		"""Whatever any room can find says what to do, and is broken on purpose somewhere in the tests."""
		app = Path(integrity.__file__).parent.parent
		texts = {path: path.read_text() for path in app.rglob("*.py") if "Finding" in path.read_text()}
		source = "".join(text for path, text in texts.items() if not path.name.startswith("test_"))
		codes = set(re.findall(r'Finding\(\s*"(\w+)"', source)) | {
			"totals",
			"number",
			"status",
		}  # three in one loop
		self.assertEqual(codes, set(integrity.REMEDIES))
		tests = "".join(path.read_text() for path in app.rglob("test_*.py"))
		for code in codes:
			self.assertIn(f'"{code}"', tests.replace(source, ""), code)
		frappe.db.set_value("Member", self.one.name, "total_shares", 99)
		[finding] = integrity.check(self.cooperative.name)
		self.assertIn("backup", finding["remedy"])

	def test_from_the_command_line(self):
		"""As `bench execute` calls it: a list that can be printed as JSON."""
		frappe.db.set_value("Member", self.one.name, "total_shares", 99)
		found = frappe.get_attr("coop_membership.register.integrity.check")(cooperative=self.cooperative.name)
		self.assertIn("99", json.dumps(found))

	def test_managers_get_one_task(self):
		"""The weekly run leaves one open task per cooperative, however often it runs."""
		frappe.db.set_value("Member", self.one.name, "total_shares", 99)
		integrity.weekly()
		integrity.weekly()
		tasks = frappe.get_all(
			"ToDo", {"reference_name": self.cooperative.name, "role": "Membership Manager"}, ["description"]
		)
		self.assertEqual(len(tasks), 1)
		self.assertIn("99", tasks[0].description)

	def test_the_button_asks_for_the_right(self):
		with (
			factories.as_user(factories.a_user("Membership User")),
			self.assertRaises(frappe.PermissionError),
		):
			registers.check_now(self.cooperative.name)


class TestTampering(FrappeTestCase):
	"""Who can write the database tries to make it all fit together again. Each attempt is named with what to do."""

	def setUp(self):
		self.cooperative = factories.a_cooperative(accounting="Kept elsewhere")
		self.one = factories.a_member(self.cooperative, on="2026-01-10")
		self.two = factories.a_member(self.cooperative, on="2026-02-10")
		self.state = ledger.state_of(self.cooperative.name)
		self.assertEqual(integrity.check(self.cooperative.name, self.state), [])

	def tearDown(self):
		frappe.db.rollback()

	def told(self, code: str, anchor: str | None = None) -> str:
		"""The sentence of a finding, which has to be there."""
		findings = {row["code"]: row["sentence"] for row in integrity.check(self.cooperative.name, anchor)}
		self.assertIn(code, findings)
		return findings[code]

	def entry(self, number: int):
		return frappe.get_doc(ENTRY, {"cooperative": self.cooperative.name, "number": number})

	def subscription_of(self, member) -> str:
		return frappe.db.get_value("Share Subscription", {"member": member.name})

	def forget_second_member(self, with_documents: bool) -> None:
		"""Entry 2 is deleted, totals, status, number and counters made to fit; the documents too, if so wanted."""
		frappe.db.delete(ENTRY, {"name": self.entry(2).name})
		frappe.db.set_value(
			"Cooperative", self.cooperative.name, {"next_register_number": 2, "next_member_number": 2}
		)
		none = {"total_shares": 0, "total_value": 0, "status": "Candidate", "member_number": 0}
		frappe.db.set_value("Member", self.two.name, none)
		if with_documents:
			frappe.db.delete("Share Subscription", {"name": self.subscription_of(self.two)})
			frappe.db.delete("Member Payment", {"member": self.two.name})

	def append(self, **values) -> None:
		"""A third entry, sealed as the ledger does, with totals and counter made to fit."""
		entry = self.entry(2)
		values = {**entry.as_dict(), "name": "SRE-FORGED", "number": 3, **values}
		forged = frappe._dict(values, previous_hash=entry.hash)
		forged.hash = ledger.hash_of(forged, entry.hash)
		row = frappe.get_doc({**forged, "doctype": ENTRY})
		row.name = "SRE-FORGED"
		row.db_insert()
		frappe.db.set_value("Cooperative", self.cooperative.name, "next_register_number", 4)
		frappe.db.set_value("Member", self.two.name, {"total_shares": 6, "total_value": 150})

	def test_the_last_entry_is_deleted(self):
		self.forget_second_member(with_documents=False)
		self.assertIn("is paid, but its shares are not in the register", self.told("paid_without_shares"))

	def test_the_last_entry_is_deleted_with_all_that_led_to_it(self):
		"""Nothing inside the database tells any more; the certificate in the drawer does."""
		self.forget_second_member(with_documents=True)
		self.assertEqual(integrity.check(self.cooperative.name), [])
		for anchor in (self.state, self.state.partition(":")[2], f" {self.state.upper()} "):
			self.assertIn("was rewritten after that was printed", self.told("anchor", anchor))

	def test_an_entry_is_appended(self):
		self.append(reference="SUB-NONE")
		self.assertIn("Register entry 3 was not caused by", self.told("reference"))

	def test_an_entry_is_appended_to_a_request_that_is_in_the_register(self):
		self.append()
		self.assertIn("and its register entries differ", self.told("paid_without_shares"))

	def test_an_entry_is_appended_for_somebody_elses_request(self):
		self.append(to_member=self.one.name)
		frappe.db.set_value("Member", self.two.name, {"total_shares": 3, "total_value": 75})
		frappe.db.set_value("Member", self.one.name, {"total_shares": 6, "total_value": 150})
		self.assertIn("or of somebody else", self.told("reference"))

	def test_counters_are_moved(self):
		for counter in ("next_register_number", "next_member_number"):
			frappe.db.set_value("Cooperative", self.cooperative.name, counter, 9)
			self.assertIn("The next number is 9, but the last one is 2", self.told("counter"))
			frappe.db.set_value("Cooperative", self.cooperative.name, counter, 3)

	def test_a_request_is_deleted_or_cancelled_underneath(self):
		name = self.subscription_of(self.one)
		frappe.db.set_value("Share Subscription", name, "docstatus", 2)
		self.assertIn("Register entry 1 was not caused by", self.told("reference"))
		frappe.db.delete("Share Subscription", {"name": name})
		self.assertIn("Bring it back from a backup", self.told("reference"))

	def test_a_payment_is_cancelled_or_deleted_underneath(self):
		payment = frappe.db.get_value("Member Payment", {"member": self.one.name})
		frappe.db.set_value("Member Payment", payment, "docstatus", 2)
		self.assertIn("the books show 0.0 of 75.0", self.told("books"))
		frappe.db.delete("Member Payment", {"name": payment})
		self.assertIn("the books show 0.0 of 75.0", self.told("books"))

	def test_the_chain_is_rewritten(self):
		"""Entry 1 gets another date, and all hashes behind it are computed anew: the print of before tells."""
		previous = ""
		frappe.db.set_value(ENTRY, self.entry(1).name, "effective_date", "2025-01-10")
		for number in (1, 2):
			entry = self.entry(number)
			sealed = {"previous_hash": previous, "hash": ledger.hash_of(entry.as_dict(), previous)}
			frappe.db.set_value(ENTRY, entry.name, sealed, update_modified=False)
			previous = sealed["hash"]
		self.assertEqual(integrity.check(self.cooperative.name), [])
		self.assertIn("was rewritten", self.told("anchor", self.state))

	def test_each_field_is_hashed(self):
		"""Any field of an entry that changes is seen; the old way of hashing is no way back."""
		name = self.entry(1).name
		others = {"posted_on": "2020-01-01 00:00:00", "owner": "Guest", "hash_version": 1}
		layout = ("Section Break", "Column Break", "Tab Break")
		for df in frappe.get_meta(ENTRY).fields:
			if df.fieldtype not in layout:
				number = df.fieldtype in ("Int", "Currency")
				others.setdefault(
					df.fieldname, 77 if number else "2001-01-01" if df.fieldtype == "Date" else "other"
				)
		for field, value in others.items():
			before = frappe.db.get_value(ENTRY, name, field)
			frappe.db.set_value(ENTRY, name, field, value, update_modified=False)
			with self.subTest(field):
				codes = {row["code"] for row in integrity.check(self.cooperative.name)}
				self.assertTrue(codes & {"chain", "gap"}, codes)
			frappe.db.set_value(ENTRY, name, field, before, update_modified=False)
		self.assertEqual(integrity.check(self.cooperative.name), [])

	def test_the_state_is_printed(self):
		"""On every certificate and on both registers."""
		certificate = frappe.get_print("Member", self.one.name, "Share Certificate")
		self.assertIn(self.state, certificate)
		for report in ("Member Register", "Share Register"):
			self.assertIn(self.state, tables.as_html(report, {"cooperative": self.cooperative.name}))

	def test_the_board_is_told_every_month(self):
		"""Odile of the board receives the state; a user does not, and nobody when the switch is off."""
		odile = factories.a_user("Membership Board")
		factories.a_user("Membership User")
		about = {"reference_doctype": ENTRY, "reference_name": self.entry(2).name}
		anchoring.tell(self.cooperative.name)
		mails = frappe.get_all("Email Queue", about, ["name", "message"])
		to = {
			frappe.db.get_value("Email Queue Recipient", {"parent": mail.name}, "recipient"): mail
			for mail in mails
		}
		self.assertIn(odile, to)
		self.assertTrue(all("Membership Board" in frappe.get_roles(user) for user in to))
		self.cooperative.reload()
		next(row for row in self.cooperative.emails if row.event == anchoring.EVENT).enabled = 0
		self.cooperative.save()
		self.assertEqual(anchoring.tell(self.cooperative.name), 0)

	def test_entries_of_before_are_sealed_once(self):
		"""A register hashed without all fields: sealed anew, both states in the timeline. A broken one stays as it is."""
		previous = ""
		for number in (1, 2):
			entry = self.entry(number)
			old = frappe._dict(entry.as_dict(), hash_version=0)
			sealed = {"hash_version": 0, "previous_hash": previous, "hash": ledger.hash_of(old, previous)}
			frappe.db.set_value(ENTRY, entry.name, sealed, update_modified=False)
			previous = sealed["hash"]
		before = ledger.state_of(self.cooperative.name)
		self.assertEqual(integrity.check(self.cooperative.name), [])
		for _time in range(2):
			seal_register.seal(self.cooperative.name)
		self.assertEqual(ledger.state_of(self.cooperative.name), self.state)
		about = {"reference_doctype": "Cooperative", "reference_name": self.cooperative.name}
		[note] = [text for text in frappe.get_all("Comment", about, pluck="content") if "sealed" in text]
		self.assertIn(before, note)
		self.assertIn(self.state, note)
