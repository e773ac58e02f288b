"""Which kind of file something is, told by its content alone: a name or a browser may say anything. Pure.

The signatures are those of ISO 32000-1 (7.5.2 header, 7.5.5 trailer), ITU-T T.81 (B.1.1.3 markers) and ISO/IEC 15948
(5.2 signature, 5.6 chunks). HEIC is left out on purpose: phones send JPEG to a page that asks for it, and most desks
could not show it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
	"""A kind of file that is taken, how its name ends and what a browser calls it."""

	title: str
	extension: str
	content_type: str


PDF = Kind("PDF", "pdf", "application/pdf")
JPEG = Kind("JPEG", "jpg", "image/jpeg")
PNG = Kind("PNG", "png", "image/png")
KINDS = (PDF, JPEG, PNG)

PDF_TRAILER_WITHIN = 1024  # readers look for %%EOF in so many bytes at the end
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def kind_of(content: bytes) -> Kind | None:
	"""The kind of a whole file: it has to begin and to end as one; None for anything else."""
	if content.startswith(b"%PDF-") and b"%%EOF" in content[-PDF_TRAILER_WITHIN:]:
		return PDF
	if content.startswith(b"\xff\xd8\xff") and content.rfind(b"\xff\xd9") > 2:
		return JPEG
	if content.startswith(PNG_SIGNATURE) and content[12:16] == b"IHDR" and b"IEND" in content[-64:]:
		return PNG
	return None
