"""The two menus of the desk say the same: the cards of a workspace, and the sidebar that Frappe 16 shows beside it. Pure."""

from __future__ import annotations

import json
import unittest
from pathlib import Path

APP = Path(__file__).parent.parent
WORKSPACES = {"members": "Members", "dunning": "Dunning"}
# Frappe 16 shows our icon to whoever may open one link of its sidebar, and Contacts may be opened by everybody
ON_CARDS_ALONE = ("Contact",)


def groups(items: list[dict], heading: str) -> dict[str, list[str]]:
	"""{heading: what it leads to} of a menu, in its order."""
	found: dict[str, list[str]] = {}
	for item in items:
		if item["type"] == heading:
			found[item["label"]] = []
		elif found:
			found[list(found)[-1]].append(item["link_to"])
	return found


class TestMenus(unittest.TestCase):
	def setUp(self):
		self.workspaces = {
			name: json.loads((APP / f"coop_membership/workspace/{name}/{name}.json").read_text())
			for name in WORKSPACES
		}

	def test_the_sidebar_has_what_the_cards_have(self):
		"""Whoever works on Frappe 16 finds *Shared documents* under *E-mails and documents*, as everybody else does."""
		for name, workspace in self.workspaces.items():
			sidebar = json.loads((APP / f"workspace_sidebar/{name}.json").read_text())
			links = [link for link in workspace["links"] if link.get("link_to") not in ON_CARDS_ALONE]
			self.assertEqual(groups(sidebar["items"], "Section Break"), groups(links, "Card Break"))

	def test_every_card_is_shown(self):
		"""Each group of links stands on the page, and each that stands there has links."""
		for workspace in self.workspaces.values():
			blocks = json.loads(workspace["content"])
			shown = {block["data"]["card_name"] for block in blocks if block["type"] == "card"}
			self.assertEqual(shown, set(groups(workspace["links"], "Card Break")))

	def test_no_raw_template_is_a_way_in(self):
		"""The texts of the mails are looked at and changed in plain words; nobody is led to Jinja."""
		targets = {
			link.get("link_to") for workspace in self.workspaces.values() for link in workspace["links"]
		}
		self.assertNotIn("Email Template", targets)
		self.assertLessEqual({"Look at the e-mails", "Shared Document", "Failed Mails"}, targets)


if __name__ == "__main__":
	unittest.main()
