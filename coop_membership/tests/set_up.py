"""Run by Frappe's test runner on the benches, before the first test."""

from __future__ import annotations

import os

import hypothesis
from hypothesis import HealthCheck

import frappe
from frappe import defaults
from frappe.cache_manager import clear_defaults_cache, common_default_keys
from frappe.model import rename_doc as renaming


def before_tests() -> None:
	"""Prepare the process that runs the tests; nothing is written."""
	if url := os.environ.get("COOP_SITE_URL"):
		lead_links_to(url)  # where the PDF engine finds the host's style sheets
	keep_the_cache()
	hypothesis.settings.register_profile("bench", deadline=None, suppress_health_check=[HealthCheck.too_slow])
	hypothesis.settings.load_profile("bench")  # two benches and a browser share two cores


CLEAR_ALL = frappe.clear_cache


def lead_links_to(url: str) -> None:
	"""Have the site at another address in this process, whenever its settings are read; they stay as they are."""
	read_settings = frappe.get_site_config
	frappe.get_site_config = lambda *args, **kwargs: frappe._dict(
		read_settings(*args, **kwargs) | {"host_name": url}
	)
	if getattr(frappe.local, "conf", None):
		frappe.conf.host_name = url


def keep_the_cache() -> None:
	"""Let a renamed document, or a new default, empty the cache of what it changes only.

	Dodock renames each invoice and payment when it is submitted, and empties all caches of the site with it, as both hosts
	do for each user and default: DocTypes were read again thousands of times in a run, most of its time. A renamed DocType
	still empties everything.
	"""
	rename, clear_all = renaming.rename_doc, CLEAR_ALL

	def rename_doc(doctype=None, old=None, new=None, *args, doc=None, **kwargs):
		frappe.clear_cache = clear_all if (doc.doctype if doc else doctype) == "DocType" else clear_documents
		try:
			return rename(doctype, old, new, *args, doc=doc, **kwargs)
		finally:
			frappe.clear_cache = clear_all

	renaming.rename_doc = rename_doc
	defaults._clear_cache = lambda parent: clear_defaults_cache(
		None if parent in common_default_keys else parent
	)


def clear_documents(*_args, **_kwargs) -> None:
	"""Forget documents that were read, in this process and in the cache that all processes share."""
	if not hasattr(frappe.local, "document_cache"):  # the embedded engine keeps them elsewhere
		return CLEAR_ALL()
	frappe.cache().delete_value("document_cache")
	frappe.local.document_cache.clear()
	frappe.local.role_permissions.clear()
