"""Files told apart by their content. Pure."""

import unittest

from hypothesis import given
from hypothesis import strategies as st

from coop_membership.joining.file_kinds import JPEG, PDF, PNG, kind_of

A_PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
A_JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\x00" * 40 + b"\xff\xd9"
A_PNG = (
	b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
	b"\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)
STARTS = (b"", b"%PDF-", b"\xff\xd8\xff", A_PNG[:16])


class TestKinds(unittest.TestCase):
	def test_what_is_taken(self):
		"""A PDF, a JPEG, a PNG; also a PDF or a JPEG with a few bytes after its end, as phones and scanners write them."""
		for content, kind in (
			(A_PDF, PDF),
			(A_JPEG, JPEG),
			(A_PNG, PNG),
			(A_PDF + b"\r\n" * 200, PDF),
			(A_JPEG + b"SEFT" * 9, JPEG),
		):
			self.assertEqual(kind_of(content), kind)

	def test_what_is_not(self):
		"""Pages, drawings with scripts, programs, archives, HEIC, text, and files that were cut off."""
		for content in (
			b"",
			b"<html><script>alert(1)</script></html>",
			b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
			b"MZ\x90\x00" + A_PDF,
			b"PK\x03\x04" + b"\x00" * 90,
			b"GIF89a" + b"\x00" * 90,
			b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 90,
			b"<!-- " + A_JPEG,
			A_PDF[:-8],
			A_JPEG[:-2],
			A_PNG[:-12],
			A_PNG[:12] + b"IDAT" + A_PNG[16:],
		):
			self.assertIsNone(kind_of(content), content[:20])

	@given(st.sampled_from(STARTS), st.binary(max_size=200))
	def test_a_start_decides_nothing_else(self, start: bytes, rest: bytes):
		"""Whatever follows, a file is only ever taken for what its first bytes say, or for nothing."""
		content = start + rest
		kind = kind_of(content)
		if kind:
			said = {PDF: b"%PDF-", JPEG: b"\xff\xd8\xff", PNG: A_PNG[:8]}[kind]
			self.assertTrue(content.startswith(said))
