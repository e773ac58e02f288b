"""What templates are given: one typed model each, computed in Python, as plain values.

Frappe from 16.21 on lets a template reach less and less. So none of ours looks anything up or calls anything but
`_()`: `prints/test_templates.py` reads each of them. A print format finds its model as `doc.sheet`, which the
controller's `before_print` puts there, on every host, before the template is rendered.
"""

from __future__ import annotations

from dataclasses import asdict, is_dataclass

import frappe


def plain(model) -> frappe._dict:
	"""The fields of a dataclass by their names, and those of dataclasses within: texts, numbers, lists and dicts."""
	assert is_dataclass(model)
	return asdict(model, dict_factory=frappe._dict)
