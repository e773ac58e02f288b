"""The sub-commands."""

from __future__ import annotations

import argparse
import runpy
from pathlib import Path

from embedded import site
from embedded.boot import boot


def main(arguments: list[str] | None = None) -> None:
	"""Run a sub-command."""
	parser = argparse.ArgumentParser(prog="python -m embedded", description=__doc__)
	parser.add_argument("--site", help="its folder's name in .embedded/sites (test; of serve and demo: demo)")
	commands = parser.add_subparsers(dest="command", required=True)
	commands.add_parser("prepare", help="make whatever is missing: engine, site")
	commands.add_parser("reset", help="make the site anew")
	commands.add_parser("migrate", help="as `bench migrate`")
	commands.add_parser("uninstall", help="as `bench uninstall-app`")
	run = commands.add_parser("exec", help="run a Python file with the site connected, as `bench console` would")
	run.add_argument("file", type=Path)
	run.add_argument("arguments", nargs="*")

	options = parser.parse_args(arguments)
	name = options.site or "test"
	match options.command:
		case "prepare":
			site.prepare_site(name)
		case "reset":
			site.reset_site(name)
		case "migrate" | "uninstall":
			getattr(site, options.command)(site.prepare_site(name))
		case "exec":
			execute(name, options.file, options.arguments)


def execute(name: str, file: Path, arguments: list[str]) -> None:
	"""Run the file as Administrator; commit if it ends without an exception."""
	import sys

	frappe = boot(site.prepare_site(name))
	sys.argv = [str(file), *arguments]
	try:
		runpy.run_path(str(file), {"frappe": frappe}, run_name="__main__")
		frappe.db.commit()
	finally:
		frappe.destroy()
