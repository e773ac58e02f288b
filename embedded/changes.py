"""Every change made to the engine, as data: what, where, why.

The wheel is pinned by hash, so these can only fail to match when somebody changes the pin: then they fail loudly,
at build time, and name the change that no longer fits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path


class ChangeDoesNotFit(Exception):
	"""The engine's text is not what this change was written for."""


@dataclass(frozen=True)
class Patch:
	"""Replace `old` by `new`, which must occur exactly `times` times."""

	file: str
	reason: str
	old: str
	new: str
	times: int = 1

	def apply(self, engine: Path) -> None:
		path = engine / self.file
		text = path.read_text()
		if (found := text.count(self.old)) != self.times:
			raise ChangeDoesNotFit(f"{self.file}: {self.reason}: found {found} times, not {self.times}")
		path.write_text(text.replace(self.old, self.new))


@dataclass(frozen=True)
class Rebind:
	"""Let names that the module defines come from one of ours: for what is more than a line or two."""

	file: str
	reason: str
	names: tuple[str, ...]
	source: str
	new_names: tuple[str, ...] = ()  # names that the module lacks

	def apply(self, engine: Path) -> None:
		path = engine / self.file
		text = path.read_text()
		for name in self.names:
			if len(re.findall(rf"^(?:def|class) {name}\b", text, re.MULTILINE)) != 1:
				raise ChangeDoesNotFit(f"{self.file}: {self.reason}: {name} is not defined once")
		names = ", ".join(self.names + self.new_names)
		path.write_text(f"{text}\n\nfrom {self.source} import {names}  # {self.reason}\n")


@dataclass(frozen=True)
class Replace:
	"""Replace a whole module, which must contain `marker`."""

	file: str
	reason: str
	marker: str
	text: str

	def apply(self, engine: Path) -> None:
		path = engine / self.file
		if self.marker not in path.read_text():
			raise ChangeDoesNotFit(f"{self.file}: {self.reason}: no {self.marker!r}")
		path.write_text(self.text)


SEVERAL_APPS = "the fork knows one app only, itself; give every installed app its hooks, modules and patches"
OWN_ENTRY = "each app's own title, logo and entry, not those of the first app for all"
NO_SERVICE = "no Redis and no worker here"

