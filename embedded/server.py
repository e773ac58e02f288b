"""Serve a site: in this process, or in one of its own for the time of a block.

Requests are answered one at a time: SQLite has one write lock, and the cache inside the process is then always right.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from werkzeug.exceptions import HTTPException, NotFound

from embedded.assets import prepare_assets
from embedded.boot import boot, environment
from embedded.paths import ROOT

HOST = "127.0.0.1"


class NotServed(Exception):
	"""The server did not start; the message has its log."""


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


def serve(
	site: Path, port: int, *, quiet: bool = False, demo: bool = False, behind_proxy: bool = False
) -> None:
	"""Serve the site until interrupted; `demo` with what embedded/demo.py adds.

	`behind_proxy`: whoever sends requests says from where they come, as in tests.
	"""
	remember_address(site, port)
	boot(site, connect=False)

	from werkzeug.middleware.shared_data import SharedDataMiddleware
	from werkzeug.serving import WSGIRequestHandler, make_server

	import frappe.app

	from embedded.runtime.cache import ForgetWhatOthersChanged

	class Handler(WSGIRequestHandler):
		"""Says errors only, when quiet."""

		def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
			if not quiet or str(code) >= "500":
				super().log_request(code, size)

	application = one_at_a_time = OneAtATime(ForgetWhatOthersChanged(frappe.app.application))
	if demo:
		from embedded.demo import Demo, deliver

		application = Demo(application, site)
		deliver(site, one_at_a_time)
	# static files need no lock; a thread each, because browsers open connections that they do not use
	application = SharedDataMiddleware(application, {"/assets": os.environ["EMBEDDED_ASSETS"]})
	application = SayWhatIsMissing(frappe.app.StaticDataMiddleware(application, {"/files": str(site)}))
	application = NoGuessing(application if behind_proxy else NoProxy(application))
	server = make_server(HOST, port, application, threaded=True, request_handler=Handler)
	server.daemon_threads = True
	# also when started in the background of a shell, where Ctrl-C is ignored unless asked for
	signal.signal(signal.SIGINT, signal.default_int_handler)
	signal.signal(signal.SIGTERM, signal.default_int_handler)
	with contextlib.suppress(KeyboardInterrupt):
		server.serve_forever()
	server.server_close()


@contextlib.contextmanager
def served(site: Path, port: int | None = None) -> Iterator[str]:
	"""Serve the site in another process for the time of the block; yield its address."""
	prepare_assets()
	port = port or free_port()
	environment(site)
	log = site / "logs" / "server.log"
	with log.open("w") as output:
		command = [sys.executable, "-m", "embedded.server", str(site), str(port)]
		process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
	try:
		wait_for(process, address(port), log)
		yield address(port)
	finally:
		process.terminate()
		process.wait(10)


def wait_for(process: subprocess.Popen, url: str, log: Path) -> None:
	"""Return when the server answers; on a busy machine that takes minutes."""
	for _attempt in range(3000):
		if process.poll() is not None:
			break
		with contextlib.suppress(OSError):
			urllib.request.urlopen(f"{url}/api/method/ping", timeout=30).close()
			return
		time.sleep(0.1)
	raise NotServed(f"the server of the test site did not start:\n{log.read_text()}")


def remember_address(site: Path, port: int) -> None:
	"""Let links in mails and pages lead to this server."""
	file = site / "site_config.json"
	config = json.loads(file.read_text()) | {"host_name": address(port)}
	file.write_text(json.dumps(config, indent=1))


def address(port: int) -> str:
	return f"http://{HOST}:{port}"


def free_port(wanted: int = 0) -> int:
	"""Return the wanted port or the next free one; without a wish, any."""
	while True:
		with socket.socket() as probe:
			probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
			try:
				probe.bind((HOST, wanted))
				return probe.getsockname()[1]
			except OSError:
				wanted += 1


if __name__ == "__main__":
	serve(Path(sys.argv[1]), int(sys.argv[2]), quiet=True, behind_proxy=True)
