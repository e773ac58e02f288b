"""Import the engine and connect to a site, as `bench console` would."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType

from embedded.assets import assets_path
from embedded.engine import prepare_engine
from embedded.paths import HERE, ROOT


def boot(site: Path, *, connect: bool = True) -> ModuleType:
	"""Return `frappe`, connected to the site as Administrator. One process works on one site."""
	environment(site)
	engine = prepare_engine()
	add_translations(engine / "frappe")
	for path in (str(ROOT), str(engine)):
		if path not in sys.path:
			sys.path.insert(0, path)
	frappe = importlib.import_module("frappe")
	frappe.init(force=True)
	if connect:
		frappe.connect()
	return frappe


def add_translations(package: Path) -> None:
	"""The engine brings no words but English: ours of `translations/` are put where it looks for an app's own."""
	for file in sorted((HERE / "translations").glob("*.csv")):
		target = package / "translations" / file.name
		if not target.exists() or target.read_bytes() != file.read_bytes():
			target.parent.mkdir(exist_ok=True)
			unfinished = target.with_suffix(f".{os.getpid()}")
			unfinished.write_bytes(file.read_bytes())
			unfinished.replace(target)


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
