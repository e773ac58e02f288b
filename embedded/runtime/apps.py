"""Installed apps and uninstalling, as on a bench. The fork made these do nothing."""

from __future__ import annotations

import json

import click

import frappe


def add_to_installed_apps(app_name: str, rebuild_website: bool = True) -> None:
	"""Record the app as installed."""
	from frappe.installer import post_install

	installed = frappe.get_installed_apps()
	if app_name not in installed:
		_write([*installed, app_name])
	if frappe.flags.in_install:
		post_install(rebuild_website)


def remove_from_installed_apps(app_name: str) -> None:
	"""Forget that the app is installed."""
	_write([app for app in frappe.get_installed_apps() if app != app_name])
	if frappe.flags.in_install:
		from frappe.installer import post_install

		post_install()


def _write(apps: list[str]) -> None:
	frappe.db.set_global("installed_apps", json.dumps(apps))
	frappe.db.commit()
	# the list is cached for the request, the hooks that follow from it for longer
	frappe.local.request_cache.clear()
	frappe.client_cache.delete_value("app_hooks")
	frappe.local.doc_events_hooks = None


def remove_app(
	app_name: str, dry_run: bool = False, yes: bool = False, no_backup: bool = False, force: bool = False
) -> None:
	"""Remove the app and everything in its modules, with the hooks before and after. There is no backup here."""
	from frappe.installer import _delete_doctypes, _delete_modules

	if not force and app_name not in frappe.get_installed_apps():
		click.secho(f"App {app_name} not installed", fg="yellow")
		return

	hooks = frappe.get_hooks(app_name=app_name)
	frappe.flags.in_uninstall = True
	try:
		for method in hooks.before_uninstall or []:
			frappe.get_attr(method)()
		for method in frappe.get_hooks("before_app_uninstall"):
			frappe.get_attr(method)(app_name)

		modules = frappe.get_all("Module Def", filters={"app_name": app_name}, pluck="name")
		_delete_doctypes(_delete_modules(modules, dry_run=dry_run), dry_run=dry_run)
		if not dry_run:
			remove_from_installed_apps(app_name)
			frappe.db.commit()

		for method in hooks.after_uninstall or []:
			frappe.get_attr(method)()
		for method in frappe.get_hooks("after_app_uninstall"):
			frappe.get_attr(method)(app_name)
		frappe.db.commit()
		frappe.clear_cache()
	finally:
		frappe.flags.in_uninstall = False
