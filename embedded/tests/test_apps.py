"""Several apps on one site, installing, migrating, uninstalling."""

import json
import shutil
import subprocess
import sys

import frappe

from coop_membership.tests.case import FrappeTestCase
from embedded import site
from embedded.paths import APP, APPS, ROOT


class TestApps(FrappeTestCase):
	def test_both_apps_are_there(self):
		self.assertEqual(frappe.get_installed_apps(), list(APPS))
		self.assertEqual(frappe.get_app_path("coop_membership"), str(APP))
		self.assertEqual(frappe.get_module_path("Coop Membership"), str(APP / "coop_membership"))
		self.assertEqual(frappe.db.get_value("Module Def", "Core", "app_name"), "frappe")

	def test_hooks_of_one_app_and_of_all(self):
		self.assertEqual(frappe.get_hooks("app_name"), list(APPS))
		self.assertEqual(frappe.get_hooks("app_name", app_name="coop_membership"), ["coop_membership"])
		self.assertEqual(frappe.get_hooks("no_such_hook"), [])
		self.assertEqual(frappe.get_hooks("no_such_hook", default={}), {})

	def test_scheduled_jobs_follow_the_hooks(self):
		events = frappe.get_hooks("scheduler_events", app_name="coop_membership")
		wanted = {method for key, value in events.items() if key != "cron" for method in value}
		wanted |= {method for methods in events.get("cron", {}).values() for method in methods}
		self.assertLessEqual(wanted, set(frappe.get_all("Scheduled Job Type", pluck="method")))

	def test_init_takes_what_a_bench_passes(self):
		frappe.init(site=frappe.local.site, sites_path=".")
		self.assertEqual(frappe.get_site_name(), frappe.local.site)
		self.assertTrue(frappe.get_site_path("logs").startswith(str(site.SITES)))


def test_migrate_twice_and_uninstall():
	"""Each command, as one would type it, on a site of its own."""

	def embedded(*arguments):
		command = [sys.executable, "-m", "embedded", "--site", name, *arguments]
		return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout

	name = "commands"
	script = site.BUILT / "commands.py"
	script.write_text(
		"import json\n"
		"print(json.dumps([frappe.get_installed_apps(), frappe.db.count('DocField'), frappe.db.count('Custom Field'),\n"
		"\tfrappe.db.count('DocType', {'module': 'Coop Membership'}), frappe.session.user,\n"
		"\t{f'{doctype} {pattern}': frappe.get_all(doctype, {field: ['like', pattern]}, pluck='name') for doctype, field, pattern in (\n"
		"\t\t('Custom Field', 'module', 'Coop Membership'), ('Role', 'name', 'Membership %'), ('Role', 'name', 'Dunning %'),\n"
		"\t\t('Email Template', 'name', 'Coop Membership%'), ('Scheduled Job Type', 'method', 'coop_membership%'),\n"
		"\t\t('Web Form', 'module', 'Coop Membership'), ('Report', 'module', 'Coop Membership'),\n"
		"\t\t('Print Format', 'module', 'Coop Membership'), ('Workspace', 'module', 'Coop Membership'),\n"
		"\t\t('Desktop Icon', 'app', 'coop_membership'), ('Workspace Sidebar', 'app', 'coop_membership'))}]))\n"
	)
	try:
		embedded("reset")
		before = json.loads(embedded("exec", str(script)))
		for _time in range(2):
			embedded("migrate")
		assert json.loads(embedded("exec", str(script))) == before
		assert all(
			before[5].get(f"{doctype} Coop Membership") for doctype in ("Web Form", "Report", "Print Format")
		)
		assert before[3] > 10 and before[4] == "Administrator"
		embedded("uninstall")
		after = json.loads(embedded("exec", str(script)))
		assert after[0] == ["frappe"] and after[3] == 0
		left = {what: names for what, names in after[5].items() if names}
		assert not left, left
	finally:
		script.unlink()
		shutil.rmtree(site.site_path(name), ignore_errors=True)
