"""The other two hosts, when they are on this machine: what is run there is this checkout.

A bench's `apps/coop_membership` may lead to another checkout; ours goes first on PYTHONPATH, and that it is the one
imported is checked before anything runs.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from urllib.parse import urlsplit

from embedded import progress, server
from embedded.axe import axe_script
from embedded.paths import APP, ROOT
from embedded.ports import address, free_port

KNOWN = ("~/frappe-bench", "~/dokos-bench", "~/v16-bench")
STARTING = threading.Lock()  # the benches run side by side and may share a server
NEEDS = ("freezegun", "hypothesis", "playwright")  # of the tests; the app's own are in requirements.txt


class Broken(Exception):
	"""The bench cannot be used; the message says why."""


class Lacks(Broken):
	"""The bench itself lacks something that the tests need; the message is one line."""


@dataclass(frozen=True)
class Bench:
	"""One bench and its test site."""

	path: Path
	site: str

	@property
	def name(self) -> str:
		return self.path.name

	@property
	def sites(self) -> Path:
		return self.path / "sites"

	@property
	def python(self) -> Path:
		return self.path / "env" / "bin" / "python"

	@property
	def environment(self) -> dict[str, str]:
		"""Environment variables of a process on the bench: this checkout goes first."""
		paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
		environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}
		environment.pop("CI", None)  # Frappe's runner would ask for more packages
		return environment

	def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
		"""Run the bench's Python in its sites folder, with further environment variables."""
		return subprocess.run(
			[str(self.python), *arguments],
			cwd=self.sites,
			env=self.environment | variables,
			stdout=subprocess.PIPE,
			stderr=subprocess.STDOUT,
			text=True,
		)

	def frappe(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
		"""Run what `bench --site SITE …` runs."""
		return self.run(
			"-m", "frappe.utils.bench_helper", "frappe", "--site", self.site, *arguments, **variables
		)

	def script(self, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
		"""Run Python code connected to the site."""
		connect = f"import frappe; frappe.init({self.site!r}, sites_path='.'); frappe.connect()"
		return self.run("-c", f"{connect}\n{code}", *arguments)

	def prepare(self) -> None:
		"""Check what is imported, install what the tests need, migrate, add what the site lacks."""
		if not self.python.exists():
			raise Lacks(f"there is no {self.python}")
		self.install_requirements()
		checked(self.script("print(frappe.get_app_path('coop_membership'))"), "import", last_line=str(APP))
		installed = self.script("print('coop_membership' in frappe.get_installed_apps())")
		if installed.stdout.strip().endswith("False"):
			checked(self.frappe("install-app", APP.name), "install-app")
		checked(self.frappe("migrate"), "migrate")
		done = self.script("from coop_membership.tests import bench_site; bench_site.prepare()")
		checked(done, "making the test site ready")
		if lacks := re.findall(r"^LACKS: (.+)$", done.stdout, re.MULTILINE):
			raise Lacks(f"on {self.site} {'; '.join(lacks)}")

	def install_requirements(self) -> None:
		"""Install what this checkout needs and the bench's environment lacks."""
		wanted = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if line[:1].isalpha()]
		wanted += NEEDS
		code = (
			"import sys; from importlib.metadata import distribution\n"
			"for requirement in sys.argv[1:]:\n\tdistribution(requirement)"
		)
		names = [re.match(r"[\w.-]+", requirement)[0] for requirement in wanted]
		if self.run("-c", code, *names).returncode == 0:
			return
		done = self.run("-m", "pip", "install", "--quiet", *wanted)
		if done.returncode and (uv := shutil.which("uv")):
			done = subprocess.run(
				[uv, "pip", "install", "--quiet", "--python", str(self.python), *wanted],
				stdout=subprocess.PIPE,
				stderr=subprocess.STDOUT,
				text=True,
			)
		checked(done, f"installing {' '.join(wanted)}")

	def test(self) -> subprocess.CompletedProcess[str]:
		"""Run the app's tests as `bench run-tests` does, with the site served for those that want to talk to it."""
		runner = [
			"-m",
			"frappe.utils.bench_helper",
			"frappe",
			"--site",
			self.site,
			"run-tests",
			"--app",
			APP.name,
		]
		with self.speaking(), self.served() as url:
			return progress.run(
				[str(self.python), *runner],
				self.name,
				cwd=self.sites,
				env=self.environment | {"COOP_SITE_URL": url, "COOP_AXE": str(axe_script())},
			)

	@contextlib.contextmanager
	def speaking(self) -> Iterator[None]:
		"""The site has the language and the formats of the tests for the time of the block."""
		code = "import sys; from coop_membership.tests import bench_site; bench_site.speak(sys.argv[1])"
		wanted = "import json; from coop_membership.tests import bench_site; print(json.dumps(bench_site.OF_THE_TESTS))"
		done = self.script(code, self.script(wanted).stdout.splitlines()[-1])
		checked(done, "giving the site the language of the tests")
		try:
			yield
		finally:
			checked(self.script(code, done.stdout.splitlines()[-1]), "giving the site its language back")

	@contextlib.contextmanager
	def served(self) -> Iterator[str]:
		"""Serve the site in another process for the time of the block; yield its address."""
		port = free_port()
		log = self.sites / self.site / "logs" / "served.log"
		with log.open("w") as output:
			process = subprocess.Popen(
				[str(self.python), "-m", "embedded.bench_server", self.site, str(port)],
				cwd=self.sites,
				env=self.environment,
				stdout=output,
				stderr=subprocess.STDOUT,
			)
		try:
			server.wait_for(process, address(port), log)
			yield address(port)
		except server.NotServed as problem:
			raise Broken(str(problem)) from problem
		finally:
			process.terminate()
			process.wait(10)


def checked(done: subprocess.CompletedProcess[str], what: str, last_line: str | None = None) -> None:
	"""Raise when a step failed or did not end with the line it should."""
	if done.returncode:
		raise Broken(f"{what} failed:\n{done.stdout}")
	if last_line is not None and done.stdout.strip().splitlines()[-1:] != [last_line]:
		raise Broken(f"{what} gave something else than {last_line}:\n{done.stdout}")


def find() -> tuple[list[Bench], list[str]]:
	"""Return the benches to use, and a sentence for each that is not there or cannot be used.

	BENCH and SITE name any number of them, with spaces between; the sites in the order of the benches.
	"""
	asked, sites = os.environ.get("BENCH", "").split(), os.environ.get("SITE", "").split()
	found, absent = [], []
	for name, named in zip_longest(asked or KNOWN, sites if asked else ()):
		if not name:
			break
		path = Path(name).expanduser().resolve()
		if not (path / "sites").is_dir():
			absent.append(
				f"{path.name}: NOT RUN, there is no {path}; set BENCH=… SITE=… for a bench elsewhere"
			)
		elif named and not (path / "sites" / named / "site_config.json").exists():
			absent.append(f"{path.name}: NOT RUN, there is no site {named} in {path}/sites")
		elif not (site := named or test_site(path)):
			absent.append(
				f"{path.name}: NOT RUN, no site in {path}/sites has allow_tests in its site_config.json"
			)
		else:
			found.append(Bench(path, site))
	return found, absent


def test_site(bench: Path) -> str | None:
	"""Return the site that allows tests; of several, the bench's default one."""
	sites = [
		config.parent.name
		for config in sorted(bench.glob("sites/*/site_config.json"))
		if json.loads(config.read_text()).get("allow_tests")
	]
	default = common_config(bench).get("default_site")
	return default if default in sites else next(iter(sites), None)


def common_config(bench: Path) -> dict:
	file = bench / "sites" / "common_site_config.json"
	return json.loads(file.read_text()) if file.exists() else {}


def start_services(bench: Bench) -> None:
	"""Have MariaDB and Redis running; what was started is stopped when this process ends."""
	config = common_config(bench.path)
	with STARTING:
		database = ("127.0.0.1", int(config.get("db_port", 3306)))
		if not config.get("db_socket") and not answers(*database):
			mariadb = ["service", "mariadb"]
			subprocess.run([*mariadb, "start"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
			atexit.register(subprocess.run, [*mariadb, "stop"], stdout=subprocess.DEVNULL)
			wait_for(*database, "MariaDB")
		for address in sorted({config[key] for key in ("redis_cache", "redis_queue") if key in config}):
			redis = urlsplit(address)
			where = (redis.hostname or "127.0.0.1", redis.port or 6379)
			if not answers(*where):
				process = subprocess.Popen(
					["redis-server", "--port", str(where[1]), "--bind", "127.0.0.1", "--save", ""],
					stdout=subprocess.DEVNULL,
				)
				atexit.register(process.wait, 10)
				atexit.register(process.terminate)
				wait_for(*where, "Redis")


def answers(host: str, port: int) -> bool:
	"""Tell whether something listens there."""
	with socket.socket() as probe:
		probe.settimeout(1)
		return probe.connect_ex((host, port)) == 0


def wait_for(host: str, port: int, what: str) -> None:
	for _attempt in range(100):
		if answers(host, port):
			return
		time.sleep(0.1)
	raise Lacks(f"{what} does not answer at {host}:{port}")