APPS_AND_HOOKS = (
	Patch(
		"__init__.py",
		"the site's folder is named by the caller, not by the current folder; apps read frappe.local.site",
		"\tlocal.app_path = os.getcwd()\n\tlocal.site_path = os.getcwd()\n",
		'\tlocal.site_path = os.environ["EMBEDDED_SITE"]\n'
		"\tlocal.app_path = local.sites_path = os.path.dirname(local.site_path)\n"
		"\tlocal.site = os.path.basename(local.site_path)\n",
	),
	Patch(
		"__init__.py",
		"code for a bench calls frappe.init(site=…, sites_path=…)",
		"def init(force: bool = False) -> None:",
		"def init(site=None, sites_path=None, new_site=False, force: bool = False) -> None:",
	),
	Patch(
		"__init__.py",
		"code for a bench compares it with frappe.local.site",
		'\t"""Return site identifier. Always \'frappe\' in single-tenant."""\n\treturn "frappe"\n',
		'\t"""Return the name of the site\'s folder."""\n\treturn os.path.basename(os.environ["EMBEDDED_SITE"])\n',
	),
	Patch(
		"utils/__init__.py",
		"the one site is not called frappe",
		'\treturn ["frappe"]\n\n\ndef get_request_session',
		"\treturn [frappe.get_site_name()]\n\n\ndef get_request_session",
	),
	Patch(
		"__init__.py",
		SEVERAL_APPS,
		'\treturn get_pymodule_path("frappe", *joins)\n',
		"\treturn get_pymodule_path(app_name, *joins)\n",
	),
	Patch(
		"__init__.py",
		SEVERAL_APPS,
		'\treturn get_pymodule_path("frappe", "..", *joins)\n',
		'\treturn get_pymodule_path(app_name, "..", *joins)\n',
	),
	Patch(
		"__init__.py",
		SEVERAL_APPS,
		'\t"""Get list of all apps. Always returns [\'frappe\']."""\n\treturn ["frappe"]\n',
		'\t"""Get list of all apps."""\n\tfrom embedded.paths import APPS\n\n\treturn list(APPS)\n',
	),
	Patch(
		"__init__.py",
		SEVERAL_APPS,
		'\tif getattr(flags, "in_install_db", True):\n\t\treturn []\n\treturn ["frappe"]\n',
		'\tif getattr(flags, "in_install_db", True):\n\t\treturn []\n'
		"\tif not db:\n\t\tconnect()\n"
		'\tinstalled = json.loads(db.get_global("installed_apps") or "[]")\n'
		"\tif _ensure_on_bench:\n\t\tinstalled = [app for app in installed if app in get_all_apps()]\n"
		"\treturn installed\n",
	),
	Patch(
		"__init__.py",
		SEVERAL_APPS,
		'\ttry:\n\t\tapp_hooks = get_module("frappe.hooks")\n\texcept ImportError as e:\n'
		"\t\tif local.flags.in_install_app:\n\t\t\tpass\n\t\telse:\n"
		'\t\t\tprint(f"Could not load frappe.hooks: {e}")\n\t\t\traise\n',
		"\tapps = [app_name] if app_name else get_installed_apps(_ensure_on_bench=True)\n",
	),
	Patch(
		"__init__.py",
		SEVERAL_APPS,
		"\tfor key, value in inspect.getmembers(app_hooks, predicate=_is_valid_hook):\n"
		'\t\tif not key.startswith("_"):\n\t\t\tappend_hook(hooks, key, value)\n',
		"\tfor app in apps:\n"
		'\t\tfor key, value in inspect.getmembers(get_module(f"{app}.hooks"), predicate=_is_valid_hook):\n'
		'\t\t\tif not key.startswith("_"):\n\t\t\t\tappend_hook(hooks, key, value)\n',
	),
	Patch(
		"__init__.py",
		"hooks of one app, as on a bench",
		'\tdefault: Any | None = "_KEEP_DEFAULT_LIST",\n) -> _dict:\n\t"""Get hooks from',
		'\tdefault: Any | None = "_KEEP_DEFAULT_LIST",\n\tapp_name: str | None = None,\n) -> _dict:\n\t"""Get hooks from',
	),
	Patch(
		"__init__.py",
		"hooks of one app, as on a bench",
		"\tif local.conf.developer_mode:\n\t\thooks = _site_cached",
		"\tif app_name:\n\t\thooks = _load_app_hooks(app_name)\n"
		"\telif local.conf.developer_mode:\n\t\thooks = _site_cached",
	),
	Patch(
		"__init__.py",
		SEVERAL_APPS,
		'\t\tapp_modules = {"frappe": []}\n\t\tfor module in get_module_list("frappe"):\n'
		'\t\t\tapp_modules["frappe"].append(scrub(module))\n',
		"\t\tapp_modules = {app: [scrub(m) for m in get_module_list(app)] for app in get_all_apps()}\n",
	),
	Patch(
		"__init__.py",
		SEVERAL_APPS,
		'\tmodule_app = {m: "frappe" for m in app_modules["frappe"]}\n',
		"\tmodule_app = {m: app for app, modules in app_modules.items() for m in modules}\n",
	),
	Patch(
		"__init__.py",
		"System Settings is a Single and never has a table: the desk would stay in the setup wizard for ever",
		'\tif not frappe.db.table_exists("System Settings"):\n\t\treturn False\n',
		"",
	),
	Patch("boot.py", SEVERAL_APPS, 'in ["frappe"]:', "in frappe.get_installed_apps():", times=2),
	Patch(
		"boot.py",
		OWN_ENTRY,
		'\t\tapps = frappe.get_hooks("add_to_apps_screen")\n',
		'\t\tapps = frappe.get_hooks("add_to_apps_screen", app_name=app_name)\n',
	),
	Patch(
		"boot.py",
		OWN_ENTRY,
		'\t\tapp_title_hooks = frappe.get_hooks("app_title")\n\t\tapp_home_hooks = frappe.get_hooks("app_home")\n'
		'\t\tapp_logo_hooks = frappe.get_hooks("app_logo_url")\n',
		'\t\tapp_title_hooks = frappe.get_hooks("app_title", app_name=app_name)\n'
		'\t\tapp_home_hooks = frappe.get_hooks("app_home", app_name=app_name)\n'
		'\t\tapp_logo_hooks = frappe.get_hooks("app_logo_url", app_name=app_name)\n',
	),
	Patch(
		"apps.py",
		OWN_ENTRY,
		'\t\tapp_details = frappe.get_hooks("add_to_apps_screen")\n',
		'\t\tapp_details = frappe.get_hooks("add_to_apps_screen", app_name=app)\n',
		times=2,
	),
	Patch(
		"desk/doctype/desktop_icon/desktop_icon.py",
		OWN_ENTRY,
		'\t\t\tif frappe.get_hooks()["app_title"][0] == self.label or self.app == a:\n'
		'\t\t\t\tpermission_method = frappe.get_hooks()["add_to_apps_screen"][0].get(\n',
		'\t\t\tif frappe.get_hooks("app_title", app_name=a)[0] == self.label or self.app == a:\n'
		'\t\t\t\tpermission_method = (frappe.get_hooks("add_to_apps_screen", app_name=a) or [{}])[0].get(\n',
	),
	Patch(
		"desk/doctype/desktop_icon/desktop_icon.py",
		OWN_ENTRY,
		'\t\t\t\tapp_title = frappe.get_hooks("app_title")[0]\n',
		'\t\t\t\tapp_title = frappe.get_hooks("app_title", app_name=app_name)[0]\n',
	),
	Patch(
		"desk/doctype/desktop_icon/desktop_icon.py",
		OWN_ENTRY,
		'\t\tapp_title = frappe.get_hooks("app_title")[0]\n'
		'\t\tapp_details = frappe.get_hooks("add_to_apps_screen")\n',
		'\t\tapp_title = frappe.get_hooks("app_title", app_name=a)[0]\n'
		'\t\tapp_details = frappe.get_hooks("add_to_apps_screen", app_name=a)\n',
	),
	Patch(
		"utils/install.py",
		"removing an app removed the icons of the framework",
		'\tapp_title = frappe.get_hooks()["app_title"][0]\n',
		'\tapp_title = frappe.get_hooks("app_title", app_name=app_name)[0]\n',
	),
	Patch(
		"utils/change_log.py",
		OWN_ENTRY,
		"\t\tapp_hooks = frappe.get_hooks()\n",
		"\t\tapp_hooks = frappe.get_hooks(app_name=app)\n",
	),
	Patch(
		"hooks.py",
		"the picture is not in the wheel",
		"/images/frappe-logo.svg",
		"/images/frappe-framework-logo.svg",
	),
	Patch(
		"apps.py",
		"website users were sent to the desk, which refuses them, instead of to their home page",
		'\tif len(_apps) == 0:\n\t\treturn "/desk"\n',
		"\tif len(_apps) == 0:\n\t\treturn None\n",
	),
	Patch(
		"utils/installed_apps.py",
		SEVERAL_APPS,
		'"""Apps that have completed setup wizard. Single-tenant: always frappe."""\n\treturn ["frappe"]\n',
		'"""Apps that have completed setup wizard."""\n\treturn frappe.get_installed_apps()\n',
	),
)

