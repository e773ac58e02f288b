"""No socket.io server here: nobody listens to events."""

from __future__ import annotations

from typing import Any


def emit_via_redis(event: str, message: Any, room: str) -> None:
	"""Send nothing. Connecting to the missing Redis takes a second each time, with retries."""
