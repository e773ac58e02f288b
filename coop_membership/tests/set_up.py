"""Run by Frappe's test runner on the benches, before the first test."""

from __future__ import annotations

import os

import frappe
from frappe.model import rename_doc as renaming


def before_tests() -> None:
	"""Prepare the process that runs the tests; nothing is written."""
	if url := os.environ.get("COOP_SITE_URL"):
		lead_links_to(url)  # where the PDF engine finds the host's style sheets
	keep_the_cache()


def lead_links_to(url: str) -> None:
	"""Have the site at another address in this process, whenever its settings are read; they stay as they are."""
	read_settings = frappe.get_site_config
	frappe.get_site_config = lambda *args, **kwargs: frappe._dict(
		read_settings(*args, **kwargs) | {"host_name": url}
	)
	if getattr(frappe.local, "conf", None):
		frappe.conf.host_name = url


def keep_the_cache() -> None:
	"""Let a renamed document empty the cache of documents only.

	Dodock renames each invoice and payment when it is submitted, and empties all caches of the site with it: DocTypes
	were read again four thousand times in a run, two thirds of its time. A renamed DocType still empties everything.
	"""
	rename, clear_all = renaming.rename_doc, frappe.clear_cache

	def rename_doc(doctype=None, old=None, new=None, *args, doc=None, **kwargs):
		frappe.clear_cache = clear_all if (doc.doctype if doc else doctype) == "DocType" else clear_documents
		try:
			return rename(doctype, old, new, *args, doc=doc, **kwargs)
		finally:
			frappe.clear_cache = clear_all

	renaming.rename_doc = rename_doc


def clear_documents(*_args, **_kwargs) -> None:
	frappe.cache().delete_value("document_cache")
	frappe.local.document_cache.clear()
	frappe.local.role_permissions.clear()
