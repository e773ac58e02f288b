"""The text of a mail as a cooperative writes it: plain words with fields in brackets, “Hello [First name],”, and no template
language. Nobody who may write a mail can write anything else into it: what looks like a template stays text.

`Words` is the present text of an event with its fields; `to_template` makes a template of what was written.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from frappe import _
from frappe.utils import sanitize_html

BLOCK = re.compile(r"\{%\s*(if|for|endif|endfor|include)\b[^%]*%\}")
LINK = re.compile(r'<a href="\{\{ (?:link|renewal_page) \}\}(?:#\w+)?"[^>]*>\{\{ _\("(.*?)"\) \}\}</a>')
SENTENCE = re.compile(r'\{\{ _\("((?:[^"\\]|\\.)*)"\)(?:\.format\((.*?)\))?(?: \| e)? \}\}')
VALUE = re.compile(r"\{\{ ([^{}]*?)(?: \| e)? \}\}")
WORDS = re.compile(r'_\("((?:[^"\\]|\\.)*)"\)')
FIELD = re.compile(r"\[([^\[\]]{1,140})\]")
ALONE = re.compile(r"<p[^>]*>\s*\[([^\[\]]{1,140})\]\s*(?:<br>\s*)?</p>")
ARGUMENT = re.compile(r"[^,()]+(?:\([^()]*\))?")

# what a field is called, by what stands for it in a template; the first ones may be used in every mail
EVERYWHERE: dict[str, Callable[[], str]] = {
	"person.first_name": lambda: _("First name"),
	"person.name": lambda: _("Name"),
	"cooperative.title": lambda: _("Cooperative"),
	"cooperative.contact_email": lambda: _("Contact e-mail"),
}
OF_PAYMENTS: dict[str, Callable[[], str]] = {
	"payment.to_pay": lambda: _("Amount"),
	"payment.due_date": lambda: _("To be paid by"),
	"payment.reference": lambda: _("Payment reference"),
	"payment.iban": lambda: _("IBAN"),
}
NAMES: dict[str, Callable[[], str]] = {
	**EVERYWHERE,
	**OF_PAYMENTS,
	"transaction.operation": lambda: _("Operation"),
	"activity.guests": lambda: _("Guests brought along"),
	"activity.on_the_spot": lambda: _("Price"),
	"activity.online_link": lambda: _("Online link"),
	"activity.place": lambda: _("Place"),
	"activity.title": lambda: _("Activity"),
	"activity.until": lambda: _("Register until"),
	"activity.when": lambda: _("Day and hours"),
	"amount": lambda: _("Amount"),
	"after": lambda: _("Corrected date"),
	"before": lambda: _("Date before"),
	"doc.payment_reference": lambda: _("Payment reference"),
	"transaction.name": lambda: _("Document"),
	"card.number": lambda: _("Member number"),
	"card.until": lambda: _("Paid until"),
	"change": lambda: _("What has changed"),
	"covered_by": lambda: _("Covered by"),
	"days": lambda: _("Days"),
	"doc.activity_title": lambda: _("Title of the activity"),
	"doc.name": lambda: _("Document"),
	"doc.title": lambda: _("Title of the activity"),
	"doc.year": lambda: _("Year"),
	"name": lambda: _("Name given"),
	"iban": lambda: _("IBAN"),
	"new_email": lambda: _("New e-mail address"),
	"number": lambda: _("Number of entries"),
	"organisation": lambda: _("Organisation name"),
	"plan": lambda: _("Dues"),
	"reason": lambda: _("Reason"),
	"share_class": lambda: _("Share class"),
	"state": lambda: _("State of the register"),
	"total": lambda: _("Total"),
	"what": lambda: _("What is asked for"),
	"transaction.member_name": lambda: _("Giver"),
	"how_many": lambda: _("Number of shares"),
	"transaction.quantity": lambda: _("Shares"),
	"transaction.receiver_name": lambda: _("Receiver"),
	"transaction.status_reason": lambda: _("Reason"),
}


@dataclass(frozen=True)
class Words:
	"""Subject and body in plain words, and {field: template of it}. `known`: False for a text that is none of ours."""

	subject: str
	body: str
	fields: dict[str, str]
	known: bool = True


def words_of(subject: str, body: str, standard: tuple[str, str]) -> Words:
	"""A template in the session's language. `standard`: subject and body that the app brings for the event."""
	fields = _fields_of(standard)
	plain = [_spoken(text, fields) for text in (subject, body)]
	known = not any("{{" in text or "{%" in text for text in plain)
	if not known:
		plain = [_spoken(text, fields) for text in standard]
	return Words(plain[0], plain[1].strip(), fields, known)


def to_template(subject: str, body: str, standard: tuple[str, str]) -> tuple[str, str]:
	"""(subject, body) as templates, of what somebody wrote in plain words. Fields that there are not stay as they are."""
	fields = _fields_of(standard)
	inline = {name: text for name, text in fields.items() if text.startswith("{{")}
	line = " ".join(html.unescape(subject).replace("{", "(").replace("}", ")").split())
	text = sanitize_html(body).replace("{", "&#123;").replace("}", "&#125;")
	return filled(line, inline), filled(_unwrapped(text, fields), fields)


