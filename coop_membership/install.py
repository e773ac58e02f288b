"""Bench hooks: install and migrate bring a site to the same state."""

from coop_membership import setup


def after_install() -> None:
	setup.sync()


def after_migrate() -> None:
	setup.sync()
