"""A command whose output is kept, with a line now and then that says how far its tests are."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time

EVERY = 30  # seconds
DOTS = re.compile(r"^([.sFExXu]+)(?:\s+\[ *\d+%\])?$")  # a line of results, of unittest or pytest


def run(command: list[str], name: str, **options) -> subprocess.CompletedProcess[str]:
	"""Run as `subprocess.run(…, text=True)` does with all output in `stdout`, telling on stderr that it goes on."""
	process = subprocess.Popen(
		command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", **options
	)
	kept: list[str] = []
	ended = threading.Event()
	teller = threading.Thread(target=_tell, args=(name, kept, ended), daemon=True)
	teller.start()
	for line in process.stdout:
		kept.append(line)
	process.wait()
	ended.set()
	teller.join()
	return subprocess.CompletedProcess(command, process.returncode, "".join(kept))


def _tell(name: str, kept: list[str], ended: threading.Event) -> None:
	started = time.monotonic()
	while not ended.wait(EVERY):
		seconds = time.monotonic() - started
		tests, bad = done(kept), failed(kept)
		so_far = f"{tests} tests, {bad} failed," if bad else f"{tests} tests"
		print(f"{name}: {so_far} after {seconds:.0f} s …", file=sys.stderr, flush=True)


class Telling:
	"""Says every few seconds what is being prepared, so that nobody thinks that nothing happens."""

	SECONDS = 5

	def __init__(self) -> None:
		self.doing, self.ended, self.started = "", threading.Event(), time.monotonic()
		threading.Thread(target=self._tell, daemon=True).start()

	def now(self, what: str) -> None:
		self.doing = what
		print(f"Preparing {what} …", file=sys.stderr, flush=True)

	def end(self) -> None:
		self.ended.set()

	def _tell(self) -> None:
		while not self.ended.wait(self.SECONDS):
			seconds = time.monotonic() - self.started
			print(f"  {seconds:.0f} s: {self.doing} …", file=sys.stderr, flush=True)


def done(lines: list[str]) -> int:
	"""How many tests have ended, by the dots and letters that the runners print."""
	return len(_letters(lines))


def failed(lines: list[str]) -> int:
	"""How many of them failed or ended with an error."""
	return sum(letter in "FE" for letter in _letters(lines))


def _letters(lines: list[str]) -> str:
	return "".join(match[1] for line in list(lines) if (match := DOTS.match(line.strip())))
