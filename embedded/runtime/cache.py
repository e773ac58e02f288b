"""The cache inside the process, in place of Redis. What one process caches, another does not see."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable

import redis
from fakeredis import FakeConnection, FakeServer
from werkzeug.wsgi import ClosingIterator

import frappe
from frappe.utils.redis_wrapper import ClientCache as RedisClientCache
from frappe.utils.redis_wrapper import RedisWrapper

server = FakeServer()


def setup_cache() -> RedisWrapper:
	"""Return a client of the process's own server."""
	return RedisWrapper(connection_pool=redis.ConnectionPool(connection_class=FakeConnection, server=server))


class ClientCache(RedisClientCache):
	"""Upstream's without the thread that listens to Redis: every read goes to the one cache there is."""

	def __init__(self, maxsize: int = 1024, ttl: int = 600, monitor: RedisWrapper | None = None) -> None:
		self.maxsize, self.local_ttl = maxsize, ttl
		self.lock = threading.RLock()
		self.cache = {}
		self.redis = self.invalidator = frappe.cache
		self.healthy = False  # upstream's word for "do not keep copies"
		self.hits = self.misses = 0

	def erase_persistent_caches(self, *, doctype: str | None = None) -> None:
		"""Clear at once what upstream clears when Redis tells the process to."""
		data = json.dumps({"doctype": doctype, "site": frappe.get_site_name()})
		self._handle_persistent_cache_invalidation({"type": "message", "data": data})


class ForgetWhatOthersChanged:
	"""WSGI middleware: empty the cache when another process (a test, `exec`) has written to the database.

	SQLite counts, for one connection, the commits of all others; what this process itself writes during a request
	is counted after it, so that a difference before the next one means somebody else.
	"""

	def __init__(self, application: Callable) -> None:
		self.application = application
		file = os.path.join(os.environ["EMBEDDED_SITE"], "db", "site.db")
		self.connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, check_same_thread=False)
		self.seen = self.version()

	def version(self) -> int:
		return self.connection.execute("PRAGMA data_version").fetchone()[0]

	def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
		if self.version() != self.seen:
			forget()
		return ClosingIterator(self.application(environ, start_response), [self.remember])

	def remember(self) -> None:
		self.seen = self.version()


def forget() -> None:
	"""Empty the cache of this process."""
	if frappe.cache:
		frappe.cache.flushall()
		frappe.client_cache.cache.clear()
		frappe.utils.caching._SITE_CACHE.clear()
