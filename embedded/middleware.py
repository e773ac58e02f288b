"""What stands between a visitor and the engine, layer by layer: WSGI applications around an application."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from werkzeug.exceptions import HTTPException, NotFound


class OneAtATime:
	"""WSGI middleware: the next request starts when the last one is answered.

	The answer is taken whole and closed here: a browser that hangs up early makes Werkzeug skip the closing, and the
	lock would stay taken for ever.
	"""

	def __init__(self, application: Callable) -> None:
		self.application = application
		self.lock = threading.Lock()

	def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
		with self.lock:
			try:
				answer = self.application(environ, start_response)
				try:
					return list(answer)
				finally:
					if hasattr(answer, "close"):
						answer.close()
			finally:
				leave_nothing_open()


class SayWhatIsMissing:
	"""WSGI middleware: the engine's file server raises where a file is not there; visitors read 404, not 500.

	An address that climbs out of the files' folder leads nowhere, as a site's web server has it.
	"""

	def __init__(self, application: Callable) -> None:
		self.application = application

	def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
		try:
			if environ.get("PATH_INFO", "").startswith("/files/") and ".." in environ["PATH_INFO"].split("/"):
				raise NotFound
			return self.application(environ, start_response)
		except HTTPException as missing:
			return missing.get_response(environ)(environ, start_response)


class NoGuessing:
	"""WSGI middleware: browsers take each answer for what it says to be, as the web server of a bench tells them."""

	def __init__(self, application: Callable) -> None:
		self.application = application

	def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
		def start(status: str, headers: list, *more) -> Callable:
			said = {name.lower() for name, _value in headers}
			own = [] if "x-content-type-options" in said else [("X-Content-Type-Options", "nosniff")]
			return start_response(status, [*headers, *own], *more)

		return self.application(environ, start)


class NoProxy:
	"""WSGI middleware: nobody stands before this server, so what a visitor says about the way he came is not believed.

	The engine counts by X-Forwarded-For, which the web server of a bench writes by itself. Tests play that web server.
	"""

	def __init__(self, application: Callable) -> None:
		self.application = application

	def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
		environ.pop("HTTP_X_FORWARDED_FOR", None)
		return self.application(environ, start_response)


def leave_nothing_open() -> None:
	"""Take back what a request left unfinished, because it failed where the engine does not look.

	The connection would keep SQLite's write lock, and everybody after it would wait until the server is started again.
	"""
	import frappe

	if getattr(frappe.local, "db", None):
		frappe.db.rollback()
		frappe.destroy()