INSTALLING = (
	Patch(
		"installer.py",
		SEVERAL_APPS,
		'\tif name != "frappe":\n\t\traise ValueError("Single-tenant: only frappe can be installed. '
		'Use frappe new to create a project.")\n\n',
		"",
	),
	Patch(
		"installer.py",
		"only the hooks of the app that is being installed",
		"\tapp_hooks = frappe.get_hooks()\n\tinstalled_apps",
		"\tapp_hooks = frappe.get_hooks(app_name=name)\n\tinstalled_apps",
	),
	Patch(
		"installer.py",
		"the framework's own Module Defs are in the bootstrap database already",
		"\tadd_module_defs(name, ignore_if_duplicate=force)\n",
		'\tif name != "frappe":\n\t\tadd_module_defs(name, ignore_if_duplicate=force)\n',
	),
	Rebind(
		"installer.py",
		"the fork's versions do nothing, so that installing left an empty site",
		("add_to_installed_apps", "remove_from_installed_apps", "remove_app"),
		"embedded.runtime.apps",
	),
	Patch(
		"utils/install.py",
		"imports a module that the wheel lacks",
		"\tfrom frappe.tests.utils.generators import _clear_test_log\n\n\t_clear_test_log()\n",
		"",
	),
	Patch(
		"patches.py",
		SEVERAL_APPS,
		'\treturn get_patches_from_app("frappe", patch_type=patch_type)\n',
		"\treturn [\n\t\tpatch for app in frappe.get_installed_apps() "
		"for patch in get_patches_from_app(app, patch_type=patch_type)\n\t]\n",
	),
	Patch(
		"model/sync.py",
		SEVERAL_APPS,
		'\tsync_for("frappe", force, reset_permissions=reset_permissions)\n',
		"\tfor app in frappe.get_installed_apps():\n"
		"\t\tsync_for(app, force, reset_permissions=reset_permissions)\n",
	),
	Patch(
		"migrate.py",
		"otherwise each app's hook runs once per app",
		'frappe.get_hooks("before_migrate"):',
		'frappe.get_hooks("before_migrate", app_name=app):',
	),
	Patch(
		"migrate.py",
		"otherwise each app is said to override what any app overrides",
		'frappe.get_hooks("override_doctype_class", {}).keys():',
		'frappe.get_hooks("override_doctype_class", {}, app_name=app).keys():',
	),
	Patch(
		"migrate.py",
		NO_SERVICE,
		'\t\tservice_status = check_connection(redis_services=["redis_cache"])\n',
		"\t\tservice_status = {}\n",
	),
)

