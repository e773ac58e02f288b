"""The browser's side of desk and website: built once by assets.mjs, with packages from npm."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from embedded.engine import engine_path, prepare_engine
from embedded.paths import APP, APPS, BUILT, HERE, key_of, locked

SOURCES = (HERE / "assets.mjs", HERE / "package.json", HERE / "package-lock.json")


def assets_path() -> Path:
	"""Return the folder that is served as /assets."""
	return BUILT / f"assets-{key_of(engine_path().name, *SOURCES, *bundles())}"


def bundles() -> list[Path]:
	"""Return the app's own bundles; its other public files are served as they are."""
	return sorted((APP / "public").rglob("*.bundle.*"))


def prepare_assets() -> Path:
	"""Build the bundles if they are not there yet, and return their folder."""
	prepare_engine()
	with locked("assets"):
		if not assets_path().exists():
			_build(assets_path())
	return assets_path()


def _build(target: Path) -> None:
	if not shutil.which("npm"):
		sys.exit(
			"Node.js 18 or later with npm is needed for the browser's side: on Debian, apt-get install nodejs npm"
		)
	for old in BUILT.glob("assets-*"):
		shutil.rmtree(old)
	workshop = prepare_packages()
	unfinished = BUILT / "assets.unfinished"
	shutil.rmtree(unfinished, ignore_errors=True)
	public = {"frappe": prepare_engine() / "frappe" / "public", APP.name: APP / "public"}
	folders = [f"{app}={public[app]}" for app in APPS if public[app].is_dir()]
	run(["node", str(workshop / "assets.mjs"), str(unfinished), *folders], workshop)
	unfinished.rename(target)


def prepare_packages() -> Path:
	"""Return the folder with npm's packages and the script that uses them."""
	workshop = BUILT / f"npm-{key_of(*SOURCES[1:])}"
	if not workshop.exists():
		for old in BUILT.glob("npm-*"):
			shutil.rmtree(old)
		unfinished = BUILT / "npm.unfinished"
		shutil.rmtree(unfinished, ignore_errors=True)
		unfinished.mkdir(parents=True)
		for file in SOURCES[1:]:
			shutil.copy(file, unfinished)
		run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], unfinished)
		unfinished.rename(workshop)
	shutil.copy(SOURCES[0], workshop)
	return workshop


def run(command: list[str], folder: Path) -> None:
	"""Run a command, quietly unless it fails."""
	done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
	if done.returncode:
		sys.exit(f"{done.stdout}\n{' '.join(command[:2])} failed; see above")
