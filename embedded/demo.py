"""What the demo has beside the app: a login per role with one click, the mails that left, and things to try.

Addresses of this server alone, and only while it serves the demo: no part of the app knows them, so no other site can
have them. Mails leave as on a real site, over SMTP; the mail server at the other end is a folder.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import html
import json
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs

from embedded.middleware import OneAtATime
from embedded.ports import HOST, free_port

PAGE, MAILS, LEAVE, PAY = "/demo", "/demo/mails", "/demo/leave", "/demo/pay"
EVERY = 3  # seconds between two looks at the queue of mails
NO_COOKIE = ("Set-Cookie", "sid=; Path=/; Max-Age=0; HttpOnly")

TO_TRY = (
	("Devenir membre depuis un téléphone", "/join", "personne"),
	("Approuver cette demande, une par une ou toutes ensemble", "/app/membership-application", "gestion"),
	(
		"Enregistrer un paiement : numéro, registre et certificat suivent",
		"/app/share-subscription",
		"gestion",
	),
	("Payer une cotisation en ligne, à une banque inventée", "/membership", "membre"),
	("Voir ses parts, ses cotisations, son certificat", "/membership", "membre"),
	("Passer de soi-même à l'association que l'on représente", "/membership", "représentante"),
	("Approuver un rachat ou une conversion de parts", "/app/share-transaction", "conseil"),
	("Imprimer le registre des opérations à une date", "/app/query-report/Share%20Register", "conseil"),
	("Corriger un lettrage : un paiement sur la mauvaise demande", "/app/payment-correction", "gestion"),
	("Relancer les retardataires, en voyant d'abord ce qui partirait", "/app/dunning-run", "trésorerie"),
)

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
a { color: #1167b1; } .soft { color: #5a6672; font-size: 0.9rem; }
.people { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 0.75rem; }
.people button { font: inherit; text-align: left; padding: 0.9rem 1rem; border: 1px solid #c9d2da; border-radius: 10px; background: #fff; cursor: pointer; }
.people button:hover { border-color: #1167b1; background: #f1f8ff; } .people small { display: block; color: #5a6672; }
li { margin: 0.4rem 0; } table { width: 100%; border-collapse: collapse; } td { padding: 0.5rem 0.5rem 0.5rem 0; border-bottom: 1px solid #e3e7ea; vertical-align: top; }
iframe { width: 100%; height: 32rem; border: 1px solid #e3e7ea; border-radius: 8px; }
"""
PILL = (
	"<style>body{padding-bottom:40px}</style>"  # whatever it covers can be scrolled out from under it
	'<a href="/demo" style="position:fixed;right:8px;bottom:8px;z-index:900;padding:2px 10px;border-radius:20px;'
	'background:#1f3a52;color:#fff;font:12px system-ui,sans-serif;text-decoration:none">Démo</a>'
)
ENTER = """
document.querySelectorAll("[data-login]").forEach((button) => button.addEventListener("click", async () => {
	const [usr, pwd, page] = JSON.parse(button.dataset.login);
	await fetch("/demo/leave", { method: "POST" });
	const answer = await fetch("/api/method/login", {
		method: "POST",
		headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
		body: new URLSearchParams({ usr, pwd }),
	});
	const told = await answer.json();
	window.location = answer.ok ? page || told.home_page || "/" : "/login";
}));
"""


