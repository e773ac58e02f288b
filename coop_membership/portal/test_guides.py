"""The guides: each question mark leads to a paragraph that is there, in French and in English."""

from __future__ import annotations

import re
from pathlib import Path

from coop_membership.portal import guides
from coop_membership.prints import wording
from coop_membership.tests import test_translations as translations
from coop_membership.tests.case import FrappeTestCase

APP = Path(__file__).parent.parent
PLACE = re.compile(r'"([^"]+)": "(\w+)#(\w+)"')
QUOTED = re.compile(r"\*\*(.+?)\*\*|(?<![\w*])\*([^*\n]+?)\*(?![\w*])|«\s(.+?)\s»|“(.+?)”", re.S)
NO_WORDS = re.compile(r"```.*?```|`[^`\n]*`|!\[.*?\]\(.*?\)", re.S)
HOLE = re.compile(r"\\\{\w*\\\}")
# what stands out in a guide and is on no screen of ours: headings of paragraphs, and the hosts' own words
EMPHASIS = {
	"actions",
	"autres tarifs et montants libres",
	"foyers et organisations",
	"households and organisations",
	"other tariffs and free amounts",
	"too few people",
	"trop peu de monde",
}
NO_FORM = {"Private Details"}  # shown on other forms only


def places() -> list[tuple[str, str, str]]:
	"""(subject, chapter, paragraph) of each question mark on the desk."""
	return PLACE.findall((APP / "public" / "js" / "help.js").read_text())


def quoted(text: str) -> set[str]:
	"""What a guide says in italics, bold or quotation marks; of a way through menus each step."""
	found = (next(filter(None, groups)) for groups in QUOTED.findall(NO_WORDS.sub("", text)))
	return {" ".join(step.split()) for one in found for step in re.split("[→›]", one)}


def plain(text: str) -> str:
	"""Words without what a sentence puts around them."""
	return " ".join(text.replace("\u202f", " ").replace("\xa0", " ").split()).strip(" .,:;!?…").casefold()


class Screens:
	"""All that the screens say in a language, with a value in each hole."""

	def __init__(self, language: str):
		lines, host = translations.french(), translations.host_words()
		french = language == "fr"
		said = {text if french else source for source, text, _context in lines}
		said |= {word for theirs in host.values() for word in theirs} if french else set(host)
		if not french:
			said |= {string for string, _where in translations.strings()}
		said = {plain(text) for text in said}
		self.said = EMPHASIS | said | {plain(re.sub(r"\{\w*\}", "", text)) for text in said}
		self.with_holes = [re.compile(HOLE.sub(".+", re.escape(text))) for text in said if "{" in text]

	def have(self, words: str) -> bool:
		words = plain(words)
		return words in self.said or any(text.fullmatch(words) for text in self.with_holes)


class TestGuides(FrappeTestCase):
	def test_each_question_mark_finds_its_paragraph(self):
		self.assertTrue(places())
		for subject, chapter, paragraph in places():
			for language in ("fr", "en"):
				with self.subTest(subject, language=language):
					self.assertIn(f'<a id="{paragraph}"></a>', guides.text_of(chapter, language))

	def test_the_guides_use_the_words_of_the_screens(self):
		"""*Regarder les e-mails* stood in a guide and “Voir les e-mails” on the button: what a guide sets in italics, in bold or
		in quotation marks is on a screen, word for word, in its language.
		"""
		for language in ("fr", "en"):
			screens = Screens(language)
			for file in sorted(guides.FOLDER.glob(f"*.{language}.md")):
				with self.subTest(file.name):
					lost = {words for words in quoted(file.read_text()) if not screens.have(words)}
					self.assertEqual(lost, set())

	def test_one_word_for_an_e_mail(self):
		"""French texts say “e-mail”, never “courriel” or “mail”, on the screens and in the guides."""
		texts = {source: text for source, text, _context in translations.french()}
		texts |= {file.name: file.read_text() for file in guides.FOLDER.glob("*.fr.md")}
		other = re.compile(r'courriel|adresses? électronique|(?<!e-)(?<![\w@./-])mails?\b(?!")', re.I)
		self.assertEqual({name for name, text in texts.items() if other.search(text)}, set())

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
