"""`make test` and `make bench`: the same on every host that is here, one line for each at the end."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from embedded import benches, progress, site
from embedded.assets import prepare_assets
from embedded.paths import BUILT, ROOT
from embedded.system import prepare_system


def test(arguments: list[str]) -> int:
	"""Run all tests on every host; return the number of hosts on which something failed.

	The hosts share nothing, so that one runs on each core; the benches go first, because they take longest.
	"""
	prepare_system(browser=True)
	benches_found, lines = bench_runs(test_bench)
	runs = [*reversed(benches_found), ("embedded", lambda: test_embedded(arguments))]
	with ThreadPoolExecutor(os.cpu_count()) as cores:
		results = dict(cores.map(lambda run: (run[0], timed(run[1])), runs))
	failed = 0
	for name in ("embedded", *(name for name, _run in benches_found)):
		counts, output, seconds = results[name]
		if isinstance(output, benches.Lacks):
			failed += 1
			lines.append(f"{name}: DID NOT RUN, {output}")
			continue
		if counts is None or counts["failed"] or not counts["passed"]:
			failed += 1
			print(f"\n===== {name} =====\n{output}\n")
		said = (
			"DID NOT RUN, see above"
			if counts is None
			else ", ".join(f"{n} {what}" for what, n in counts.items())
		)
		lines.append(f"{name}: {said} ({seconds:.0f} s)")
	print("\n".join(lines))
	return failed


def timed(run: Callable) -> tuple[dict[str, int] | None, str | benches.Lacks, float]:
	"""Return what a run counted, what it printed and the seconds it took."""
	started = time.monotonic()
	try:
		counts, output = run()
	except benches.Lacks as problem:
		counts, output = None, problem
	except benches.Broken as problem:
		counts, output = None, str(problem)
	return counts, output, time.monotonic() - started


def test_embedded(arguments: list[str]) -> tuple[dict[str, int] | None, str]:
	"""Run everything with pytest, a class of tests at a time on each core, each core with a site of its own."""
	prepare_assets()
	report = BUILT / f"tests-{os.getpid()}.xml"
	command = [
		sys.executable,
		"-m",
		"pytest",
		"-q",
		"--no-header",
		"-rfE",
		f"--numprocesses={os.cpu_count()}",
		"--dist=loadscope",
		"--no-loadscope-reorder",  # the plugin puts the longest first
		f"--junitxml={report}",
		*arguments,
	]
	done = progress.run(command, "embedded", cwd=ROOT)
	try:
		suite = ET.parse(report).getroot()[0]
	except (OSError, ET.ParseError):
		return None, done.stdout
	finally:
		report.unlink(missing_ok=True)
	total, skipped = int(suite.get("tests")), int(suite.get("skipped"))
	bad = int(suite.get("failures")) + int(suite.get("errors"))
	if done.returncode and not bad:
		return None, done.stdout  # pytest itself failed
	return counted(total, bad, skipped), done.stdout


def test_bench(bench: benches.Bench) -> tuple[dict[str, int] | None, str]:
	"""Run the site tests with Frappe's own runner."""
	benches.start_services(bench)
	bench.prepare()
	done = bench.test()
	# unittest ends with "Ran 3 tests in 1s" and "OK (skipped=1)" or "FAILED (failures=1, errors=1)"
	total = sum(map(int, re.findall(r"^Ran (\d+) tests? in", done.stdout, re.MULTILINE)))
	verdict = " ".join(re.findall(r"^(?:OK|FAILED) \((.+)\)$", done.stdout, re.MULTILINE))
	bad = sum(map(int, re.findall(r"\b(?:failures|errors|unexpected successes)=(\d+)", verdict)))
	skipped = sum(map(int, re.findall(r"\bskipped=(\d+)", verdict)))
	if not total or (done.returncode and not bad):
		return None, done.stdout
	return counted(total, bad, skipped), done.stdout


def counted(total: int, bad: int, skipped: int) -> dict[str, int]:
	counts = {"passed": total - bad - skipped, "failed": bad}
	return counts | {"skipped": skipped} if skipped else counts


def bench_runs(run: Callable) -> tuple[list[tuple[str, Callable]], list[str]]:
	"""Return a call per bench, and a sentence for each host that is not here, which is said loudly at once too."""
	found, absent = benches.find()
	for sentence in absent:
		print(f"\n!!!!! {sentence} !!!!!\n", file=sys.stderr)
	names = [bench.name for bench in found]
	return [
		(
			bench.name if names.count(bench.name) == 1 else f"{bench.path} {bench.site}",
			lambda bench=bench: run(bench),
		)
		for bench in found
	], absent


def benchmark(file: Path) -> int:
	"""Run the benchmarks on every host; return the number of hosts on which they failed."""
	if not file.exists():
		sys.exit(f"There is no {file.relative_to(ROOT)}")
	on_benches, lines = bench_runs(benchmark_on(file))
	failed = 0
	for name, run in (("embedded", lambda: benchmark_embedded(file)), *on_benches):
		print(f"\n===== {name} =====", flush=True)
		try:
			done = run()
			output, code = done.stdout, done.returncode
		except benches.Broken as problem:
			output, code = str(problem), 1
		print(output, flush=True)
		failed += bool(code)
	print("\n".join(lines))
	return failed


def benchmark_embedded(file: Path) -> subprocess.CompletedProcess[str]:
	prepare_system(browser=False)
	site.reset_site("benchmark")
	command = [sys.executable, "-m", "embedded", "--site", "benchmark", "exec", str(file)]
	return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def benchmark_on(file: Path) -> Callable[[benches.Bench], subprocess.CompletedProcess[str]]:
	def run(bench: benches.Bench) -> subprocess.CompletedProcess[str]:
		benches.start_services(bench)
		bench.prepare()
		code = (
			"import runpy, sys; from coop_membership.tests import set_up; set_up.lead_links_to(sys.argv.pop())\n"
			"runpy.run_path(sys.argv[1], run_name='__main__'); frappe.db.commit()"
		)
		with bench.served() as url:  # prints fetch the host's style sheets
			return bench.script(code, str(file), url)

	return run
