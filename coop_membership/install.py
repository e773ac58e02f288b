"""Bench hooks: install and migrate bring a site to the same state."""

from coop_membership import host, setup


def after_install() -> None:
	setup.sync()
	host.sign_in_by_mail()


def after_migrate() -> None:
	setup.sync()
