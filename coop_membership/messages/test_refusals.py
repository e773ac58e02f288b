"""What mail servers say, and what a volunteer reads. Answers as servers of several makers give them."""

import unittest

from hypothesis import given
from hypothesis import strategies as st

from coop_membership.messages import refusals
from coop_membership.messages.refusals import (
	ACCOUNT,
	BLOCKED,
	CERTIFICATE,
	FULL,
	LATER,
	LIMIT,
	LINE,
	LOGIN,
	NO_ADDRESS,
	NO_DOMAIN,
	NO_MAILBOX,
	PDF,
	RELAY,
	SENDER,
	SENTENCES,
	SERVER_NAME,
	TOO_BIG,
	UNKNOWN,
	in_words,
	kind_of,
)

SAID = {
	# Postfix, Exim, Sendmail
	"SMTPRecipientsRefused: {'x@y.example': (550, b'5.1.1 <x@y.example>: Recipient address rejected: User unknown in local recipient table')}": NO_MAILBOX,
	"SMTPRecipientsRefused: {'x@y.example': (450, b'4.2.0 <x@y.example>: Recipient address rejected: Greylisted')}": LATER,
	"SMTPRecipientsRefused: {'x@y.example': (554, b'5.7.1 <x@y.example>: Relay access denied')}": RELAY,
	"SMTPRecipientsRefused: {'x@y.example': (550, b'relay not permitted')}": RELAY,
	"SMTPRecipientsRefused: {'x@y.example': (550, b'Unrouteable address')}": NO_DOMAIN,
	"SMTPRecipientsRefused: {'x@nowhere': (450, b'4.1.2 <x@nowhere>: Recipient address rejected: Domain not found')}": NO_DOMAIN,
	"SMTPRecipientsRefused: {'x@y.example': (550, b'5.1.1 <x@y.example>... User unknown')}": NO_MAILBOX,
	"SMTPRecipientsRefused: {'x y': (501, b'5.1.3 Bad recipient address syntax')}": NO_ADDRESS,
	"SMTPDataError: (552, b'5.3.4 Message size exceeds fixed limit')": TOO_BIG,
	"SMTPSenderRefused: (552, b'5.3.4 Message size exceeds fixed limit', 'us@coop.example')": TOO_BIG,
	"SMTPSenderRefused: (553, b'5.7.1 <us@coop.example>: Sender address rejected: not owned by user', 'us@coop.example')": SENDER,
	"SMTPRecipientsRefused: {'x@y.example': (552, b'5.2.2 Mailbox full')}": FULL,
	"SMTPRecipientsRefused: {'x@y.example': (452, b'4.2.2 The mailbox is over quota')}": FULL,
	"SMTPDataError: (554, b'5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org')": BLOCKED,
	# Gmail
	"SMTPRecipientsRefused: {'x@gmail.example': (550, b'5.1.1 The email account that you tried to reach does not exist.')}": NO_MAILBOX,
	"SMTPDataError: (550, b'5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits')": LIMIT,
	"SMTPAuthenticationError: (535, b'5.7.8 Username and Password not accepted.')": LOGIN,
	"SMTPAuthenticationError: (534, b'5.7.9 Application-specific password required.')": LOGIN,
	"SMTPDataError: (550, b'5.7.26 This mail is unauthenticated, which poses a security risk, SPF and DKIM did not pass')": BLOCKED,
	"SMTPRecipientsRefused: {'x@gmail.example': (452, b'4.2.2 The recipient\\'s inbox is out of storage space')}": FULL,
	"421-4.7.28 Our system has detected an unusual rate of unsolicited mail": BLOCKED,
	# Exchange and Outlook
	"SMTPRecipientsRefused: {'x@y.example': (550, b'5.4.1 Recipient address rejected: Access denied.')}": NO_MAILBOX,
	"SMTPRecipientsRefused: {'x@y.example': (550, b'5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup')}": NO_MAILBOX,
	"SMTPDataError: (554, b'5.2.252 SendAsDenied; us@coop.example not allowed to send as this sender')": SENDER,
	"SMTPAuthenticationError: (535, b'5.7.139 Authentication unsuccessful, basic authentication is disabled.')": LOGIN,
	"SMTPDataError: (550, b'5.7.1 Unfortunately, messages from [192.0.2.1] weren\\'t sent. Our IP is on our block list (S3150).')": BLOCKED,
	# Orange, Free, OVH, Infomaniak
	"SMTPRecipientsRefused: {'x@orange.example': (550, b'5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR204_418')}": NO_MAILBOX,
	"421 mwinf5c10 ME Trop de connexions, veuillez verifier votre configuration. Too many connections, slow down. OFR004_104": LINE,
	"SMTPRecipientsRefused: {'x@free.example': (451, b'too many errors detected from your IP (192.0.2.1), please visit')}": LATER,
	"SMTPDataError: (550, b'5.7.1 Refused by policy. Spam message rejected')": BLOCKED,
	"SMTPRecipientsRefused: {'x@y.example': (550, b'no such user here')}": NO_MAILBOX,
	"SMTPRecipientsRefused: {'x@y.example': (550, b'')}": NO_MAILBOX,
	# before anybody answered
	"ConnectionRefusedError: [Errno 111] Connection refused": LINE,
	"TimeoutError: timed out": LINE,
	"SMTPServerDisconnected: Connection unexpectedly closed": LINE,
	"gaierror: [Errno -2] Name or service not known": SERVER_NAME,
	"SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)": CERTIFICATE,
	"SSLCertVerificationError: certificate verify failed: self-signed certificate": CERTIFICATE,
	"OutgoingEmailError: Please setup default outgoing Email Account from Settings > Email Account": ACCOUNT,
	"OSError: wkhtmltopdf reported an error: Exit with code 1": PDF,
	# what nobody knows
	"KeyError: 'lang'": UNKNOWN,
	"500 5.5.1 Command unrecognized": UNKNOWN,
}


