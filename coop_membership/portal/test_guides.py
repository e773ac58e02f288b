"""The guides: each question mark leads to a paragraph that is there, in French and in English."""

from __future__ import annotations

import re
from pathlib import Path

from coop_membership.portal import guides
from coop_membership.prints import wording
from coop_membership.tests.case import FrappeTestCase

APP = Path(__file__).parent.parent
PLACE = re.compile(r'"([^"]+)": "(\w+)#(\w+)"')
NO_FORM = {"Private Details"}  # shown on other forms only


def places() -> list[tuple[str, str, str]]:
	"""(subject, chapter, paragraph) of each question mark on the desk."""
	return PLACE.findall((APP / "public" / "js" / "help.js").read_text())


class TestGuides(FrappeTestCase):
	def test_each_question_mark_finds_its_paragraph(self):
		self.assertTrue(places())
		for subject, chapter, paragraph in places():
			for language in ("fr", "en"):
				with self.subTest(subject, language=language):
					self.assertIn(f'<a id="{paragraph}"></a>', guides.text_of(chapter, language))

	def test_each_of_our_forms_has_one(self):
		"""Who opens a form of ours for the first time finds the question mark; child tables stand in one."""
		folder = APP / "coop_membership" / "doctype"
		texts = [(file, file.read_text()) for file in folder.glob("*/*.json")]
		ours = {
			re.search(r'^ "name": "(.*?)"', text, re.M).group(1)
			for _file, text in texts
			if '"istable": 1' not in text
		}
		self.assertEqual(ours - {subject for subject, *_rest in places()} - NO_FORM, set())

	def test_as_a_page(self):
		"""French for who reads French, English for everybody else; nothing leads to files that a site has not."""
		for language, words in (("fr", "Votre compte"), ("nl", "Your account")):
			with wording.language(language):
				page = guides.as_html("members")
			self.assertIn(words, page)
			self.assertIn('<a id="account"></a>', page)
			self.assertNotIn("../", page)
			self.assertNotIn("<img", page)
		self.assertEqual(guides.chapter("../../site_config"), "members")
