# Everything runs on a machine with Python 3.10 or later, Node.js and the package registries: see embedded/README.md.

PYTHON ?= python3

.PHONY: demo test lint bench clean

demo: ## serve a sample cooperative on http://127.0.0.1:8000
	@exec $(PYTHON) -m embedded serve

test: ## all tests: embedded host, and the benches ~/frappe-bench, ~/dokos-bench and ~/v16-bench, or BENCH="… …" SITE="… …"
	@$(PYTHON) -m embedded test

lint: ## style and form
	@$(PYTHON) -m embedded lint

bench: ## the benchmarks, on every host that is here
	@$(PYTHON) -m embedded benchmark

clean: ## remove what the other targets built; the demo's data too
	@rm -rf .embedded .venv
