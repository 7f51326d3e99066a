# Needs make and Python 3.11 or newer; everything else goes into $(VENV).

PORT ?= 8501
VENV ?= .venv
# Two workers a core: many tests wait for an answer, a browser or another process.
WORKERS = $(shell $(PY) -c 'import os; print(min(8, 2 * os.cpu_count()))')
PYTEST_ARGS ?= -n $(WORKERS) --dist loadscope --durations=10
LOCK_ARGS ?=

# Or each of the hundreds of processes that tests start compiles all that it imports, for seconds.
export PYTHONDONTWRITEBYTECODE :=

PY := $(VENV)/bin/python
PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check
COMPILE = $(PY) -m uv pip compile --quiet --universal --python-version 3.11 \
	--custom-compile-command "make lock" $(LOCK_ARGS)
# What needs neither a browser nor a second server: quick, for another Python.
WIDE := tests/browser tests/chaos tests/pages tests/whole/test_matrix.py tests/store/test_postgresql.py
QUICK := $(patsubst %,--ignore=%,$(WIDE))
# Of the tests in one session, those count lines that tests/counting.py doesn't leave out.
COVERAGE_ARGS := --cov --cov-report=term-missing:skip-covered --cov-fail-under=95
CANDIDATES := python3 python python3.14 python3.13 python3.12 python3.11

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run cli test quick chaos check lint style types format lock docs sbom screenshots clean

help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: $(VENV)/.installed ## serve the dashboard on http://127.0.0.1:8501 (PORT=8600 changes the port)
	$(PY) -m streamlit run app.py --server.address 127.0.0.1 --server.port $(PORT) \
		--server.headless true --browser.gatherUsageStats false

cli: $(VENV)/.installed ## run a command (make cli ARGS="orders list")
	@$(PY) -m mcf $(ARGS)

test: $(VENV)/.compiled ## run the tests, of some a part (PYTEST_ARGS="tests/whole/test_docs.py -n 0")
	$(PY) -m pytest $(PYTEST_ARGS)

chaos: $(VENV)/.installed-dev ## send 200 orders through faults and 50 kills (CHAOS_SEEDS="1 2 3")
	$(PY) -m tests.chaos

check: $(VENV)/.installed-dev ## all that must hold before a commit: lint, and the tests with coverage
	$(MAKE) --no-print-directory -j 2 style $(VENV)/.compiled
	@# mypy needs one core: the tests have the others meanwhile.
	$(MAKE) --no-print-directory -j 2 types test PYTEST_ARGS="$(PYTEST_ARGS) $(COVERAGE_ARGS)"

quick: $(VENV)/.compiled ## run what needs no browser and no second server
	$(PY) -m pytest $(QUICK) $(PYTEST_ARGS)

lint: style types ## format, ruff, mypy, the scans for secrets and dead code, without the tests

types: $(VENV)/.installed-dev ## check the types with mypy
	$(PY) -m mypy

style: $(VENV)/.installed-dev ## check format, rules, secrets and dead code
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) .ci/scan_secrets.py
	$(PY) .ci/dead_code.py

format: $(VENV)/.installed-dev ## format the code and mend what ruff can mend
	$(PY) -m ruff check --fix-only .
	$(PY) -m ruff format .

lock: $(VENV)/.installed-dev ## compile requirements*.txt (LOCK_ARGS=--upgrade takes newer versions)
	$(COMPILE) requirements.in --output-file requirements.txt
	$(COMPILE) requirements-dev.in --output-file requirements-dev.txt

docs: $(VENV)/.installed-dev ## write docs/errors.md from the catalogue of errors
	PYTHONPATH=. $(PY) docs/errors.py

sbom: $(VENV)/.installed-dev ## list what the program is made of (CycloneDX) in output/sbom.json
	mkdir -p output
	$(VENV)/bin/cyclonedx-py requirements requirements.txt --output-reproducible \
		--output-file output/sbom.json

screenshots: $(VENV)/.installed-dev ## take the pictures in docs/ from the running program
	$(PY) docs/screenshots.py

clean: ## remove the virtual environment and caches; data/, output/ and .env stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis htmlcov test-results
	rm -f .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@for python in $(CANDIDATES); do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Making $(VENV) with $$($$python --version)"; \
			"$$python" -m venv --clear "$(VENV)" && exit 0; \
			rm -rf "$(VENV)"; \
			echo "$$python could not make a virtual environment, see above." >&2; \
			echo "On Debian or Ubuntu: apt-get install python3-venv" >&2; \
			exit 1; \
		fi; \
	done; \
	echo "MCF Desk needs Python 3.11 or newer and found none (tried: $(CANDIDATES))." >&2; \
	echo "Debian or Ubuntu: apt-get install python3 python3-venv" >&2; \
	echo "macOS: brew install python" >&2; \
	echo "Elsewhere: see python.org/downloads. Then run make again." >&2; \
	exit 1

$(VENV)/.installed: requirements.txt $(PY)
	@echo "Installing requirements.txt (a minute or two the first time)"
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt requirements.txt $(PY)
	@echo "Installing requirements-dev.txt (a minute or two the first time)"
	@# Many times quicker than pip, where it can be had.
	@$(PIP_INSTALL) "$$(grep '^uv==' requirements-dev.txt)" && \
		$(PY) -m uv pip install --quiet --python $(PY) -r requirements-dev.txt || \
		$(PIP_INSTALL) -r requirements-dev.txt
	@touch $(VENV)/.installed $@

# Or each worker of the first run compiles the same thousand modules at the same time.
$(VENV)/.compiled: $(VENV)/.installed-dev
	@$(PY) -m pytest --collect-only -qq >/dev/null 2>&1 || true
	@touch $@