SQLITE = (
	Patch(
		"query_builder/builder.py",
		"upstream uses a fork of PyPika; with the stock one every SQLite query raises TypeError for wrapper_cls",
		"from pypika.dialects import MySQLQueryBuilder, PostgreSQLQueryBuilder, SQLLiteQueryBuilder\n",
		"from pypika.dialects import MySQLQueryBuilder, PostgreSQLQueryBuilder\n"
		"from embedded.runtime.sqlite import SQLLiteQueryBuilder\n",
	),
	Patch(
		"query_builder/builder.py",
		"the same",
		"\t\treturn super()._builder(*args, wrapper_cls=SQLiteParameterizedValueWrapper, **kwargs)\n",
		"\t\treturn SQLLiteQueryBuilder(wrapper_cls=SQLiteParameterizedValueWrapper, **kwargs)\n",
	),
	Patch(
		"database/sqlite/database.py",
		"values were put into the text with % (tuples broke it, numbers became strings); and see runtime/sqlite.py on locks",
		'\t\tquery = query.replace("%s", "?")\n'
		"\t\ttry:\n\t\t\tif isinstance(values, dict):\n\t\t\t\tfor k, v in values.items():\n"
		'\t\t\t\t\tif isinstance(v, str) and "\'" in v:\n\t\t\t\t\t\tvalues[k] = self.escape(v)\n'
		"\t\t\t\t\telse:\n\t\t\t\t\t\tvalues[k] = f\"'{v}'\"\n"
		"\t\t\t\tquery = query % values\n\t\texcept TypeError:\n\t\t\tpass\n\n"
		"\t\treturn self._cursor.execute(query, values or ())\n",
		"\t\tfrom embedded.runtime.sqlite import execute\n\n\t\treturn execute(self, query, values)\n",
	),
	Patch(
		"database/sqlite/database.py",
		"back-ticks inside quoted text became double quotes; SQLite reads back-ticks as they are",
		'\tquery = query.replace("`", \'"\')\n',
		"",
	),
	Patch(
		"database/sqlite/database.py",
		"the functions of MariaDB that Frappe's own queries use",
		'\t\tconn.create_function("regexp", 2, regexp)\n',
		"\t\tfrom embedded.runtime.sqlite import FUNCTIONS\n\n\t\tfor name, (count, function) in FUNCTIONS.items():\n"
		"\t\t\tconn.create_function(name, count, function)\n"
		'\t\tconn.create_function("regexp", 2, regexp)\n',
	),
	Patch(
		"database/sqlite/database.py",
		"creation and modified are declared DATETIME and came back as text; an empty text is no date",
		'\t\tsqlite3.register_converter("timestamp", lambda x: datetime.fromisoformat(x.decode()))\n'
		'\t\tsqlite3.register_converter("date", lambda x: date.fromisoformat(x.decode()))\n',
		"\t\tfrom embedded.runtime.sqlite import register_converters\n\n\t\tregister_converters()\n",
	),
	Patch(
		"database/sqlite/database.py",
		"another process may write for longer",
		'"busy_timeout": 5000',
		'"busy_timeout": 20000',
	),
	Patch(
		"database/sqlite/schema.py",
		"the fork's rebuild of a table loses its PRIMARY KEY, NOT NULL and DEFAULT, so that two documents may share a name",
		"\tdef alter(self):\n",
		"\tdef alter(self):\n\t\tfrom embedded.runtime.sqlite import alter\n\n\t\talter(self)\n\n"
		"\tdef _alter_by_rebuilding(self):\n",
	),
	Patch(
		"model/document.py",
		"`for_update` takes the write lock here too (runtime/sqlite.py)",
		'if self.flags.for_update and frappe.db.db_type != "sqlite":',
		"if self.flags.for_update:",
		times=2,
	),
)

