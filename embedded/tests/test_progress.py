"""What `make test` says while it works."""

import sys
import unittest

from embedded import progress


class TestProgress(unittest.TestCase):
	def test_all_output_is_kept_with_the_exit_code(self):
		code = "import sys; print('one'); print('two', file=sys.stderr, flush=True); sys.exit(3)"
		ended = progress.run([sys.executable, "-c", code], "here")
		self.assertEqual(ended.returncode, 3)
		self.assertEqual(sorted(ended.stdout.split()), ["one", "two"])

	def test_tests_are_counted_by_their_dots(self):
		"""Three lines of results, of pytest and of unittest; a sentence with dots is none."""
		lines = [
			"..s.F                    [  4%]\n",
			"..\n",
			".\n",
			"Reminders ...\n",
			"test_x (a.b) (2.1s)\n",
		]
		self.assertEqual((progress.done(lines), progress.failed(lines)), (8, 1))
