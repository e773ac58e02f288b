"""The sub-commands."""

from __future__ import annotations

import argparse
import runpy
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from embedded import server, site, suite
from embedded.assets import prepare_assets
from embedded.boot import boot
from embedded.paths import APP, ROOT
from embedded.ports import address, free_port
from embedded.progress import Telling
from embedded.system import prepare_system


def main(arguments: list[str] | None = None) -> None:
	"""Run a sub-command."""
	parser = argparse.ArgumentParser(prog="python -m embedded", description=__doc__)
	parser.add_argument("--site", help="the site's name: test, or demo for serve")
	commands = parser.add_subparsers(dest="command", required=True)
	commands.add_parser("prepare", help="make whatever is missing: engine, site")
	serving = commands.add_parser(
		"serve", help="serve the demo site, made with sample data if it is not there"
	)
	serving.add_argument("--port", type=int, default=8000, help="or the next free one")
	commands.add_parser("reset", help="make the site anew")
	commands.add_parser("migrate", help="as `bench migrate`")
	commands.add_parser("uninstall", help="as `bench uninstall-app`")
	commands.add_parser("test", help="all tests on every host; further arguments go to pytest")
	commands.add_parser("benchmark", help="benchmarks/run.py on every host")
	commands.add_parser("lint", help="ruff and import-linter, of the pinned versions")
	run = commands.add_parser(
		"exec", help="run a Python file with the site connected, as `bench console` would"
	)
	run.add_argument("file", type=Path)
	run.add_argument("arguments", nargs="*")

	options, rest = parser.parse_known_args(arguments)
	if rest and options.command != "test":
		parser.error(f"unknown: {' '.join(rest)}")
	name = options.site or "test"
	match options.command:
		case "prepare":
			site.prepare_site(name)
		case "serve":
			serve(options.site or "demo", options.port)
		case "reset":
			site.reset_site(name)
		case "migrate" | "uninstall":
			site.run_in_process(options.command, site.prepare_site(name))
		case "test":
			sys.exit(suite.test(rest))
		case "benchmark":
			sys.exit(suite.benchmark(ROOT / "benchmarks" / "run.py"))
		case "lint":
			sys.exit(lint())
		case "exec":
			execute(name, options.file, options.arguments)


def serve(name: str, wanted: int) -> None:
	"""Serve the site until Ctrl-C."""
	telling = Telling()
	telling.now("what PDFs are drawn with")
	missing = prepare_system(browser=False, insist=False)
	telling.now("the browser's side")
	prepare_assets()
	telling.now("the engine and the sample cooperative (a minute or two, the first time)")
	logins = site.prepare_demo(name)
	telling.end()
	if missing:
		print(f"No PDFs: they need {' '.join(missing)} (Debian's names). All else works.")
	port = free_port(wanted)
	if port != wanted:
		print(f"Port {wanted} is taken: using {port}.")
	url = address(port)
	print(f"\nServing {url} until Ctrl-C. Logins, mails and ten things to try: {url}/demo\n")
	width = max(len(label) for label, *_rest in logins)
	for label, login, password in logins:
		print(f"  {label:{width}}  {login}  {password}")
	print(flush=True)
	server.serve(site.site_path(name), port, quiet=True, demo=True)


def lint() -> int:
	"""Check style, form and the order of the rooms."""
	ruff = [sys.executable, "-m", "ruff"]
	return lint_imports() + sum(
		subprocess.run([*ruff, *arguments, "--quiet"], cwd=ROOT).returncode
		for arguments in (["check", "."], ["format", "--check", "."])
	)


def lint_imports() -> int:
	"""Check the contracts of pyproject.toml over a copy without tests, which stand beside what they test."""
	with tempfile.TemporaryDirectory() as folder:
		without = shutil.ignore_patterns("test_*", "tests", "__pycache__")
		shutil.copytree(APP, Path(folder) / APP.name, ignore=without)
		run = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as run; run()"
		command = [sys.executable, "-c", run, "--config", str(ROOT / "pyproject.toml"), "--no-cache"]
		return subprocess.run(command, cwd=folder).returncode


def execute(name: str, file: Path, arguments: list[str]) -> None:
	"""Run the file as Administrator; commit if it ends without an exception."""
	frappe = boot(site.prepare_site(name))
	sys.argv = [str(file), *arguments]
	try:
		runpy.run_path(str(file), {"frappe": frappe}, run_name="__main__")
		frappe.db.commit()
	finally:
		frappe.destroy()
