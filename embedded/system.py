"""Debian packages that pip and npm cannot bring: a browser, and what WeasyPrint draws with."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

LIBRARIES = {
	"libpango-1.0.so.0": "libpango-1.0-0",
	"libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
	"libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


def chromium() -> str | None:
	"""Return the browser's path."""
	return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def missing(*, browser: bool) -> list[str]:
	"""Return the Debian packages that are needed and not there."""
	packages = [package for library, package in LIBRARIES.items() if not loads(library)]
	if not any(Path("/usr/share/fonts").rglob("*.[ot]tf")):
		packages.append("fonts-dejavu-core")
	if browser and not chromium():
		packages.append("chromium")
	return packages


def loads(library: str) -> bool:
	try:
		ctypes.CDLL(library)
	except OSError:
		return False
	return True


def prepare_system(*, browser: bool) -> None:
	"""Install what is missing, or say what to install."""
	if not (packages := missing(browser=browser)):
		return
	if os.geteuid() == 0 and shutil.which("apt-get"):
		print(f"Installing {' '.join(packages)} …", file=sys.stderr)
		environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
		for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
			subprocess.run(["apt-get", "-qq", *command], env=environment, stdout=subprocess.DEVNULL)
	if packages := missing(browser=browser):
		sys.exit(f"Please install (these are Debian's names): {' '.join(packages)}")
