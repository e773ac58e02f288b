"""The command line: `python -m embedded --help`."""

from __future__ import annotations

from embedded import venv

venv.enter()

from embedded.cli import main  # noqa: E402 (needs the environment)

main()
