"""Where things stand, and how a built thing is recognised as up to date."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
APP = ROOT / "coop_membership"
VENV = ROOT / ".venv"
BUILT = ROOT / ".embedded"
SITES = BUILT / "sites"
APPS = ("frappe", "coop_membership")


def key_of(*parts: Path | str) -> str:
	"""Return a short hash of the given texts and of the content of the given files and folders."""
	digest = hashlib.sha256()
	for part in parts:
		if isinstance(part, str):
			digest.update(part.encode())
			continue
		for file in files_of(part):
			digest.update(str(file.relative_to(ROOT)).encode() + b"\0")
			digest.update(file.read_bytes())
	return digest.hexdigest()[:12]


def files_of(path: Path) -> list[Path]:
	"""Return the file, or every file below the folder except compiled Python, in a stable order."""
	if path.is_file():
		return [path]
	return sorted(f for f in path.rglob("*") if f.is_file() and "__pycache__" not in f.parts)


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
	"""Let other processes that prepare the same thing wait until it is there."""
	BUILT.mkdir(exist_ok=True)
	with (BUILT / f"{name}.lock").open("w") as file:
		fcntl.flock(file, fcntl.LOCK_EX)
		yield
