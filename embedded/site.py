"""Sites: a folder each, made by copying a prepared template.

Two templates: one with the engine alone, one with the app installed on a copy of it, so that a change of the app
costs seconds. Their names carry the hash of what they were made from.
"""

from __future__ import annotations

import importlib.util
import json
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

from embedded.boot import boot
from embedded.engine import engine_path, prepare_engine
from embedded.paths import APP, BUILT, HERE, ROOT, SITES, files_of, key_of, locked

TEMPLATES = BUILT / "templates"
APP_NAME = APP.name
ADMIN_PASSWORD = "admin"
NOT_INSTALLED = {
	"tests",
	"public",
	"locale",
	"__pycache__",
}  # parts of the app that installing does not look at


def site_path(name: str) -> Path:
	"""Return a site's folder."""
	return SITES / name


def prepare_site(name: str) -> Path:
	"""Return the site, made if it is not there."""
	path = site_path(name)
	return path if path.exists() else reset_site(name)


def reset_site(name: str) -> Path:
	"""Make the site anew, with the app as it is now."""
	prepare_engine()
	path = site_path(name)
	with locked("template"):  # until it is copied: another process may find the app changed, and replace it
		template = prepare_template()
		shutil.rmtree(path, ignore_errors=True)
		shutil.copytree(template, path)
	return path


def prepare_template() -> Path:
	"""Return a site with the app installed, built if the engine or the app changed."""
	base, app = templates()
	_build(base, "create")
	_build(app, "install", base)
	return app


def templates() -> tuple[Path, Path]:
	"""Return where the two templates are, or will be."""
	made_by = (HERE / "site.py", *sorted((HERE / "runtime").glob("*.py")))
	base_key = key_of(engine_path().name, *made_by)
	files = [f for f in files_of(APP) if not NOT_INSTALLED & set(f.relative_to(APP).parts[:-1])]
	return TEMPLATES / f"engine-{base_key}", TEMPLATES / f"app-{key_of(base_key, *files)}"


def prepare_demo(name: str) -> list[tuple[str, str, str]]:
	"""Make the site with the sample cooperative, or bring it up to date; return what to log in with."""
	path = site_path(name)
	prepare_engine()
	made_from = templates()[1].name
	if not path.exists():
		unfinished = reset_site(f"{name}-unfinished")
		run_in_process("load_demo", unfinished)
		(unfinished / "template").write_text(made_from)
		unfinished.rename(path)
	elif (path / "template").read_text() != made_from:
		run_in_process("migrate", path)
		(path / "template").write_text(made_from)
	return json.loads((path / "logins.json").read_text())


def _build(target: Path, step: str, source: Path | None = None) -> None:
	"""Run one step in a process of its own: an engine process works on one site."""
	if target.exists():
		return
	for old in TEMPLATES.glob(f"{target.name.split('-')[0]}-*"):
		shutil.rmtree(old, ignore_errors=True)
	unfinished = TEMPLATES / f"unfinished-{target.name}"
	shutil.rmtree(unfinished, ignore_errors=True)
	if source:
		shutil.copytree(source, unfinished)
	run_in_process(step, unfinished)
	unfinished.rename(target)


def run_in_process(step: str, site: Path) -> None:
	"""Run a function of this module on the site, quietly unless it fails."""
	command = [sys.executable, "-m", "embedded.site", step, str(site)]
	done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
	if done.returncode:
		sys.exit(f"{done.stdout}\n{step} of {site.name} failed; see above")


# --- steps, each in its own process


def create(site: Path) -> None:
	"""Make a site with nothing but the engine."""
	for folder in ("db", "locks", "logs", "private/backups", "private/files", "public/files"):
		(site / folder).mkdir(parents=True)
	config = {
		"admin_password": ADMIN_PASSWORD,
		"allow_tests": 1,
		"db_name": "site",
		"db_type": "sqlite",
		"disable_async": 1,  # no socket.io server
		"encryption_key": secrets.token_urlsafe(32)[:43] + "=",
		"skip_setup_wizard": 1,
	}
	(site / "site_config.json").write_text(json.dumps(config, indent=1))
	frappe = boot(site, connect=False)

	from frappe.installer import install_app, install_db

	install_db(db_name="site", db_type="sqlite", admin_password=ADMIN_PASSWORD, verbose=False)
	install_app("frappe")
	complete_setup(frappe)
	close(frappe)


def complete_setup(frappe) -> None:
	"""Do what the setup wizard and the first minutes of an administrator do."""
	settings = frappe.get_doc("System Settings")
	settings.update(
		{
			"country": "France",
			"currency": "EUR",
			"date_format": "dd-mm-yyyy",
			"enable_onboarding": 0,
			"language": "en",
			"number_format": "#.###,##",
			"setup_complete": 1,
			"time_zone": "Europe/Paris",
		}
	)
	settings.flags.ignore_mandatory = True
	settings.save()
	frappe.db.set_default("desktop:home_page", "workspace")
	frappe.db.set_default("country", "France")
	frappe.db.set_default("currency", "EUR")
	frappe.db.set_value("Currency", "EUR", "enabled", 1)
	# mails are queued and stay there: nothing sends them, and nobody listens
	frappe.db.set_default("suspend_email_queue", 1)
	frappe.flags.in_test = frappe.in_test = True  # so that the account is not tried out
	frappe.get_doc(
		{
			"doctype": "Email Account",
			"email_account_name": "Outgoing",
			"email_id": "notifications@example.com",
			"enable_outgoing": 1,
			"default_outgoing": 1,
			"smtp_server": "localhost",
			"no_smtp_authentication": 1,
		}
	).insert()
	frappe.flags.in_test = frappe.in_test = False


def install(site: Path) -> None:
	"""Install the app on the site."""
	frappe = boot(site)

	from frappe.installer import install_app

	install_app(APP_NAME)
	close(frappe)


def migrate(site: Path) -> None:
	"""Do what `bench migrate` does."""
	boot(site)

	from frappe.migrate import SiteMigration

	SiteMigration().run(site=site.name)


def uninstall(site: Path) -> None:
	"""Do what `bench uninstall-app` does."""
	frappe = boot(site)

	from frappe.installer import remove_app

	remove_app(APP_NAME, yes=True, no_backup=True)
	close(frappe)


def load_demo(site: Path) -> None:
	"""Fill the site with the app's sample data, and note the logins."""
	frappe = boot(site)
	logins = [("Administrator", "Administrator", ADMIN_PASSWORD)]
	if importlib.util.find_spec(f"{APP_NAME}.tests.demo"):
		logins += importlib.import_module(f"{APP_NAME}.tests.demo").load()
	(site / "logins.json").write_text(json.dumps(logins))
	close(frappe)


def close(frappe) -> None:
	"""Commit, and leave everything in the one file so that it can be copied."""
	frappe.db.commit()
	frappe.db._conn.commit()
	frappe.db._conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
	frappe.destroy()


if __name__ == "__main__":
	steps = {step.__name__: step for step in (create, install, migrate, uninstall, load_demo)}
	steps[sys.argv[1]](Path(sys.argv[2]))
