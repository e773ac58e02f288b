"""Bench hook: takes away what `setup` added; Frappe itself removes the module's DocTypes."""

from coop_membership import setup


def before_uninstall() -> None:
	setup.remove()
