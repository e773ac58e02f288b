"""Many at once, and crashes: real database connections, real commits, real kills.

Each worker here is a process of its own with its own connection, as on a server. What the tests store is committed,
so they remove it themselves at the end.
"""

from __future__ import annotations

import os
import signal
import tempfile
import traceback
import unittest

import frappe

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.accounting.choice import books_of
from coop_membership.payments import settlement, test_correction
from coop_membership.register import integrity, ledger
from coop_membership.register.movements import gaps
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

PAY = """
subscription = frappe.get_doc("Share Subscription", {name!r})
subscription.record_payment(subscription.amount, "2026-03-01")
frappe.db.commit()
"""
PAY_AND_UNDO = PAY.replace("commit", "rollback")
PAY_AND_DIE = """
from coop_membership.payments import settlement
settlement.settle_safely = lambda *args, **kwargs: None  # the worker never gets there
subscription = frappe.get_doc("Share Subscription", {name!r})
subscription.record_payment(subscription.amount, "2026-03-01")
frappe.db.commit()
os.kill(os.getpid(), 9)
"""
SETTLE = """
from coop_membership.payments import settlement
settlement.run("Share Subscription", {name!r})
frappe.db.commit()
"""
MORE_SHARES = """
frappe.get_doc("Member", {name!r}).more_shares()
frappe.db.commit()
"""
REFUND = """
frappe.get_doc("Member", {name!r}).refund(40, "2026-03-05")
frappe.db.commit()
"""
APPROVE = """
frappe.get_doc("Membership Application", {name!r}).approve()
frappe.db.commit()
"""
REFUND_AGAIN = """
frappe.get_doc("Member", {name!r}).refund(10, "2026-03-05", reference="OUT-7")
frappe.db.commit()
"""

CORRECT = """
frappe.get_doc("Payment Correction", {name!r}).submit()
frappe.db.commit()
"""
CORRECT_AND_DIE = (
	"""
import importlib
module = importlib.import_module({module!r})
real = getattr(module, {function!r})
def dies(*args, **kwargs):
	real(*args, **kwargs)
	os.kill(os.getpid(), 9)
setattr(module, {function!r}, dies)
"""
	+ CORRECT
)
EXECUTE = """
frappe.get_doc("Share Transaction", {name!r}).execute("2026-03-05")
frappe.db.commit()
"""
REQUEST = """
frappe.get_doc({{
	"doctype": "Share Transaction",
	"transaction_type": "Gift",
	"member": {name!r},
	"share_class": {share_class!r},
	"quantity": 3,
}}).submit()
frappe.db.commit()
"""


TIMEOUT = 300  # seconds
_parents: list = []  # what belongs to the tests' process: a worker must not close its connection


def together(*bodies: str, quiet: bool = False) -> list[int]:
	"""Start one process per body, let all go at the same moment, wait; their exit codes. `quiet`: some may lose.

	Each has a connection and settings of its own, as a worker of the server; only what is imported is there already.
	"""
	ready, is_ready = os.pipe()
	go, say_go = os.pipe()
	workers = []
	for body in bodies:
		output = tempfile.TemporaryFile()
		pid = os.fork()
		if not pid:
			_work(body, output, is_ready, go, (ready, say_go))
		workers.append((pid, output))
	os.close(is_ready)
	for _worker in workers:
		os.read(ready, 1)
	os.close(say_go)  # now the last one that held it is gone: all who wait go on
	results = []
	for pid, output in workers:
		_pid, status = os.waitpid(pid, 0)
		results.append(os.waitstatus_to_exitcode(status))
		if results[-1] not in (0, -9) and not quiet:
			output.seek(0)
			print(output.read().decode()[-2000:])
		output.close()
	os.close(ready)
	os.close(go)
	frappe.db.rollback()  # see what the others saved
	return results


def _work(body: str, output, is_ready: int, go: int, not_ours: tuple[int, ...]) -> None:
	"""The process of one worker, from the fork to its end."""
	code = 1
	try:
		signal.alarm(TIMEOUT)
		for end in not_ours:
			os.close(end)
		site, sites = frappe.local.site, frappe.local.sites_path
		_parents.append(frappe.local.db)
		frappe.release_local(frappe.local)
		frappe.init(site=site, sites_path=sites)
		frappe.connect()
		frappe.set_user("Administrator")
		frappe.flags.mute_member_mails = True
		os.write(is_ready, b".")
		os.read(go, 1)
		exec(compile(body, "worker", "exec"), {"frappe": frappe, "os": os})
		frappe.destroy()
		code = 0
	except BaseException:
		output.write(traceback.format_exc().encode())
		output.flush()
	finally:
		os._exit(code)  # nothing of the tests' own end


