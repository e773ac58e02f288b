"""Import the engine and connect to a site, as `bench console` would."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType

from embedded.assets import assets_path
from embedded.engine import prepare_engine
from embedded.paths import ROOT


def boot(site: Path, *, connect: bool = True) -> ModuleType:
	"""Return `frappe`, connected to the site as Administrator. One process works on one site."""
	environment(site)
	for path in (str(ROOT), str(prepare_engine())):
		if path not in sys.path:
			sys.path.insert(0, path)
	frappe = importlib.import_module("frappe")
	frappe.init(force=True)
	if connect:
		frappe.connect()
	return frappe


def environment(site: Path) -> None:
	"""Say to the engine, and to processes started from here, where the site and the assets are."""
	os.environ |= {
		"DB_TYPE": "sqlite",
		"EMBEDDED_ASSETS": str(assets_path()),
		"EMBEDDED_SITE": str(site),
		"FRAPPE_EXTRA_CONFIG": "embedded.boot.site_config",
	}


def site_config() -> dict:
	"""Return the site's own settings. The fork reads environment variables only; it calls this by name."""
	import json

	file = Path(os.environ["EMBEDDED_SITE"], "site_config.json")
	return json.loads(file.read_text()) if file.exists() else {}
