"""Sentences of the host that people meet in this app have their French on the embedded host too. Pure."""

import csv
import unittest

from embedded import paths

MET = (
	"No permission for {0}",  # a page opened by its address
	"User {0} does not have doctype access via role permission for document {1}",
	"Error: Value missing for {0}: {1}",
	"{} is not a valid date string.",
	"Advanced Search",
	"Share",
)


class TestFrench(unittest.TestCase):
	def test_sentences_of_the_host(self):
		with open(paths.ROOT / "embedded" / "translations" / "fr.csv", newline="") as file:
			french = dict(row[:2] for row in csv.reader(file) if row)
		for sentence in MET:
			with self.subTest(sentence):
				self.assertNotIn(french.get(sentence), (None, "", sentence))
				self.assertEqual(french[sentence].count("{"), sentence.count("{"))
