"""Codes that a camera reads. Pure but for the drawing by segno."""

import segno


def qr(address: str, scale: int = 4) -> str:
	"""A web address as a data URI of a QR code."""
	return segno.make(address, error="m").svg_data_uri(scale=scale, border=2)
