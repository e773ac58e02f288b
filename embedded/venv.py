"""The virtual environment in `.venv`, made with nothing but a bare Python."""

from __future__ import annotations

import os
import subprocess
import sys

from embedded.paths import HERE, ROOT, VENV, key_of, locked

LISTS = (ROOT / "requirements.txt", HERE / "requirements.txt", HERE / "constraints.txt")
STAMP = VENV / "prepared"


def enter() -> None:
	"""Go on in the virtual environment: make it or bring it up to date, then start this command again inside."""
	key = key_of(*LISTS)
	if not is_ready(key):
		with locked("venv"):
			if not is_ready(key):
				prepare()
				STAMP.write_text(key)
	if not inside():
		python = str(VENV / "bin" / "python")
		os.execv(python, [python, "-m", "embedded", *sys.argv[1:]])


def is_ready(key: str) -> bool:
	"""Tell whether the environment is there, with these lists of packages."""
	return STAMP.exists() and STAMP.read_text() == key


def inside() -> bool:
	"""Tell whether this is the virtual environment's Python."""
	return os.path.realpath(sys.prefix) == os.path.realpath(VENV)


def prepare() -> None:
	"""Make the environment and install the pinned packages."""
	if sys.version_info < (3, 10):  # noqa: UP036 (nobody has installed anything yet)
		sys.exit("Python 3.10 or later is needed")
	python = VENV / "bin" / "python"
	if not python.exists():
		print(f"Making {VENV} …", file=sys.stderr)
		if all(subprocess.run([*make, str(VENV)], capture_output=True).returncode for make in makers()):
			sys.exit("Neither `venv` nor `virtualenv` works: on Debian, apt-get install python3-venv")
	print("Installing the Python packages (a minute or two, the first time) …", file=sys.stderr, flush=True)
	pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
	done = subprocess.run(
		[*pip, "-r", str(LISTS[0]), "-r", str(LISTS[1]), "-c", str(LISTS[2])],
		stdout=subprocess.PIPE,
		stderr=subprocess.STDOUT,
		text=True,
	)
	if done.returncode:
		sys.exit(f"{done.stdout}\npip failed; see above")


def makers() -> list[list[str]]:
	"""Return the commands that can make a virtual environment."""
	return [[sys.executable, "-m", "venv"], [sys.executable, "-m", "virtualenv"], ["virtualenv"]]