@unittest.skipIf(frappe.conf.db_type == "sqlite", "SQLite has a single writer: there is no race to lose")
class TestRaces(FrappeTestCase):
	def setUp(self):
		frappe.flags.mute_member_mails = True
		self.addCleanup(frappe.flags.pop, "mute_member_mails", None)
		self.cooperative = factories.a_cooperative(ELSEWHERE)
		self.addCleanup(factories.forget, self.cooperative)

	def subscriptions(self, count: int) -> list[str]:
		names = [factories.a_subscription(self.cooperative).name for _ in range(count)]
		frappe.db.commit()
		return names

	def numbers(self) -> tuple[list[int], list[int]]:
		"""(register numbers, member numbers) as saved."""
		entries = [row.number for row in ledger.movements(self.cooperative.name)]
		members = frappe.get_all(
			"Member", {"cooperative": self.cooperative.name, "member_number": [">", 0]}, pluck="member_number"
		)
		return sorted(entries), sorted(members)

	def test_twenty_payments_at_once(self):
		"""Twenty people's payments land in the same second: register 1 to 20, members 1 to 20, an intact chain."""
		names = self.subscriptions(20)
		codes = together(*[PAY.format(name=name) for name in names])
		settlement.sweep()
		self.assertEqual(codes, [0] * 20)
		self.assertEqual(self.numbers(), (list(range(1, 21)), list(range(1, 21))))
		self.assertEqual(ledger.verify_chain(self.cooperative.name), [])

	def test_a_rollback_gives_the_numbers_back(self):
		"""Of six payments at once every other one is rolled back: three members, numbers 1 to 3, no gap."""
		names = self.subscriptions(6)
		together(
			*[(PAY if index % 2 else PAY_AND_UNDO).format(name=name) for index, name in enumerate(names)]
		)
		entries, members = self.numbers()
		self.assertEqual((entries, members), ([1, 2, 3], [1, 2, 3]))
		self.assertEqual(gaps(entries, first=1), [])

	def test_a_process_killed_between_payment_and_shares(self):
		"""The payment is saved, the process is killed before any share exists; the sweep issues them, once."""
		[name] = self.subscriptions(1)
		self.assertEqual(together(PAY_AND_DIE.format(name=name)), [-9])
		self.assertEqual(self.numbers(), ([], []))
		settlement.sweep()
		frappe.db.commit()
		self.assertEqual(self.numbers(), ([1], [1]))
		settlement.sweep()
		self.assertEqual(self.numbers(), ([1], [1]))

	def test_eight_workers_settle_the_same_request(self):
		"""One payment, eight jobs for it at the same moment: one wins, seven find nothing to do."""
		[name] = self.subscriptions(1)
		together(PAY_AND_DIE.format(name=name))
		codes = together(*[SETTLE.format(name=name)] * 8)
		self.assertEqual(codes, [0] * 8)
		self.assertEqual(self.numbers(), ([1], [1]))


@unittest.skipIf(frappe.conf.db_type == "sqlite", "SQLite has a single writer: there is no race to lose")
class TestNamesakes(FrappeTestCase):
	"""Hosts name contacts, addresses and customers by what somebody is called."""

	def test_two_of_one_name_at_the_same_moment(self):
		"""Four people called alike are approved in the same second, in either books: four members, each with a Contact."""
		frappe.flags.mute_member_mails = True
		self.addCleanup(frappe.flags.pop, "mute_member_mails", None)
		for books in (ELSEWHERE, IN_ERPNEXT) if host.has_erpnext() else (ELSEWHERE,):
			with self.subTest(books):
				cooperative = factories.a_cooperative(books)
				self.addCleanup(factories.forget, cooperative)
				factories.an_approved_application(cooperative)  # the class of shares is known to the books
				name = f"Alix{factories.unique()}"
				names = [factories.an_application(cooperative, first_name=name).name for _ in range(4)]
				frappe.db.commit()
				self.assertEqual(together(*[APPROVE.format(name=name) for name in names]), [0] * 4)
				rows = frappe.get_all(
					"Membership Application", {"name": ["in", names]}, ["status", "member", "contact"]
				)
				self.assertEqual({row.status for row in rows}, {"Approved"})
				for field in ("member", "contact"):
					self.assertEqual(len({row[field] for row in rows}), 4)


