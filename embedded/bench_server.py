"""A bench's site for tests over HTTP: its links lead here, and it has the payment gateway of the tests.

`python -m embedded.bench_server SITE PORT`, with the bench's Python in its folder `sites`. The site's settings stay
as they are. Two processes answer, each one request at a time: Dodock's query builder is not made for threads, and
two requests at once have to meet in the database as they would in production.
"""

from __future__ import annotations

import logging
import os
import sys
import threading

from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.serving import make_server
from werkzeug.test import Client

import frappe
import frappe.app
from frappe.middlewares import StaticDataMiddleware

from coop_membership.tests import gateway, set_up
from embedded.middleware import OneAtATime, SayWhatIsMissing
from embedded.ports import HOST, address

PROCESSES = 2


def serve(site: str, port: int) -> None:
	"""Serve the site until the process is terminated."""
	set_up.lead_links_to(address(port))
	frappe.app._site = site
	application = OneAtATime(gateway.with_page(frappe.app.application, site))
	application = SharedDataMiddleware(application, {"/assets": os.path.abspath("assets")})
	application = SayWhatIsMissing(StaticDataMiddleware(application, {"/files": os.path.abspath(".")}))
	# a site has another server for it; a late answer of Frappe to a guest would end the session of one just logged in
	application = DispatcherMiddleware(application, {"/socket.io": NotFound()})
	logging.getLogger("werkzeug").setLevel(logging.ERROR)
	Client(application).get("/login", base_url=address(port))  # what a page needs is imported once
	server = make_server(HOST, port, application, threaded=True)
	end, held = os.pipe()
	for _process in range(PROCESSES - 1):
		if not os.fork():
			os.close(held)
			threading.Thread(target=leave_after, args=(end,), daemon=True).start()
			forget_what_is_cached()
			break
	server.serve_forever()


def forget_what_is_cached() -> None:
	"""Frappe 16 keeps documents in the process and hears of changes by a thread, which did not come along: connect anew."""
	if getattr(frappe, "client_cache", None):
		frappe.cache = frappe.client_cache = None


def leave_after(end: int) -> None:
	"""Leave when the first process has ended, however that happened: it alone holds the other side of the pipe."""
	os.read(end, 1)
	os._exit(0)


if __name__ == "__main__":
	serve(sys.argv[1], int(sys.argv[2]))
