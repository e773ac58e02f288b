"""A manager finds the app: on the page of apps of Frappe 15, on the desktop and in the sidebar of Frappe 16."""

from __future__ import annotations

import json
import re
from pathlib import Path

import frappe

from coop_membership import host
from coop_membership.desk import way_in
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

APP = Path(frappe.get_app_path("coop_membership"))


def read(*parts: str) -> dict:
	return json.loads(APP.joinpath(*parts).read_text())


class TestWayIn(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_who_finds_the_app(self):
		"""Each desk role of ours does; a visitor, a member and somebody of another department don't."""
		for roles, found in (
			(("Membership Manager",), True),
			(("Dunning Info",), True),
			(("Member",), False),
			(("Blogger",) if frappe.db.exists("Role", "Blogger") else (), False),
		):
			with self.subTest(roles), factories.as_user(factories.a_user(*roles)):
				self.assertEqual(way_in.is_open(), found)
		with factories.as_user("Guest"):
			self.assertFalse(way_in.is_open())

	def test_the_page_of_apps_leads_to_the_desk(self):
		[app] = frappe.get_hooks("add_to_apps_screen", app_name="coop_membership")
		self.assertEqual(app["route"], f"{host.desk()}/members")
		self.assertTrue((APP / "public" / app["logo"].removeprefix("/assets/coop_membership/")).exists())
		self.assertTrue(frappe.get_attr(app["has_permission"])())

	def test_no_link_writes_the_desk_s_address(self):
		"""It is another one on Frappe 16."""
		written = [
			str(path.relative_to(APP))
			for suffix in ("*.py", "*.js", "*.html")
			for path in APP.rglob(suffix)
			if not path.name.startswith("test_") and path != APP / "host.py"
			if re.search(r"""["'`(]/(?:app|desk)/""", path.read_text())
		]
		self.assertEqual(written, [])

	def test_sidebars_have_the_filters_of_the_shortcuts(self):
		"""The sidebar that Frappe 16 would derive from a workspace loses them."""
		for name in ("members", "dunning"):
			workspace = read("coop_membership", "workspace", name, f"{name}.json")
			sidebar = read("workspace_sidebar", f"{name}.json")
			self.assertEqual(sidebar["title"], workspace["label"])
			# the shortcuts stand first; the cards below them list the same documents unfiltered
			items = {item["label"]: item for item in reversed(sidebar["items"])}
			for shortcut in workspace["shortcuts"]:
				with self.subTest(shortcut["label"]):
					item = items[shortcut["label"]]
					self.assertEqual(
						(item["link_type"], item["link_to"]), (shortcut["type"], shortcut["link_to"])
					)
					wanted = json.loads(shortcut.get("stats_filter") or "{}")
					found = {
						field: [op, value] for _dt, field, op, value in json.loads(item.get("filters", "[]"))
					}
					self.assertEqual(
						found, {k: v if isinstance(v, list) else ["=", v] for k, v in wanted.items()}
					)

	def test_nobody_without_rights_sees_an_icon(self):
		"""Frappe 16 hides an icon whose sidebar is left with nothing but sections, and shows one that is left empty."""
		for path in (APP / "workspace_sidebar").iterdir():
			self.assertIn("Section Break", {item["type"] for item in json.loads(path.read_text())["items"]})

	def test_icons_are_the_app_s_own(self):
		for path in (APP / "desktop_icon").iterdir():
			icon = json.loads(path.read_text())
			self.assertEqual((icon["app"], icon["standard"]), ("coop_membership", 1))
			if icon["icon_type"] == "Link":
				for variant in ("subtle", "solid"):
					file = (
						APP
						/ "public"
						/ "icons"
						/ "desktop_icons"
						/ variant
						/ f"{frappe.scrub(icon['label'])}.svg"
					)
					self.assertTrue(file.exists(), file)

	def test_the_host_has_each_icon_of_a_workspace(self):
		"""A name that the host does not draw leaves an empty square beside the workspace."""
		drawn = "".join(
			file.read_text() for file in Path(frappe.get_app_path("frappe", "public", "icons")).rglob("*.svg")
		)
		for name in ("members", "dunning"):
			for icon in (
				read("coop_membership", "workspace", name, f"{name}.json")["icon"],
				read("workspace_sidebar", f"{name}.json")["header_icon"],
			):
				self.assertIn(f'id="icon-{icon}"', drawn)

	def test_they_are_on_the_site_where_the_host_has_them(self):
		for doctype in ("Desktop Icon", "Workspace Sidebar"):
			if host.has_doctype("Workspace Sidebar"):  # Frappe 15 has icons of another kind under that name
				found = frappe.get_all(doctype, {"app": "coop_membership", "standard": 1}, pluck="name")
				self.assertGreaterEqual(set(found), {"Members", "Dunning"})

	def test_the_desktop_of_a_manager(self):
		"""She has both icons, an accountant of another department has none; her sidebar is filtered as the shortcuts."""
		if not host.has_field("Workspace Sidebar", "app"):
			self.skipTest("Frappe 16")
		from frappe.boot import get_bootinfo

		for roles, labels in (
			(("Membership Manager", "Dunning Manager"), {"Members", "Dunning"}),
			(("Report Manager",), set()),
		):
			with self.subTest(roles), factories.as_user(factories.a_user(*roles)):
				boot = get_bootinfo()
				shown = {icon.label for icon in boot.desktop_icons if icon.label in way_in.WORKSPACES}
				self.assertEqual(shown, labels)