class Demo:
	"""WSGI middleware: answers the demo's own addresses, and marks every page with the way there."""

	def __init__(self, application: Callable, site: Path) -> None:
		self.application, self.site = application, site
		self.mailbox = mailbox_of(site)
		open_gateway()

	def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
		path = environ.get("PATH_INFO", "").rstrip("/")
		if path == LEAVE:
			return _answer(start_response, "", headers=[NO_COOKIE])
		if path == PAGE:
			return _answer(start_response, self.page())
		if path == PAY:
			return self.pay(environ, start_response)
		if path == MAILS:
			return _answer(start_response, self.mails())
		if match := re.fullmatch(rf"{MAILS}/(\d+)", path):
			part = parse_qs(environ.get("QUERY_STRING", "")).get("part", [""])[0]
			return self.mail(start_response, self.mailbox / f"{match[1]}.eml", part)
		return self.marked(environ, start_response)

	def page(self) -> str:
		logins = json.loads((self.site / "logins.json").read_text())
		buttons = "".join(
			f"<button data-login='{html.escape(json.dumps([usr, pwd]), quote=True)}'>"
			f"{html.escape(label)}<small>{html.escape(usr)}</small></button>"
			for label, usr, pwd in logins
		)
		things = "".join(
			f'<li><a href="{page}">{html.escape(text)}</a> <span class="soft">({who})</span></li>'
			for text, page, who in TO_TRY
		)
		return _page(
			"La démo",
			f"<p>Une coopérative inventée, avec une quarantaine de personnes. Rien ne sort de cette machine.</p>"
			f'<p><a href="/">La page d\'accueil</a> · <a href="{MAILS}">Les messages partis ({len(self.letters())})</a></p>'
			f'<h2>Entrer en un clic</h2><div class="people">{buttons}</div>'
			f"<h2>Dix choses à essayer</h2><ol>{things}</ol><script>{ENTER}</script>",
		)

	def pay(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
		"""The page of the gateway: it asks for one demand, and a button says how the payment ends."""
		key = parse_qs(environ.get("QUERY_STRING", "")).get("key", [""])[0]
		with self.application.lock, _connected() as frappe:
			from coop_membership import signing
			from coop_membership.accounting.in_erpnext import online
			from coop_membership.prints import wording

			try:
				demand = online.read_key(key)
			except signing.BadKey:
				return _answer(start_response, _page("Ce lien n'est pas complet", ""), "404 NOT FOUND")
			if environ["REQUEST_METHOD"] == "POST":
				sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
				paid = parse_qs(sent).get("end") == ["paid"]
				if paid and demand.outstanding_amount > 0:
					demand.record_payment(
						demand.outstanding_amount, frappe.utils.today(), "Carte bancaire", "DEMO"
					)
					frappe.db.commit()
				back = online.page_of(demand) + ("" if paid else "&failed=1")
				return _answer(start_response, "", "303 SEE OTHER", [("Location", back)])
			with wording.language("fr"):
				currency = frappe.get_cached_value("Cooperative", demand.cooperative, "currency")
				amount = wording.money(demand.outstanding_amount, currency)
		return _answer(
			start_response,
			_page(
				"La banque de la démo",
				f"<p>{html.escape(demand.cooperative)} demande <b>{amount}</b>, référence "
				f"{html.escape(demand.payment_reference)}. Aucun argent ne bouge.</p>"
				'<form method="post" class="people"><button name="end" value="paid">Payer'
				f"<small>{amount}</small></button>"
				'<button name="end" value="failed">Échouer<small>comme une carte refusée</small></button></form>',
			),
		)

	def letters(self) -> list[Path]:
		return sorted(self.mailbox.glob("*.eml"), key=lambda file: -int(file.stem))

	def mails(self) -> str:
		rows = "".join(_row(file) for file in self.letters())
		return _page(
			"Les messages partis",
			f'<p><a href="{PAGE}">Retour à la démo</a></p>'
			+ (f"<table>{rows}</table>" if rows else "<p>Aucun message n'est encore parti.</p>"),
		)

	def mail(self, start_response: Callable, file: Path, part: str) -> Iterable[bytes]:
		if not file.exists():
			return _answer(start_response, _page("Ce message n'existe pas", ""), "404 NOT FOUND")
		message = read(file)
		if part == "text":
			return _answer(start_response, text_of(message))
		attachments = list(message.iter_attachments())
		if part.isdigit() and int(part) < len(attachments):
			found = attachments[int(part)]
			start_response(
				"200 OK", [("Content-Type", found.get_content_type()), ("X-Content-Type-Options", "nosniff")]
			)
			return [found.get_payload(decode=True) or b""]
		links = " · ".join(
			f'<a href="?part={index}" target="_blank">{html.escape(one.get_filename() or "?")}</a>'
			for index, one in enumerate(attachments)
		)
		body = (
			f'<p><a href="{MAILS}">Tous les messages</a></p><p class="soft">À {html.escape(str(message["To"]))}<br>'
			f"{html.escape(str(message['Date']))}</p>{f'<p>Joint : {links}</p>' if links else ''}"
			'<iframe src="?part=text" sandbox="allow-popups" title="Le message"></iframe>'
		)
		return _answer(start_response, _page(str(message["Subject"]), body))

	def marked(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
		told: list = []

		def remember(status: str, headers: list, exc_info=None) -> Callable:
			told[:] = [status, headers]
			return lambda _data: None

		answer = b"".join(self.application(environ, remember))
		status, headers = told
		names = {name.lower(): value for name, value in headers}
		if names.get("content-type", "").startswith("text/html") and "content-encoding" not in names:
			answer = answer.replace(b"</body>", PILL.encode() + b"</body>", 1)
			headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
			headers.append(("Content-Length", str(len(answer))))
		start_response(status, headers)
		return [answer]


def _row(file: Path) -> str:
	message = read(file)
	count = sum(1 for _one in message.iter_attachments())
	clip = f" · {count} PDF" if count else ""
	return (
		f'<tr><td><a href="{MAILS}/{file.stem}">{html.escape(str(message["Subject"]))}</a>'
		f'<div class="soft">{html.escape(str(message["To"]))}{clip}</div></td></tr>'
	)


def _page(title: str, body: str) -> str:
	return (
		'<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
		f"<title>{html.escape(title)}</title><style>{STYLE}</style><h1>{html.escape(title)}</h1>{body}</html>"
	)


def _answer(
	start_response: Callable, text: str, status: str = "200 OK", headers: Iterable[tuple[str, str]] = ()
) -> Iterable[bytes]:
	start_response(
		status, [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"), *headers]
	)
	return [text.encode()]


# --- paying online


def open_gateway() -> None:
	"""Let the app find a gateway here, where there is no ERPNext to keep one: its page is `PAY`."""
	import frappe

	from coop_membership.accounting.in_erpnext import online

	online.gateway_of = lambda _cooperative: frappe._dict(payment_gateway="Demo")
	online.payment_url = lambda demand: online.page_of(demand).replace(online.PAGE, PAY, 1)


# --- the mails


def mailbox_of(site: Path) -> Path:
	return site / "mailbox"


def read(file: Path) -> EmailMessage:
	return email.message_from_bytes(file.read_bytes(), policy=email.policy.default)


def text_of(message: EmailMessage) -> str:
	body = message.get_body(("html", "plain"))
	text = body.get_content() if body else ""
	return text if body and body.get_content_type() == "text/html" else f"<pre>{html.escape(text)}</pre>"


def keep(mailbox: Path, message: str) -> Path:
	"""Store a mail that has arrived under the next number."""
	mailbox.mkdir(exist_ok=True)
	number = 1 + max((int(file.stem) for file in mailbox.glob("*.eml")), default=0)
	file = mailbox / f"{number}.eml"
	file.write_bytes(message.encode())
	return file


def deliver(site: Path, server: OneAtATime) -> None:
	"""From now on, in the background: send what waits in the site's queue, and keep it in the mailbox."""
	port = free_port(8025)
	_take_mails(mailbox_of(site), port)
	with server.lock, _connected() as frappe:
		account = frappe.db.get_value("Email Account", {"default_outgoing": 1})
		local = {"smtp_server": HOST, "smtp_port": str(port), "no_smtp_authentication": 1}
		frappe.db.set_value("Email Account", account, local)
		frappe.db.set_default("suspend_email_queue", 0)
		frappe.clear_cache()
		frappe.db.commit()
	threading.Thread(target=_send_for_ever, args=(server,), daemon=True).start()


def _take_mails(mailbox: Path, port: int) -> None:
	from coop_membership.tests.mail_server import Conversation, MailServer

	class Kept(Conversation):
		def data(self) -> None:
			super().data()
			_recipient, message = self.server.delivered.pop()
			self.server.delivered.clear()
			keep(mailbox, message.replace("\r\n..", "\r\n."))

	server = MailServer(port)
	server.RequestHandlerClass = Kept
	threading.Thread(target=server.serve_forever, daemon=True).start()


def _send_for_ever(server: OneAtATime) -> None:
	while True:
		time.sleep(EVERY)
		try:
			send(server)
		except Exception as error:  # the demo goes on; the mails stay in the queue
			print(f"Mails not sent: {error}", file=sys.stderr, flush=True)


def send(server: OneAtATime) -> None:
	"""Send what waits, between two requests, as the scheduler of a bench does."""
	with server.lock, _connected() as frappe:
		from frappe.email.queue import flush

		if frappe.db.count("Email Queue", {"status": ("in", ("Not Sent", "Partially Sent"))}):
			flush()
			frappe.db.commit()


@contextlib.contextmanager
def _connected():
	import frappe

	frappe.init(force=True)
	frappe.connect()
	try:
		yield frappe
	finally:
		frappe.db.rollback()
		frappe.destroy()