@unittest.skipIf(frappe.conf.db_type == "sqlite", "SQLite has a single writer: there is no race to lose")
class TestCreditRaces(FrappeTestCase):
	"""Two managers decide on the same 55 of credit at the same moment, in either books."""

	def overpaid(self, books: str):
		"""The member who paid 80 for a share of 25."""
		frappe.flags.mute_member_mails = True
		self.addCleanup(frappe.flags.pop, "mute_member_mails", None)
		cooperative = factories.a_cooperative(books)
		self.addCleanup(factories.forget, cooperative)
		subscription = factories.a_subscription(cooperative, quantity=1)
		factories.pay(subscription, 80, "2026-03-01")
		frappe.db.commit()
		return frappe.get_doc("Member", subscription.member)

	def books(self) -> tuple[str, ...]:
		return (ELSEWHERE, IN_ERPNEXT) if host.has_erpnext() else (ELSEWHERE,)

	def outcome(self, member) -> tuple[int, float]:
		"""(shares, credit) as saved."""
		return sum(ledger.holdings(member.name).values()), books_of(member).credit(member)

	def test_more_shares_and_a_refund_of_the_same_money(self):
		"""Four times more shares and four times 40 back, all at once: one wins, and the money is spent once."""
		for books in self.books():
			with self.subTest(books):
				member = self.overpaid(books)
				codes = together(
					*[body.format(name=member.name) for body in (MORE_SHARES, REFUND) * 4], quiet=True
				)
				self.assertIn(0, codes)
				self.assertIn(self.outcome(member), ((3, 5), (1, 15)))
				self.assertEqual(ledger.verify_chain(member.cooperative), [])

	def test_the_same_refund_six_times_at_once(self):
		"""One reference, six calls: 10 go back once."""
		for books in self.books():
			with self.subTest(books):
				member = self.overpaid(books)
				together(*[REFUND_AGAIN.format(name=member.name)] * 6, quiet=True)
				self.assertEqual(self.outcome(member), (1, 45))


@unittest.skipIf(frappe.conf.db_type == "sqlite", "SQLite has a single writer: there is no race to lose")
class TestCorrections(FrappeTestCase):
	"""75 were matched with Camille's shares and were for Béa's, in either books; the correction is killed, or raced."""

	def wrongly_paid(self, books: str):
		"""Camille's paid and Béa's open request, and the draft of a correction that uses the numbers again."""
		frappe.flags.mute_member_mails = True
		self.addCleanup(frappe.flags.pop, "mute_member_mails", None)
		cooperative = factories.a_cooperative(books, portal_account="On payment")
		self.addCleanup(factories.forget, cooperative)
		camille = factories.a_subscription(cooperative)
		bea = factories.a_subscription(cooperative, first_name="Béa")
		factories.pay(camille, on="2026-03-01")
		draft = self.draft(camille, bea)
		frappe.db.commit()
		return camille, bea, draft

	def draft(self, camille, bea) -> str:
		choices = {"take_numbers_back": 1, "disable_account": 1}
		return factories.a_correction(camille, bea, submit=False, **choices).name

	def books(self) -> tuple[str, ...]:
		return (ELSEWHERE, IN_ERPNEXT) if host.has_erpnext() else (ELSEWHERE,)

	def outcome(self, camille, bea) -> tuple:
		"""As saved: states, shares, credit, who has which number, what the register's promises say."""
		for demand in (camille, bea):
			demand.reload()
		members = [frappe.get_doc("Member", demand.member) for demand in (camille, bea)]
		return (
			(camille.status, bea.status),
			tuple(member.total_shares for member in members),
			tuple(member.member_number for member in members),
			tuple(
				books_of(demand).credit(member)
				for demand, member in zip((camille, bea), members, strict=True)
			),
			[row.number for row in ledger.movements(camille.cooperative)],
			integrity.check(camille.cooperative),
		)

	def test_killed_after_every_step(self):
		"""kill -9 right after each of sixteen steps: as if it had never begun. The next try succeeds."""
		before = (("Paid", "Open"), (3, 0), (1, 0), (0, 0), [1], [])
		after = (("Open", "Paid"), (0, 3), (0, 1), (0, 0), [1], [])
		for books in self.books():
			camille, bea, draft = self.wrongly_paid(books)
			steps = test_correction.points(books, mails=False)
			self.assertGreaterEqual(len(steps), 12)
			for place, function in steps:
				with self.subTest(books=books, function=function):
					body = CORRECT_AND_DIE.format(name=draft, module=place.__name__, function=function)
					self.assertEqual(together(body), [-9])
					self.assertEqual(self.outcome(camille, bea), before)
			self.assertEqual(together(CORRECT.format(name=draft)), [0])
			self.assertEqual(self.outcome(camille, bea), after)

	def test_two_managers_at_once(self):
		"""Two press "submit" on the same correction, two others on one of their own about the same payment: one wins."""
		for books in self.books():
			with self.subTest(books):
				camille, bea, draft = self.wrongly_paid(books)
				other = self.draft(camille, bea)
				frappe.db.commit()
				codes = together(*[CORRECT.format(name=name) for name in (draft, other) * 2], quiet=True)
				self.assertEqual(codes.count(0), 1)
				self.assertEqual(
					self.outcome(camille, bea), (("Open", "Paid"), (0, 3), (0, 1), (0, 0), [1], [])
				)
				done = {"name": ["in", [draft, other]], "docstatus": 1, "status": "Done"}
				self.assertEqual(frappe.db.count("Payment Correction", done), 1)


