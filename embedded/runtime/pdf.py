"""PDFs by WeasyPrint; the fork left stubs."""

from __future__ import annotations

import io
from typing import Any

import frappe

# one empty sheet
NO_PDF = (
	b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
	b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)


def get_pdf(html: str, options: dict | None = None, output: Any = None, **kwargs: Any) -> Any:
	"""Return the page as a PDF, or `output` (a PdfWriter) with the page's sheets added."""
	try:
		from weasyprint import HTML, default_url_fetcher
	except OSError:  # `make demo` without Pango has said so; mails and pages go on
		return output if output is not None else NO_PDF

	def fetch(url: str, *args: Any, **options: Any) -> dict:
		"""Read the site's own files from disk: nobody may be serving them."""
		if path := local_file(url):
			return {"string": path.read_bytes()}
		return default_url_fetcher(url, *args, **options)

	pdf = HTML(string=html, base_url=frappe.utils.get_url(), url_fetcher=fetch).write_pdf()
	password = (options or {}).get("password")
	if output is None and not password:
		return pdf

	from pypdf import PdfReader, PdfWriter

	reader = PdfReader(io.BytesIO(pdf))
	if output is not None:
		output.append_pages_from_reader(reader)
		return output
	writer = PdfWriter()
	writer.append_pages_from_reader(reader)
	writer.encrypt(password)
	encrypted = io.BytesIO()
	writer.write(encrypted)
	return encrypted.getvalue()


def local_file(url: str) -> Any:
	"""Return the path of a file or asset of this site, if that is what the address means."""
	import os
	from pathlib import Path
	from urllib.parse import unquote, urlsplit

	if not url.startswith(frappe.utils.get_url()):
		return None
	path = unquote(urlsplit(url).path)
	for prefix, folder in (
		("/assets/", os.environ["EMBEDDED_ASSETS"]),
		("/files/", frappe.get_site_path("public", "files")),
		("/private/files/", frappe.get_site_path("private", "files")),
	):
		if path.startswith(prefix):
			file = Path(folder, path.removeprefix(prefix))
			return file if file.is_file() and ".." not in file.parts else None
	return None


def get_chrome_pdf(*args: Any, **kwargs: Any) -> None:
	"""Leave it to get_pdf: the hook's way of saying "not mine"."""
	return None


def pdf_body_html(template: Any, args: dict, **kwargs: Any) -> str:
	"""Return a print format's body, as upstream does."""
	from jinja2 import TemplateError

	try:
		return template.render(args, filters={"len": len})
	except TemplateError as error:
		frappe.throw(frappe._("Error in print format: {0}").format(error))
