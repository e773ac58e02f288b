"""Which benches `make test` runs on, and what it says of those that it can't run on."""

import contextlib
import io
import json
import os
import tempfile
import unittest
from pathlib import Path
from unittest.mock import patch

from embedded import benches, suite


def a_bench(folder: Path, **sites: bool) -> Path:
	"""A bench's folders; `sites`: whether each allows tests."""
	for name, allows in sites.items():
		config = folder / "sites" / f"{name}.localhost" / "site_config.json"
		config.parent.mkdir(parents=True)
		config.write_text(json.dumps({"allow_tests": allows}))
	return folder


class TestBenches(unittest.TestCase):
	def setUp(self):
		self.home = Path(self.enterContext(tempfile.TemporaryDirectory())).resolve()
		self.enterContext(patch.dict(os.environ, {"HOME": str(self.home)}))
		for variable in ("BENCH", "SITE"):
			os.environ.pop(variable, None)

	def enterContext(self, context):  # of unittest from Python 3.11 on
		entered = context.__enter__()
		self.addCleanup(context.__exit__, None, None, None)
		return entered

	def found(self) -> list[tuple[str, str]]:
		return [(bench.name, bench.site) for bench in benches.find()[0]]

	def test_the_three_that_are_known(self):
		"""Two are there, the third is named with what to do."""
		a_bench(self.home / "frappe-bench", production=False, tests=True)
		a_bench(self.home / "v16-bench", tests=True)
		self.assertEqual(
			self.found(), [("frappe-bench", "tests.localhost"), ("v16-bench", "tests.localhost")]
		)
		[sentence] = benches.find()[1]
		self.assertIn("dokos-bench: NOT RUN", sentence)

	def test_any_number_of_others(self):
		"""Three benches, the last two sites by name or not; a site that is not there is said."""
		paths = [a_bench(self.home / name, one=True, two=True) for name in ("a", "b", "c")]
		os.environ |= {
			"BENCH": " ".join(map(str, paths)),
			"SITE": "two.localhost three.localhost",
		}
		self.assertEqual(self.found(), [("a", "two.localhost"), ("c", "one.localhost")])
		[sentence] = benches.find()[1]
		self.assertIn("no site three.localhost", sentence)

	def test_no_site_that_allows_tests(self):
		os.environ["BENCH"] = str(a_bench(self.home / "a", production=False))
		self.assertEqual(self.found(), [])
		self.assertIn("allow_tests", benches.find()[1][0])

	def test_what_a_bench_lacks_is_one_line(self):
		"""No mail can be queued there: no test runs, one line says why, and the command fails."""
		os.environ["BENCH"] = str(a_bench(self.home / "a", tests=True))
		out = io.StringIO()
		with (
			patch.object(suite, "prepare_system"),
			patch.object(suite, "test_embedded", return_value=({"passed": 1, "failed": 0}, "")),
			patch.object(suite, "test_bench", side_effect=benches.Lacks("no mail can be queued")),
			contextlib.redirect_stdout(out),
		):
			self.assertEqual(suite.test([]), 1)
		self.assertEqual(
			out.getvalue().splitlines(),
			["embedded: 1 passed, 0 failed (0 s)", "a: DID NOT RUN, no mail can be queued"],
		)
