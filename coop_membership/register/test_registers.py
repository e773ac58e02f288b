"""The registers as of a date: what the database sums is what the pure arithmetic says."""

import datetime

from coop_membership.coop_membership.dashboard_chart_source.share_capital_over_time import (
	share_capital_over_time,
)
from coop_membership.coop_membership.report.capital_summary import capital_summary
from coop_membership.coop_membership.report.legal_representatives import legal_representatives
from coop_membership.coop_membership.report.member_register import member_register
from coop_membership.coop_membership.report.share_register import share_register
from coop_membership.desk import tables
from coop_membership.register import ledger, registers
from coop_membership.register.movements import Movement
from coop_membership.register.movements import holdings as holdings_of
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase


class TestRegisters(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		"""Anna buys 3 A (January), Ben 2 A and 1 B (February). Anna gives Ben 1 A (March) and makes her last 2 A
		(at 25) one B (at 50) in April; Ben sells all A back in May; Carla's entry is taken back.
		"""
		super().setUpClass()
		cls.cooperative = factories.a_cooperative(accounting="Kept elsewhere")
		cls.a, cls.b = (
			factories.a_share_class(cls.cooperative),
			factories.a_share_class(cls.cooperative, "B", 50),
		)
		cls.anna = factories.a_member(cls.cooperative, on="2026-01-10", first_name="Anna")
		cls.ben = factories.a_member(
			cls.cooperative, on="2026-02-10", first_name="Ben", shares={cls.a.name: 2, cls.b.name: 1}
		)
		cls.carla = factories.an_approved_application(cls.cooperative, first_name="Carla").member
		cls.post("Transfer", 1, "2026-03-10", from_member=cls.anna.name, to_member=cls.ben.name)
		conversion = {"to_share_class": cls.b.name, "to_quantity": 1, "to_unit_price": 50}
		cls.post("Conversion", 2, "2026-04-10", from_member=cls.anna.name, **conversion)
		cls.post("Sell Back", 3, "2026-05-10", from_member=cls.ben.name)
		wrong = cls.post("Subscription", 1, "2026-05-11", to_member=cls.carla)
		cls.post("Reversal", 1, "2026-05-12", from_member=cls.carla, reverses=wrong)

	@classmethod
	def post(cls, entry_type, quantity, day, **sides):
		return ledger.post(
			cls.cooperative.name, entry_type, cls.a.name, quantity, 25, effective_date=day, **sides
		)

	def filters(self, **values):
		return {"cooperative": self.cooperative.name, **values}

	def test_sums_agree_with_the_arithmetic(self):
		"""On each day something happened, and the day before, both ways give the same holdings."""
		movements = [Movement.of(row) for row in ledger.movements(self.cooperative.name)]
		for movement in movements:
			for day in (movement.effective_date, movement.effective_date - datetime.timedelta(days=1)):
				self.assertEqual(registers.held(self.cooperative.name, day), holdings_of(movements, day), day)

	def test_member_register(self):
		"""1 April: Anna 2 A, Ben 3 A and 1 B. Today: Anna 1 B, Ben 1 B. Carla never was a member."""
		columns, rows = member_register.execute(self.filters(as_of="2026-04-01"))
		self.assertEqual(
			[(row.get("member_number"), row["shares"], row["value"]) for row in rows],
			[(1, 2, 50.0), (2, 4, 125.0), (None, 6, 175.0)],
		)
		self.assertIn(f"shares_{self.b.name}", [column["fieldname"] for column in columns])
		rows = {row.get("member"): row for row in member_register.execute(self.filters(former=1))[1]}
		self.assertEqual([rows[m.name]["shares"] for m in (self.anna, self.ben)], [1, 1])
		self.assertEqual(rows[self.anna.name]["joined_on"], datetime.date(2026, 1, 10))
		self.assertNotIn(self.carla, rows)
		self.assertEqual(member_register.execute(self.filters(as_of="2025-12-31"))[1], [])

	def test_former_members_are_listed_on_request(self):
		"""Dora joins in January and sells all in March: on 1 February a member, today a former one."""
		dora = factories.a_member(self.cooperative, on="2026-01-20", first_name="Dora")
		self.post("Sell Back", 3, "2026-03-20", from_member=dora.name)
		now = {row["member"]: row for row in member_register.execute(self.filters(former=1))[1][:-1]}
		self.assertEqual(now[dora.name]["left_on"], datetime.date(2026, 3, 20))
		self.assertNotIn(dora.name, [r.get("member") for r in member_register.execute(self.filters())[1]])
		then = {r.get("member"): r for r in member_register.execute(self.filters(as_of="2026-02-01"))[1]}
		self.assertEqual((then[dora.name]["shares"], then[dora.name]["left_on"]), (3, None))

	def test_share_register(self):
		"""Running capital: 75, 125, 175 (2 A and 1 B), the same after transfer and conversion, then 100, 125, 100."""
		_columns, rows = share_register.execute(self.filters(to_date="2026-05-12"))
		capital = [row["running_capital"] for row in rows if "Dora" not in row["to_name"] + row["from_name"]]
		self.assertEqual(capital[:3], [75.0, 125.0, 175.0])
		_columns, later = share_register.execute(self.filters(from_date="2026-05-01", to_date="2026-05-12"))
		self.assertEqual(later[-1]["running_capital"], registers.capital(self.cooperative.name, "2026-05-12"))

	def test_capital_summary(self):
		"""15 February: A held by two (5 shares, 125), B by one (50); two members in total, not three."""
		rows = capital_summary.execute(self.filters(as_of="2026-02-15"))[1]
		anna_and_ben = [(row["members"], row["shares"], row["capital"]) for row in rows]
		self.assertEqual(anna_and_ben[1], (1, 1, 50.0))
		self.assertEqual(rows[-1]["members"], len(registers.held(self.cooperative.name, "2026-02-15")))

	def test_legal_representatives(self):
		"""An organisation's representative is listed while the time runs."""
		application = factories.an_organisation(self.cooperative, first_name="Fatou", last_name="Diallo")
		application.approve()
		rows = legal_representatives.execute(self.filters())[1]
		self.assertEqual([(r["name"], r["function"]) for r in rows], [("Fatou Diallo", "Présidente")])
		self.assertEqual(legal_representatives.execute(self.filters(as_of="2020-01-01"))[1], [])

	def test_chart(self):
		"""The last point is the capital today; changes add up day by day."""
		chart = share_capital_over_time.get(
			filters={"cooperative": self.cooperative.name}, timespan="Last Year", time_interval="Monthly"
		)
		self.assertEqual(chart["datasets"][0]["values"][-1], registers.capital(self.cooperative.name))
		self.assertEqual(len(chart["labels"]), len(chart["datasets"][0]["values"]))
		total = sum(amount for _day, amount in registers.changes_by_day(self.cooperative.name))
		self.assertEqual(total, registers.capital(self.cooperative.name))

	def test_html(self):
		"""The page shows the cooperative, names escaped, and the total; all reports can be printed."""
		factories.a_member(self.cooperative, on="2026-06-01", last_name="O'Neil & Co")
		for report in ("Member Register", "Share Register", "Capital Summary", "Legal Representatives"):
			html = tables.as_html(report, self.filters())
			self.assertIn(self.cooperative.name, html)
		self.assertIn("Neil &amp; Co", tables.as_html("Member Register", self.filters()))
