"""A portrait of a member: read, turned upright, cut square and written anew, so that nothing else of the file is kept.

Pure: what comes in is what a browser sent, what goes out is a JPEG without place, time or camera.
"""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

MEGABYTES = 8
LIMIT = MEGABYTES * 1024 * 1024
SIDE = 480
MOST_PIXELS = 60_000_000  # a phone's largest; a small file may unfold to far more
KINDS = ("JPEG", "PNG", "WEBP")


class Unusable(Exception):
	"""What was sent is no photo that is taken; `code`: empty, too_large or unreadable."""

	def __init__(self, code: str):
		self.code = code


def portrait(content: bytes) -> bytes:
	"""The middle square of a photo, at most SIDE pixels wide, as a JPEG. Raises Unusable."""
	if not content:
		raise Unusable("empty")
	if len(content) > LIMIT:
		raise Unusable("too_large")
	try:
		with Image.open(BytesIO(content), formats=KINDS) as photo:
			if photo.width * photo.height > MOST_PIXELS:
				raise Unusable("too_large")
			upright = ImageOps.exif_transpose(photo).convert("RGB")
	except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
		raise Unusable("unreadable") from None
	side = min(SIDE, *upright.size)
	written = BytesIO()
	ImageOps.fit(upright, (side, side)).save(written, "JPEG", quality=85)
	return written.getvalue()
