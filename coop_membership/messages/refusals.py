"""Why a mail did not go out, in words for whoever has to act, with the code behind them. Pure.

Mail servers answer with a reply code (RFC 5321) and mostly an enhanced one (RFC 3463); where these say too little, the
words that common servers use decide, and for what happens before any answer, the class of the exception.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from frappe import _

ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![.\d])")
REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?=[ ,\-])")
CLASS = re.compile(r"^(\w*[Ee]rror|[A-Z]\w+)(?=:)")
MOST = 300  # signs of a server's own words

LOGIN, RELAY, SENDER, LIMIT, FULL, TOO_BIG = "login", "relay", "sender", "limit", "full", "too big"
NO_MAILBOX, NO_DOMAIN, NO_ADDRESS = "no mailbox", "no domain", "no address"
BLOCKED, LATER, LINE, SERVER_NAME = "blocked", "later", "line", "server name"
CERTIFICATE, ACCOUNT, PDF, UNKNOWN = "certificate", "account", "pdf", "unknown"

# the first that fits: (kind, enhanced codes, reply codes, words); a code stands for itself and what begins with it
RULES: tuple[tuple[str, str, str, str], ...] = (
	(PDF, "", "", r"wkhtmltopdf|PrintFormatError|could not (create|print).*pdf|chromium|weasyprint"),
	(
		ACCOUNT,
		"",
		"",
		r"OutgoingEmailError|default outgoing|email account (is )?(not|missing)|setup .*email account",
	),
	(
		CERTIFICATE,
		"",
		"",
		r"SSLError|SSLCertVerification|certificate|WRONG_VERSION_NUMBER|STARTTLS extension",
	),
	(SERVER_NAME, "", "", r"gaierror|name or service not known|nodename nor servname|name resolution"),
	(
		LIMIT,
		"5.4.5",
		"",
		r"sending (limit|quota)|limit exceeded|too many (messages|emails|mails|recipients)|rate limit",
	),
	(
		LOGIN,
		"5.7.8 5.7.9 5.7.14 5.7.139 5.7.3",
		"535 534 530",
		r"SMTPAuthenticationError|authentication (failed|required|unsuccessful)",
	),
	(
		RELAY,
		"",
		"",
		r"relay(ing)?\b.*(denied|not (permitted|allowed|possible))|unable to relay|not permitted to relay",
	),
	(
		SENDER,
		"5.1.7 5.1.8 5.7.60",
		"",
		r"SMTPSenderRefused.*(sender|from)|send as this sender|sender address rejected|sender verify",
	),
	(
		TOO_BIG,
		"5.3.4 5.2.3",
		"",
		r"(message|mail) (size|is too (big|large))|too (big|large)|exceeds .*size|size limit",
	),
	(
		FULL,
		"5.2.2 4.2.2",
		"",
		r"over ?quota|quota exceeded|mailbox (is )?full|insufficient (system )?storage|out of storage",
	),
	(
		NO_DOMAIN,
		"5.1.2 5.4.4 4.4.4 5.4.310",
		"",
		r"domain (not found|does not exist)|host (not found|unknown)|unrouteable|NXDOMAIN|no mx",
	),
	(LATER, "4.7.1 4.7.0 4.2.0 4.2.1", "", r"gr[ea]y-?list"),
	(
		NO_MAILBOX,
		"5.1.1 5.1.0 5.1.6 5.1.10 5.2.1 5.4.1 5.5.0",
		"551",
		r"(user|recipient|mailbox|account|address)\b.*\b(unknown|not found|unavailable|disabled|inactive|invalid|"
		r"does(n't| not) exist|rejected)|(unknown|no such) (user|recipient|mailbox|address|local)|does(n't| not) exist",
	),
	(LATER, "4.7.1 4.7.0 4.2.0 4.3 4.5 4.2.1", "450 451 452", r"gr[ea]ylist|try again|temporar"),
	(
		BLOCKED,
		"5.7 4.7",
		"554",
		r"spam|block(ed|list)|black ?list|listed (at|by|in|on)|policy|reputation|dmarc|\bspf\b|dkim|unsolicited",
	),
	(NO_ADDRESS, "5.1.3", "553 501", r"(syntax|bad) (error|address)|invalid address"),
	(FULL, "", "552", ""),
	(NO_MAILBOX, "", "550", ""),
	(
		LINE,
		"4.4",
		"421",
		r"SMTPServerDisconnected|SMTPConnectError|Connection(Refused|Reset|Aborted|Error)|BrokenPipe|timed? ?out|Timeout|"
		r"unreachable|connection (refused|reset|closed|unexpectedly)",
	),
)

SENTENCES: dict[str, Callable[[], str]] = {
	PDF: lambda: _("The attached PDF could not be printed. Ask whoever runs the site."),
	ACCOUNT: lambda: _(
		"The site has no account to send e-mails from. Ask whoever runs the site to set one up."
	),
	CERTIFICATE: lambda: _("The connection to the mail server is not secure. Ask whoever runs the site."),
	SERVER_NAME: lambda: _(
		"The mail server that sends our e-mails was not found. Ask whoever runs the site to check its name."
	),
	LIMIT: lambda: _("Our mail provider's limit of e-mails is reached. Send it again tomorrow."),
	LOGIN: lambda: _(
		"Our mail server did not accept its password. Ask whoever runs the site to enter it anew."
	),
	RELAY: lambda: _("Our mail server passes no e-mails on for this site. Ask whoever runs the site."),
	SENDER: lambda: _("The address we send from was not accepted. Ask whoever runs the site to check it."),
	TOO_BIG: lambda: _(
		"The e-mail is too big for the other mailbox. Send it without attachments, or on paper."
	),
	FULL: lambda: _("The mailbox is full. Try again in some days, or reach the person another way."),
	NO_DOMAIN: lambda: _(
		"There is no such mail address: what follows the @ does not exist. Ask for the right one."
	),
	NO_MAILBOX: lambda: _("This mailbox does not exist, or no longer. Ask the person for another address."),
	NO_ADDRESS: lambda: _("The address is not written as a mail address is. Correct it, and send again."),
	BLOCKED: lambda: _(
		"The other mail server took the e-mail for unwanted. Reach the person another way, and tell whoever runs the site."
	),
	LATER: lambda: _("The other mail server asks to try again later."),
	LINE: lambda: _("The mail server did not answer. Try again later."),
	UNKNOWN: lambda: _("The mail server refused the e-mail."),
}


def in_words(error: str) -> str:
	"""A sentence and, in brackets, the code or the words of the server; "" for no error.

	`error`: a traceback, or what a mail server answered.
	"""
	said = last_line(error)
	if not said:
		return ""
	kind = kind_of(said)
	if kind == UNKNOWN:  # the cause may stand further up, under the exception that went on
		earlier = [line for line in map(last_line, _lines(error)[::-1]) if kind_of(line) != UNKNOWN]
		if earlier:
			said, kind = earlier[0], kind_of(earlier[0])
	return f"{SENTENCES[kind]()} ({_code(said)})"


def kind_of(said: str) -> str:
	"""Which of the kinds above a server's answer, or the line of an exception, is of."""
	enhanced = [".".join(found) for found in ENHANCED.findall(said)]
	replies = REPLY.findall(said)
	for kind, of_enhanced, of_reply, words in RULES:
		if any(_is_of(code, wanted) for code in enhanced for wanted in of_enhanced.split()):
			return kind
		if any(code in of_reply.split() for code in replies) and not (enhanced and kind == NO_MAILBOX):
			return kind
		if words and re.search(words, said, re.IGNORECASE):
			return kind
	return UNKNOWN


def last_line(trace: str) -> str:
	"""The sentence at the end of a traceback, without the Python around it."""
	lines = _lines(trace)
	return re.sub(r"^(raise )?([a-z_]+\.)*", "", lines[-1])[:MOST] if lines else ""


def _lines(trace: str) -> list[str]:
	lines = [line.strip() for line in (trace or "").strip().splitlines() if line.strip()]
	return [line for line in lines if not line.startswith(("Queue Name", "Site:", "File ", "^", "~"))]


def _is_of(code: str, wanted: str) -> bool:
	return code == wanted or code.startswith(wanted + ".")


def _code(said: str) -> str:
	enhanced, reply, named = ENHANCED.search(said), REPLY.search(said), CLASS.search(said)
	codes = [found[0] for found in (reply, enhanced) if found]
	return " ".join(codes) if codes else named[0] if named else said
