"""Where a server of this machine listens."""

from __future__ import annotations

import socket

HOST = "127.0.0.1"


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
