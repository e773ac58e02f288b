"""Debian packages that pip and npm cannot bring: a browser, and what WeasyPrint draws with."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

LIBRARIES = {
	"libpango-1.0.so.0": "libpango-1.0-0",
	"libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
	"libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
	"""Return the browser's path."""
	return next(filter(None, map(shutil.which, BROWSERS)), None)


def missing(*, browser: bool) -> list[str]:
	"""Return the Debian packages that are needed and not there."""
	packages = [package for library, package in LIBRARIES.items() if not loads(library)]
	if not any(Path("/usr/share/fonts").rglob("*.[ot]tf")):
		packages.append("fonts-dejavu-core")
	if browser and not chromium():
		packages.append(BROWSERS[0])
	return packages


def loads(library: str) -> bool:
	try:
		ctypes.CDLL(library)
	except OSError:
		return False
	return True


def prepare_system(*, browser: bool, insist: bool = True) -> list[str]:
	"""Install what is missing. What can't be installed is returned, or with `insist` ends the command by saying so."""
	if not (packages := missing(browser=browser)):
		return []
	if os.geteuid() == 0 and shutil.which("apt-get"):
		print(f"Installing {' '.join(packages)} …", file=sys.stderr, flush=True)
		for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
			_apt(command)
	packages = missing(browser=browser)
	if packages and insist:
		sys.exit(f"Please install (these are Debian's names): {' '.join(packages)}")
	return packages


def _apt(command: list[str]) -> None:
	"""Run apt-get; another installation that is under way is waited for, five minutes at most."""
	environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
	for _attempt in range(60):
		done = subprocess.run(["apt-get", "-qq", *command], env=environment, capture_output=True, text=True)
		if not done.returncode or "Could not get lock" not in done.stderr:
			return
		print("Another installation is under way; waiting for it …", file=sys.stderr, flush=True)
		time.sleep(5)
