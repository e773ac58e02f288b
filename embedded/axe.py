"""axe-core, with which the browser tests look for faults that shut out who uses a keyboard or a screen reader."""

from __future__ import annotations

import shutil
from pathlib import Path

from embedded.assets import run
from embedded.paths import BUILT, HERE, key_of, locked

SOURCES = (HERE / "axe" / "package.json", HERE / "axe" / "package-lock.json")


def axe_script() -> Path:
	"""Return the script, fetched once with npm."""
	with locked("axe"):
		folder = BUILT / f"axe-{key_of(*SOURCES)}"
		if not folder.exists():
			unfinished = BUILT / "axe.unfinished"
			shutil.rmtree(unfinished, ignore_errors=True)
			unfinished.mkdir(parents=True)
			for file in SOURCES:
				shutil.copy(file, unfinished)
			run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], unfinished)
			unfinished.rename(folder)
	return folder / "node_modules" / "axe-core" / "axe.min.js"
