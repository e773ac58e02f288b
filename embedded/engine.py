"""Fetch the pinned wheel, give its package the name `frappe` back, apply the declared changes."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from embedded.changes import CHANGES
from embedded.paths import BUILT, HERE, key_of, locked

WHEEL = "monoframe==0.0.1"
SHA256 = "192e1430290ba868e515186a1e21bbdc7190a66fffbfaf35d5296bfca83a70ca"

# the package is Frappe with its name replaced everywhere, in four spellings: this undoes it
NAMES = (("monoframe", "frappe"), ("Monoframe", "Frappe"), ("MonoFrame", "Frappe"), ("MONOFRAME", "FRAPPE"))


def engine_path() -> Path:
	"""Return the folder that goes on `sys.path`; its name changes when the wheel or a change does."""
	return BUILT / f"engine-{key_of(SHA256, HERE / 'engine.py', HERE / 'changes.py')}"


def prepare_engine() -> Path:
	"""Build the engine if it is not there yet, and return its folder."""
	with locked("engine"):
		if not engine_path().exists():
			_build(engine_path())
	return engine_path()


def _build(target: Path) -> None:
	# the last one stays: a server may still be running on it
	for old in sorted(BUILT.glob("engine-*"), key=lambda folder: folder.stat().st_mtime)[:-1]:
		shutil.rmtree(old)
	unfinished = BUILT / "engine.unfinished"
	shutil.rmtree(unfinished, ignore_errors=True)
	with zipfile.ZipFile(fetch_wheel()) as wheel:
		unrename(wheel, unfinished)
	for change in CHANGES:
		change.apply(unfinished / "frappe")
	unfinished.rename(target)


def fetch_wheel() -> Path:
	"""Download the wheel once; pip refuses any other content than the pinned one."""
	folder = BUILT / f"wheel-{SHA256[:12]}"
	if not (wheels := list(folder.glob("*.whl"))):
		folder.mkdir(parents=True, exist_ok=True)
		pinned = folder / "pinned.txt"
		pinned.write_text(f"{WHEEL} --hash=sha256:{SHA256}\n")
		command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download"]
		command += ["--no-deps", "--require-hashes", "--dest", str(folder), "-r", str(pinned)]
		done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
		if done.returncode:
			sys.exit(f"{done.stdout}\nfetching {WHEEL} failed; see above")
		wheels = list(folder.glob("*.whl"))
	return wheels[0]


def unrename(wheel: zipfile.ZipFile, target: Path) -> None:
	"""Unpack the wheel's package as `frappe`, with Frappe's own names in paths and texts."""
	for name in wheel.namelist():
		if not name.startswith("monoframe/") or name.endswith("/"):
			continue
		content = wheel.read(name)
		path = target / original(name)
		path.parent.mkdir(parents=True, exist_ok=True)
		with contextlib.suppress(UnicodeDecodeError):  # pictures, fonts, the bootstrap database
			content = original(content.decode()).encode()
		path.write_bytes(content)


def original(text: str) -> str:
	"""Return the text as it was before the fork renamed the framework."""
	for renamed, name in NAMES:
		text = text.replace(renamed, name)
	return text