class TestRefusals(unittest.TestCase):
	def test_what_servers_say(self):
		for said, kind in SAID.items():
			with self.subTest(said):
				self.assertEqual(kind_of(said), kind)

	def test_every_kind_is_said_by_some_server_and_has_a_sentence(self):
		self.assertEqual(set(SAID.values()), set(SENTENCES))
		self.assertLessEqual({rule[0] for rule in refusals.RULES}, set(SENTENCES))

	def test_the_code_stands_behind_the_sentence(self):
		"""Codes where the server gave some, else the kind of failure, else its own words; never a traceback."""
		for error, end in (
			(
				"Traceback\n  File 'x'\nsmtplib.SMTPRecipientsRefused: {'a@b': (550, b'5.1.1 no such mailbox')}",
				"(550 5.1.1)",
			),
			("smtplib.SMTPDataError: (554, b'Transaction failed: spam')", "(554)"),
			("socket.gaierror: [Errno -2] Name or service not known", "(gaierror)"),
			("the sky is falling", "(the sky is falling)"),
		):
			with self.subTest(error):
				self.assertTrue(in_words(error).endswith(end), in_words(error))
				self.assertNotIn("Traceback", in_words(error))

	def test_the_cause_under_the_exception_that_went_on(self):
		trace = (
			"smtplib.SMTPAuthenticationError: (535, b'5.7.8 Error: authentication failed')\n\n"
			"During handling of the above exception, another exception occurred:\n\n"
			"frappe.exceptions.ValidationError: could not be sent"
		)
		self.assertIn("password", in_words(trace))

	def test_an_address_is_no_code(self):
		"""4.4.4.10 and 5.1.1.20 are network addresses."""
		self.assertEqual(kind_of("KeyError: 5.1.1.20 and 4.4.4.10"), UNKNOWN)

	def test_no_error_no_words(self):
		self.assertEqual((in_words(""), in_words("  \n")), ("", ""))

	@given(st.text())
	def test_never_an_error_of_its_own(self, text):
		self.assertIsInstance(in_words(text), str)
