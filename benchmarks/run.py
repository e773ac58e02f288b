"""All benchmarks, on the site that is connected: `make bench` runs this on every host.

Each prints its medians; nothing here asserts. Names as arguments run only these: joining, member_register, registers, moving_in,
dunning, portal, access.
"""

import importlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
BENCHMARKS = ("joining", "member_register", "registers", "moving_in", "dunning", "portal", "access")


def main(names: list[str]) -> None:
	for name in names or BENCHMARKS:
		print(f"-- {name}", flush=True)
		importlib.import_module(name).run()


main([name for name in sys.argv[1:] if name in BENCHMARKS])
