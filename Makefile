# Needs Python >= 3.11 and make. `make demo PYTHON=python3.13` chooses another Python.
PYTHON ?= python3
UV ?= uv
VENV := .venv
BIN := $(VENV)/bin
LONG := tests
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# one version of everything for all Pythons: the same numbers come out, and the same types are checked
LOCK := $(UV) pip compile --universal --fork-strategy fewest --generate-hashes --no-header --python-version 3.11 $(UPGRADE)
BUILT_WITH := $(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")'
RUNTIME := $(VENV)/.runtime-installed
TESTS := $(VENV)/.tests-installed
PEERS := $(VENV)/.peers-installed

.PHONY: help install demo serve test test-long test-postgresql screenshots bench lock

help:
	@echo "make demo       train on built-in pictures and predict a new one, over HTTP"
	@echo "make serve      the service at http://127.0.0.1:8000"
	@echo "make install    the set-up alone, with all that the tests need"
	@echo "make test       all checks and tests; make test-long: the long ones"
	@echo "make test-postgresql  whole services on PostgreSQL, the long tests too"
	@echo "make screenshots  the page's views in build/screenshots, and docs/page.png anew"
	@echo "make bench      the benchmarks"
	@echo "make lock       resolve the locked dependencies again (needs uv)"

install: $(TESTS)

demo: $(RUNTIME)
	@$(BIN)/nncore demo

serve: $(RUNTIME)
	@exec $(BIN)/nncore serve

test: $(TESTS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --numprocesses 2 --dist loadfile

test-long: $(TESTS)
	$(BIN)/pytest -m long $(LONG)

test-postgresql: $(TESTS)
	$(BIN)/pytest -m "long or not long" --database postgresql tests/app/api tests/acceptance

# the README's picture is the light, wide one of two jobs side by side
screenshots: $(TESTS)
	$(BIN)/pytest tests/acceptance/test_page.py -m long -k every_view --screenshots build/screenshots
	cp build/screenshots/jobs-1600-light.png docs/page.png

bench: $(PEERS)
	$(BIN)/python -m benchmarks

# The tests' versions are chosen first, so that operators get what was tested. What the project is built with is locked
# too, so that nothing is fetched behind the hashes.
lock:
	$(LOCK) pyproject.toml --extra test --output-file requirements-test.lock
	$(BUILT_WITH) | $(LOCK) pyproject.toml - --constraint requirements-test.lock --output-file requirements.lock
	$(BUILT_WITH) | $(LOCK) pyproject.toml - --extra postgresql --extra s3 --constraint requirements-test.lock \
		--output-file requirements-cluster.lock

$(RUNTIME): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "nncore needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; name another: make PYTHON=python3.13")'
	@echo "installing into $(VENV), once ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(TESTS): requirements-test.lock $(RUNTIME)
	@echo "installing what the tests need, once ..."
	@$(PIP) install --require-hashes --requirement requirements-test.lock
	@touch $@

$(PEERS): benchmarks/requirements.txt $(TESTS)
	@echo "installing what the benchmarks compare with, once ..."
	@$(PIP) install --requirement benchmarks/requirements.txt
	@touch $@
