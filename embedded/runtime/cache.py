"""The cache inside the process, in place of Redis. What one process caches, another does not see."""

from __future__ import annotations

import json
import threading

import redis
from fakeredis import FakeConnection, FakeServer

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