SERVICES = (
	Rebind("utils/redis_wrapper.py", NO_SERVICE, ("setup_cache", "ClientCache"), "embedded.runtime.cache"),
	Rebind("realtime.py", NO_SERVICE, ("emit_via_redis",), "embedded.runtime.realtime"),
	Rebind("utils/background_jobs.py", NO_SERVICE, ("enqueue", "is_job_enqueued"), "embedded.runtime.jobs"),
	Rebind(
		"utils/pdf.py",
		"stubs: get_pdf raises, and the body of every print format is empty",
		("get_pdf", "get_chrome_pdf", "pdf_body_html"),
		"embedded.runtime.pdf",
	),
	Replace(
		"utils/sentry.py",
		"log_error raises when sentry_sdk is not installed",
		"from sentry_sdk",
		"def capture_exception(message=None):\n\tpass\n\n\ndef set_sentry_context():\n\tpass\n\n\n"
		"def set_scope(scope):\n\tpass\n",
	),
	Patch(
		"utils/__init__.py",
		"without built assets, pages, prints and mails fail; and the current folder is not the bench's `sites`",
		'frappe.parse_json(frappe.read_file("assets/assets.json"))',
		'frappe.parse_json(frappe.read_file(os.environ["EMBEDDED_ASSETS"] + "/assets.json") or "{}")',
	),
	Patch(
		"utils/__init__.py",
		"the same",
		'frappe.read_file("assets/assets-rtl.json")',
		'frappe.read_file(os.environ["EMBEDDED_ASSETS"] + "/assets-rtl.json")',
	),
	Patch(
		"utils/logger.py",
		"the logs stand in the site's folder, not in ../logs of the current one",
		'\t\tlog_filename = os.path.join("..", "logs", logfile)\n',
		'\t\tlog_filename = frappe.get_site_path("logs", logfile)\n\t\tsite = None\n',
	),
	Patch(
		"desk/page/setup_wizard/setup_wizard.py",
		"the same",
		'open("../logs/setup-wizard.log", "w+")',
		'open(frappe.get_site_path("logs", "setup-wizard.log"), "w+")',
	),
	Patch(
		"app.py",
		"needs a C compiler to install",
		"import frappe.database.mariadb.mysqlclient  # Load database related utils\n",
		"",
	),
	Patch(
		"desk/doctype/event/event.py",
		"a syntax of Python 3.12",
		"\ttype EventLikeDict = Event | frappe._dict",
		"\tEventLikeDict = Event | frappe._dict",
	),
	Patch(
		"integrations/doctype/google_calendar/google_calendar.py",
		"Google's libraries (100 MB) are not installed for two DocTypes that nobody opens here",
		"import google.oauth2.credentials\n",
		"",
	),
	Patch(
		"integrations/doctype/google_calendar/google_calendar.py",
		"the same",
		"from googleapiclient.discovery import build\nfrom googleapiclient.errors import HttpError\n",
		"build, HttpError = None, Exception\n",
	),
	Patch(
		"integrations/doctype/google_contacts/google_contacts.py",
		"the same",
		"from googleapiclient.errors import HttpError\n",
		"HttpError = Exception\n",
	),
	Patch(
		"integrations/google_oauth.py",
		"the same",
		"from google.oauth2.credentials import Credentials\nfrom googleapiclient.discovery import build\n",
		"Credentials = build = None\n",
	),
)

