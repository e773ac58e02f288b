"""pytest on the embedded host: every run has a site of its own, copied from the template and thrown away.

The site is made only when a collected test imports frappe, and served only when one asks for its address:
pure tests need neither.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings

from embedded import site
from embedded.axe import axe_script
from embedded.boot import boot, environment
from embedded.engine import prepare_engine
from embedded.server import served

SITE = site.site_path(f"pytest-{os.getpid()}")
BROWSER = ("test_browser_", "test_http_")  # modules that talk to a served site, at $COOP_SITE_URL
ATTACKS = "security"  # and a folder of them

IMPORTS_FRAPPE = re.compile(r"^\s*(?:from|import) frappe\b", re.MULTILINE)

closing = contextlib.ExitStack()
connected: list[ModuleType] = []


def pytest_configure(config: pytest.Config) -> None:
	"""Make `import frappe` work while tests are collected; a busy machine is no reason for a property to fail."""
	settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
	settings.load_profile("busy")
	environment(SITE)
	engine = str(prepare_engine())
	if engine not in sys.path:
		sys.path.insert(0, engine)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> None:
	"""Make and connect the site before the first module that needs it is imported: decorators may look at it."""
	if IMPORTS_FRAPPE.search(module_path.read_text()):
		connect_site()


def connect_site() -> None:
	"""Make this run's site and connect to it, once."""
	if connected:
		return
	site.reset_site(SITE.name)
	closing.callback(shutil.rmtree, SITE, ignore_errors=True)
	frappe = boot(SITE)
	frappe.in_test = frappe.flags.in_test = True
	closing.callback(frappe.destroy)
	connected.append(frappe)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
	"""Begin with what takes longest, walks through the browser, so that no core is left alone with one at the end."""
	items.sort(key=lambda item: not talks_http(item))


def talks_http(item: pytest.Item) -> bool:
	"""Tell whether a test wants the site served."""
	path = Path(item.path)
	return path.name.startswith(BROWSER) or path.parent.name == ATTACKS


def pytest_collection_finish(session: pytest.Session) -> None:
	"""Serve the site, if a test wants to talk to it."""
	if (
		any(map(talks_http, session.items))
		and not session.config.option.collectonly
		and "COOP_SITE_URL" not in os.environ
	):
		connect_site()
		[frappe] = connected
		os.environ["COOP_SITE_URL"] = closing.enter_context(served(SITE))
		os.environ.setdefault("COOP_AXE", str(axe_script()))
		frappe.init(force=True)  # the site now knows its address
		frappe.connect()


def pytest_unconfigure(config: pytest.Config) -> None:
	"""Stop the server and remove the site."""
	closing.close()