def _unwrapped(text: str, fields: dict[str, str]) -> str:
	"""A paragraph that holds nothing but a field which brings its own paragraphs, or a table, is that field."""

	def alone(found: re.Match) -> str:
		template = fields.get(_name_in(found[1]), "")
		brings_its_own = template.startswith("{% include") or (
			template.startswith("{% if") and "<p" in template
		)
		return f"[{found[1]}]" if brings_its_own else found[0]

	return ALONE.sub(alone, text)


def _name_in(brackets: str) -> str:
	"""A field's name as the editor of a browser hands it back."""
	return " ".join(html.unescape(brackets).replace("\xa0", " ").split())


def filled(text: str, fields: dict[str, str]) -> str:
	"""A text with its fields in brackets replaced by `fields`; brackets around anything else stay."""

	def field(found: re.Match) -> str:
		return fields.get(_name_in(found[1]), found[0])

	return FIELD.sub(field, text)


def _fields_of(standard: tuple[str, str]) -> dict[str, str]:
	"""What may be put into the text of an event: what its standard text says, and who is written to."""
	found = {label(): f"{{{{ {value} | e }}}}" for value, label in EVERYWHERE.items()}
	text = "\n".join(standard)
	if "payment" in text:
		found |= {label(): f"{{{{ {value} | e }}}}" for value, label in OF_PAYMENTS.items()}
	for part in _parts(text):
		if name := _name_of_block(part):
			found.setdefault(name, part)
	for sentence in SENTENCE.finditer(text):
		for value in _arguments(sentence[2]):
			if label := NAMES.get(value):
				found.setdefault(label(), f"{{{{ {value} | e }}}}")
	for value in VALUE.finditer(text):
		if label := NAMES.get(value[1]):
			found.setdefault(label(), f"{{{{ {value[1]} | e }}}}")
	return found


def _spoken(text: str, fields: dict[str, str]) -> str:
	"""A template with its blocks and values as fields in brackets and its sentences in the session's language."""
	for name, template in sorted(fields.items(), key=lambda pair: -len(pair[1])):
		text = text.replace(template, f"[{name}]")
	spoken = ""
	for part in _parts(text):
		name = _name_of_block(part)
		spoken += f"[{name}]" if name in fields else part
	spoken = SENTENCE.sub(_sentence, spoken)
	return VALUE.sub(lambda found: f"[{NAMES[found[1]]()}]" if found[1] in NAMES else found[0], spoken)


def _sentence(found: re.Match) -> str:
	values = _arguments(found[2])
	if not all(value in NAMES for value in values):
		return found[0]
	text = _(found[1].replace('\\"', '"'))
	return text.format(*(f"[{NAMES[value]()}]" for value in values)) if values else text


def _arguments(text: str | None) -> list[str]:
	return [value.strip() for value in ARGUMENT.findall(text or "") if value.strip()]


def _parts(text: str) -> Iterator[str]:
	"""A template cut into its outermost blocks, its links, and what stands between them."""
	depth = start = 0
	for found in BLOCK.finditer(text):
		kind = found[1]
		if kind == "include" and not depth:
			yield from _links(text[start : found.start()])
			yield found[0]
			start = found.end()
		elif kind in ("if", "for"):
			if not depth:
				yield from _links(text[start : found.start()])
				start = found.start()
			depth += 1
		elif kind in ("endif", "endfor"):
			depth -= 1
			if not depth:
				yield text[start : found.end()]
				start = found.end()
	yield from _links(text[start:])


def _links(text: str) -> Iterator[str]:
	start = 0
	for found in LINK.finditer(text):
		yield text[start : found.start()]
		yield found[0]
		start = found.end()
	yield text[start:]


def _name_of_block(part: str) -> str | None:
	"""What a block or a link is called among the fields; None for plain text."""
	if part.startswith("{% include"):
		return _("Payment details")
	if part.startswith("{% for line in payment.lines"):
		return _("What is to be paid")
	if part.startswith("{% for"):
		return _("What was asked for")
	if found := LINK.fullmatch(part):
		return _plain(_("Button: {0}").format(_(found[1])))
	if part.startswith("{% if"):
		said = WORDS.search(part)
		text = (
			_(said[1])
			if said
			else next((NAMES[value]() for value in VALUE.findall(part) if value in NAMES), "…")
		)
		return _plain(_("If it applies: {0}").format(text if len(text) < 70 else f"{text[:68]}…"))
	return None


def _plain(text: str) -> str:
	"""A name without what brackets, mail programs or the editor would change in it."""
	text = re.sub(r"\{\d\}", "…", text)
	return " ".join(re.sub(r"[\[\]{}<>&\"]", "", text.replace("\xa0", " ").replace("\u202f", " ")).split())
