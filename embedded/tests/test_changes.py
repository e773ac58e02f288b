"""Declared changes fail loudly when they do not fit."""

import pytest

from embedded.changes import CHANGES, ChangeDoesNotFit, Patch, Rebind, Replace
from embedded.engine import original


def engine(folder, text):
	(folder / "module.py").write_text(text)
	return folder


def test_a_patch_replaces_exactly_as_often_as_declared(tmp_path):
	Patch("module.py", "why", "a", "b", times=2).apply(engine(tmp_path, "a = a"))
	assert (tmp_path / "module.py").read_text() == "b = b"


@pytest.mark.parametrize(
	"change",
	[
		Patch("module.py", "why", "b", "c"),
		Patch("module.py", "why", "a", "c"),
		Rebind("module.py", "why", ("b",), "somewhere"),
		Replace("module.py", "why", "b", ""),
	],
)
def test_a_changed_wheel_is_noticed(tmp_path, change):
	with pytest.raises(ChangeDoesNotFit, match="why"):
		change.apply(engine(tmp_path, "a = a"))


def test_rebinding_lets_the_last_definition_win(tmp_path):
	Rebind("module.py", "why", ("f",), "math", ("floor as g",)).apply(engine(tmp_path, "def f():\n\tpass\n"))
	assert (tmp_path / "module.py").read_text().endswith("from math import f, floor as g  # why\n")


def test_every_change_has_a_reason():
	assert all(change.reason for change in CHANGES)


def test_names_are_given_back():
	assert (
		original("from monoframe import _  # Monoframe MONOFRAME_X")
		== "from frappe import _  # Frappe FRAPPE_X"
	)