TYPES = (
	Patch(
		"utils/typing_validations.py",
		"the fork made all annotations strings, which switched off the checking and conversion of arguments",
		"\tannotations = func.__annotations__\n",
		"\tfrom embedded.runtime.typing import annotations_of\n\n\tannotations = annotations_of(func)\n",
	),
)

HOST_FAULTS = (
	Patch(
		"core/report/database_storage_usage_by_tables/database_storage_usage_by_tables.py",
		"reads the whole file once for each table on SQLite: a minute for each desk that a System Manager opens",
		'def execute(filters=None):\n\tfrappe.only_for("System Manager")\n',
		'def execute(filters=None):\n\tfrappe.only_for("System Manager")\n'
		'\tif frappe.db.db_type == "sqlite":\n\t\treturn COLUMNS, []\n',
	),
	Patch(
		"desk/form/linked_with.py",
		"a virtual DocType (Permission Inspector) has no rows to list, and nothing could be cancelled",
		"\t\t\t\tdistinct=1,\n\t\t\t):\n\t\t\t\tif linked_to:",
		"\t\t\t\tdistinct=1,\n\t\t\t) or ():\n\t\t\t\tif linked_to:",
	),
	Patch(
		"desk/form/linked_with.py",
		"SQLite has another error for the missing table of a virtual DocType (Audit Trail)",
		"\t\texcept frappe.db.ProgrammingError:\n",
		"\t\texcept (frappe.db.ProgrammingError, frappe.db.OperationalError):\n",
	),
)

TESTING = (
	Rebind(
		"tests/classes/context_managers.py",
		"stubs that do nothing: tests which use them passed for the wrong reason",
		("trace_fields", "change_settings", "patch_hooks", "timeout"),
		"embedded.runtime.testing",
	),
	Rebind(
		"tests/compat.py",
		"lacks what v15's class offers",
		("FrappeTestCase",),
		"embedded.runtime.testcase",
		("FrappeTestCase as IntegrationTestCase", "FrappeTestCase as UnitTestCase"),
	),
	Rebind(
		"tests/utils.py",
		"v15 has these here",
		(),
		"embedded.runtime.testing",
		("change_settings", "patch_hooks", "timeout"),
	),
	Rebind(
		"tests/utils.py",
		"v15 has it here",
		(),
		"frappe.tests.compat",
		("FrappeTestCase", "IntegrationTestCase", "UnitTestCase"),
	),
)

CHANGES: tuple[Patch | Rebind | Replace, ...] = (
	APPS_AND_HOOKS + INSTALLING + SQLITE + SERVICES + TYPES + HOST_FAULTS + TESTING
)
