"""pytest on the embedded host: every run has a site of its own, copied from the template and thrown away.

The site is made only when a collected test imports frappe, and served only when one asks for its address:
pure tests need neither.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded import site
from embedded.boot import boot, environment
from embedded.engine import prepare_engine
from embedded.server import served

SITE = site.site_path(f"pytest-{os.getpid()}")
BROWSER = ("test_browser_", "test_http_")  # modules that talk to a served site, at $COOP_SITE_URL

closing = contextlib.ExitStack()


def pytest_configure(config: pytest.Config) -> None:
	"""Make `import frappe` work while tests are collected."""
	environment(SITE)
	engine = str(prepare_engine())
	if engine not in sys.path:
		sys.path.insert(0, engine)


def pytest_collection_finish(session: pytest.Session) -> None:
	"""Make and connect the site, if a test needs it."""
	if session.config.option.collectonly or not session.items:
		return
	modules = {Path(item.path).name for item in session.items}
	talks_http = any(name.startswith(BROWSER) for name in modules)
	if not talks_http and "frappe" not in sys.modules:
		return

	site.reset_site(SITE.name)
	closing.callback(shutil.rmtree, SITE, ignore_errors=True)
	frappe = boot(SITE)
	frappe.in_test = frappe.flags.in_test = True
	closing.callback(frappe.destroy)
	if talks_http and "COOP_SITE_URL" not in os.environ:
		os.environ["COOP_SITE_URL"] = closing.enter_context(served(SITE))
		frappe.init(force=True)  # the site now knows its address
		frappe.connect()
		frappe.flags.in_test = True


def pytest_unconfigure(config: pytest.Config) -> None:
	"""Stop the server and remove the site."""
	closing.close()


@pytest.fixture(scope="session")
def site_url() -> Iterator[str]:
	"""Yield the address at which the test site is served."""
	if "COOP_SITE_URL" in os.environ:
		yield os.environ["COOP_SITE_URL"]
	else:
		with served(SITE) as url:
			yield url
