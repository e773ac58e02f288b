"""From the training to the machine, in a browser: registered on a phone, noted by the leader, and the machine says yes."""

from __future__ import annotations

import os
from pathlib import Path

import frappe
from frappe.utils import add_to_date, now_datetime, today

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.machines import access, rights
from coop_membership.tests import factories
from coop_membership.tests.web import DESK, BrowserCase

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


class TestFromTrainingToMachine(BrowserCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = cls.a_cooperative(ELSEWHERE, language="fr")
		cls.ines, cls.lea, cls.noor = (cls.a_member(name) for name in ("Inès", "Léa", "Noor"))
		cls.right = factories.a_right(
			cls.cooperative, "Découpe laser", ends="When unused", valid_for=6, valid_for_unit="Month"
		)
		cls.laser = factories.a_machine(
			cls.cooperative, cls.right, title="Découpeuse laser", place="Atelier", bookable=1
		)
		cls.training = factories.an_activity(
			cls.cooperative,
			title="Découpe laser, premiers pas",
			starts_on=add_to_date(now_datetime().replace(hour=18, minute=0, second=0, microsecond=0), days=3),
			place="Atelier",
			capacity=4,
			price=15,
			grants=[{"right": cls.right}],
			leaders=[{"member": cls.lea.name}],
		)
		rights.grant(cls.noor.name, cls.right, rights.MANAGER)
		cls.open_day = factories.an_activity(
			cls.cooperative,
			title="Portes ouvertes",
			activity_type="Event",
			starts_on=add_to_date(
				now_datetime().replace(hour=15, minute=0, second=0, microsecond=0), days=10
			),
			open_to="Public",
			guests_allowed=2,
		)
		cls.desk_user = cls.a_user("Membership User")
		frappe.db.set_value("User", cls.desk_user, "language", "fr")
		cls.commit()

	@classmethod
	def a_member(cls, name: str):
		member = factories.a_member(cls.cooperative, first_name=name, language="fr")
		member.db_set("user", cls.a_user("Member"))
		frappe.db.set_value("User", member.user, "language", "fr")
		return member

	def open(self, page, path: str, text: str) -> None:
		page.goto(f"{self.url}{path}", wait_until="domcontentloaded")
		page.wait_for_selector(f"text={text}")
		self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"), 0)

	def its_day_comes(self) -> None:
		"""The training began this morning."""
		begins = {"starts_on": f"{today()} 00:00:00", "ends_on": f"{today()} 23:59:00"}
		self.look_again()
		self.training.db_set(begins)
		for place in frappe.get_all("Activity Registration", {"activity": self.training.name}, pluck="name"):
			frappe.db.set_value("Activity Registration", place, "starts_on", begins["starts_on"])
		self.commit()

	def press(self, page, label: str, said: str) -> None:
		page.locator(f"button:visible:has-text('{label}')").first.click()
		page.wait_for_selector(f"#my-flash:has-text('{said}')")

	def shown(self, page, name: str) -> None:
		if folder := os.environ.get("COOP_SCREENSHOTS"):
			page.wait_for_timeout(500)
			page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

	def test_walk(self):
		"""The machine says no and names the next training; she takes a place on her phone; the leader, on hers, taps that
		she was there; the machine says yes, and a slot is hers. The front desk says the same of her and of Noor."""
		phone = self.page("fr", self.ines.user, **PHONE)
		machine = f"/membership/machines?equipment={self.laser.name}"
		self.open(phone, machine, "Non, vous ne pouvez pas")
		phone.wait_for_selector("text=Prochaine formation")
		self.shown(phone, "machine-non-telephone")
		self.open(phone, "/membership/agenda", "Découpe laser, premiers pas")
		self.shown(phone, "agenda-telephone")
		card = phone.locator(f"[id='{self.training.name}']")
		card.locator("button:has-text('Je viens')").click()
		phone.wait_for_selector("#my-flash:has-text('Vous avez une place')")
		self.open(phone, "/membership/agenda?view=month", "Mois")
		self.shown(phone, "agenda-mois-telephone")
		self.press(phone, "Créer une adresse", "a une adresse")
		self.shown(phone, "agenda-inscrite-telephone")
		leader = self.page("fr", self.lea.user, **PHONE)
		leading = f"/membership/leading?activity={self.training.name}"
		self.open(leader, leading, "à partir du jour de l")
		self.assertEqual(leader.locator("button:has-text('Était là')").count(), 0)
		self.its_day_comes()
		self.open(leader, leading, self.ines.display_name)
		self.shown(leader, "animation-telephone")
		self.press(leader, "Était là", "était là")
		self.shown(leader, "animation-notee-telephone")
		self.open(phone, machine, "Oui, vous pouvez")
		self.shown(phone, "machine-oui-telephone")
		self.open(
			phone, f"{machine}&day={add_to_date(now_datetime(), days=1):%Y-%m-%d}", "Réserver un créneau"
		)
		self.press(phone, "Réserver", "créneau est à vous")
		self.look_again()
		self.assertEqual(access.may_use(self.ines.name, self.laser.name), (True, []))
		desk = self.page("fr", self.desk_user, **DESK)
		self.open(desk, "/front-desk", "Accueil")
		desk.fill("#front-desk-words", self.ines.last_name[:6])
		desk.wait_for_selector(".front-desk-card")
		desk.wait_for_selector(".front-desk-card li.may")
		self.shown(desk, "accueil-bureau")
		self.open(self.page("fr", self.ines.user, **DESK), "/membership/agenda", "Mes inscriptions")

	def test_the_public_calendar(self):
		"""A guest sees the open day and not the training's form, asks for a place, and is told to look at the mail."""
		page = self.page("fr", **PHONE)
		address = f"/activities?cooperative={self.cooperative.name}&_lang=fr"
		self.open(page, address, "Portes ouvertes")
		self.shown(page, "activites-publiques-telephone")
		card = page.locator(f"[id='{self.open_day.name}']")
		card.locator("summary", has_text="Je viens").click()
		card.locator("[name=name]").fill("Paul Roy")
		card.locator("[name=email]").fill(f"paul.{factories.unique()}@example.com")
		card.locator("button[type=submit]").click()
		page.wait_for_selector("#my-flash:has-text('Ouvrez le lien')")
		self.assertEqual(page.locator(f"[id='{self.training.name}'] form").count(), 0)
