"""A mail server for tests, on this machine: it accepts, refuses, is silent, or drops the line, as it is told."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import frappe
from frappe.utils import cint


class MailServer(socketserver.ThreadingTCPServer):
	"""`refused`: addresses it does not take; `silent`: seconds it waits before each answer; `delivered`: what it took,
	as (recipient, message)."""

	allow_reuse_address = True
	daemon_threads = True

	def __init__(self, port: int = 0):
		super().__init__(("127.0.0.1", port), Conversation)
		self.refused: set[str] = set()
		self.silent = 0.0
		self.drops = False
		self.delivered: list[tuple[str, str]] = []

	@property
	def port(self) -> int:
		return self.server_address[1]


class Conversation(socketserver.StreamRequestHandler):
	def handle(self) -> None:
		self.recipients: list[str] = []
		self.say("220 test")
		while line := self.rfile.readline().decode(errors="replace").strip():
			word = line[:4].upper()
			if word == "RCPT":
				self.recipient(line.split(":", 1)[1].strip("<> "))
			elif word == "DATA":
				self.data()
			elif word == "QUIT":
				return self.say("221 bye")
			elif word == "EHLO":
				self.say("250 8BITMIME")
			else:
				self.say("250 ok")

	def say(self, text: str) -> None:
		time.sleep(self.server.silent)
		self.wfile.write(f"{text}\r\n".encode())

	def recipient(self, address: str) -> None:
		if address in self.server.refused:
			return self.say("550 5.1.1 no such mailbox")
		self.recipients.append(address)
		self.say("250 ok")

	def data(self) -> None:
		if self.server.drops:
			self.connection.shutdown(socket.SHUT_RDWR)
			return
		self.say("354 go on")
		lines = []
		while (line := self.rfile.readline()) not in (b".\r\n", b""):
			lines.append(line.decode(errors="replace"))
		self.server.delivered += [(address, "".join(lines)) for address in self.recipients]
		self.say("250 taken")


@contextmanager
def running() -> Iterator[MailServer]:
	server = MailServer()
	threading.Thread(target=server.serve_forever, daemon=True).start()
	try:
		yield server
	finally:
		server.shutdown()
		server.server_close()


@contextmanager
def used_by_site() -> Iterator[MailServer]:
	"""A mail server that the site's queue really talks to. Nothing is committed: the test can be rolled back."""
	with (
		running() as server,
		patch.object(frappe.db, "commit"),
		patch.dict(
			frappe.local.conf, {"mute_emails": 0, "mail_server": "127.0.0.1", "mail_port": server.port}
		),
	):
		frappe.flags.mute_emails = False
		account = _account(server.port)
		with _outside_of_tests():
			yield server
	frappe.clear_document_cache("Email Account", account)


@contextmanager
def _outside_of_tests() -> Iterator[None]:
	"""The hosts send nothing while they believe that they are tested."""
	before = frappe.flags.in_test
	frappe.flags.in_test = False
	engine = getattr(frappe, "in_test", None)
	if engine is not None:
		frappe.in_test = False
	suspended = cint(frappe.db.get_default("suspend_email_queue"))
	if suspended:  # writing a default empties the site's whole cache
		frappe.db.set_default("suspend_email_queue", 0)
	try:
		yield
	finally:
		frappe.flags.in_test = before
		if engine is not None:
			frappe.in_test = engine
		if suspended:
			frappe.db.set_default("suspend_email_queue", suspended)


def _account(port: int) -> str:
	"""The site's outgoing mail account, made or changed to use the test server."""
	name = frappe.db.get_value("Email Account", {"default_outgoing": 1, "enable_outgoing": 1})
	values = {
		"smtp_server": "127.0.0.1",
		"smtp_port": str(port),
		"use_tls": 0,
		"no_smtp_authentication": 1,
		"append_emails_to_sent_folder": 0,
	}
	if frappe.get_meta("Email Account").has_field("use_ssl_for_outgoing"):
		values["use_ssl_for_outgoing"] = 0
	if not name:
		account = frappe.get_doc(
			{
				"doctype": "Email Account",
				"email_account_name": "Test outgoing",
				"email_id": "coop@example.com",
				"enable_outgoing": 1,
				"default_outgoing": 1,
				**values,
			}
		)
		account.insert(ignore_permissions=True)  # a test site
		name = account.name
	frappe.db.set_value("Email Account", name, values)
	frappe.clear_document_cache("Email Account", name)
	frappe.local.outgoing_email_account = {}
	if hasattr(frappe.local, "_cached_email_accounts"):
		del frappe.local._cached_email_accounts
	return name