@unittest.skipIf(frappe.conf.db_type == "sqlite", "SQLite has a single writer: there is no race to lose")
class TestTransactionRaces(FrappeTestCase):
	"""The same 4 shares are wanted at the same moment more than once."""

	def setUp(self):
		frappe.flags.mute_member_mails = True
		self.addCleanup(frappe.flags.pop, "mute_member_mails", None)
		self.cooperative = factories.a_cooperative(ELSEWHERE)
		self.addCleanup(factories.forget, self.cooperative)
		self.member = factories.a_member(self.cooperative, on="2026-03-01", quantity=4)

	def entries(self) -> list[str]:
		return [row.entry_type for row in ledger.movements(self.cooperative.name)]

	def test_one_transaction_executed_six_times_at_once(self):
		"""One wins, five find it done: one entry, nobody below nothing."""
		transaction = factories.a_transaction(self.member, quantity=4)
		transaction.db_set("status", "Approved")
		frappe.db.commit()
		together(*[EXECUTE.format(name=transaction.name)] * 6, quiet=True)
		self.assertEqual(self.entries(), ["Subscription", "Sell Back"])
		self.assertEqual(ledger.holdings(self.member.name), {})
		self.assertEqual(ledger.verify_chain(self.cooperative.name), [])

	def test_two_transactions_of_the_same_shares(self):
		"""3 and 3 of 4 shares, both approved as no request would let them be: one is executed, the other is refused."""
		names = []
		for _number in range(2):
			transaction = factories.a_transaction(self.member, quantity=3)
			transaction.db_set("status", "Refused")
			names.append(transaction.name)
		for name in names:
			frappe.db.set_value("Share Transaction", name, "status", "Approved")
		frappe.db.commit()
		codes = together(*[EXECUTE.format(name=name) for name in names * 3], quiet=True)
		self.assertIn(0, codes)
		self.assertEqual(self.entries(), ["Subscription", "Sell Back"])
		self.assertEqual(sum(ledger.holdings(self.member.name).values()), 1)
		self.assertEqual(ledger.verify_chain(self.cooperative.name), [])

	def test_two_requests_at_once(self):
		"""Six requests for 3 of 4 shares in the same second: one waits, five are refused."""
		frappe.db.commit()
		[share_class] = ledger.holdings(self.member.name)
		together(*[REQUEST.format(name=self.member.name, share_class=share_class)] * 6, quiet=True)
		waiting = {"member": self.member.name, "docstatus": 1, "status": "Waiting"}
		self.assertEqual(frappe.db.count("Share Transaction", waiting), 1)
