"""Annotations as types again."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=4096)
def annotations_of(function: Callable) -> dict[str, Any]:
	"""Return the function's annotations; one that names something which is not there stays text, unchecked."""
	resolved = {}
	for name, annotation in function.__annotations__.items():
		if isinstance(annotation, str):
			try:
				annotation = eval(annotation, function.__globals__)
			except Exception:
				pass  # imported for type checkers only
		resolved[name] = annotation
	return resolved
