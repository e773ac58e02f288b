"""The browser's side of desk and website: built once by assets.mjs, with npm's packages."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from embedded.engine import engine_path
from embedded.paths import APP, BUILT, HERE, key_of

SOURCES = (HERE / "assets.mjs", HERE / "package.json", HERE / "package-lock.json")


def assets_path() -> Path:
	"""Return the folder served as /assets."""
	return BUILT / f"assets-{key_of(engine_path().name, *SOURCES, *bundles())}"


def bundles() -> list[Path]:
	"""Return the app's own bundles; its other public files are served as they are."""
	return sorted((APP / "public").rglob("*.bundle.*"))
