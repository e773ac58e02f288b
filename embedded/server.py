"""Serve a site: in this process, or in one of its own for the time of a block.

Requests are answered one at a time: SQLite has one write lock, and the cache inside the process is then always right.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from embedded import demo as for_demo
from embedded.assets import prepare_assets
from embedded.boot import boot, environment
from embedded.middleware import NoGuessing, NoProxy, OneAtATime, SayWhatIsMissing
from embedded.paths import ROOT
from embedded.ports import HOST, address, free_port


class NotServed(Exception):
	"""The server did not start; the message has its log."""


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
		application = for_demo.Demo(application, site)
		for_demo.deliver(site, one_at_a_time)
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
		try:
			process.wait(60)
		except subprocess.TimeoutExpired:  # it answers somebody who waits for ever
			process.kill()


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


if __name__ == "__main__":
	serve(Path(sys.argv[1]), int(sys.argv[2]), quiet=True, behind_proxy=True)
