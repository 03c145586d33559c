# `make serve` and `make test` set up all that they need; nothing else is required but Python 3.11+.
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TURTLE := ontology shapes data
PEERS := .bench
PROCESSES ?= 2
BENCH ?=

.DEFAULT_GOAL := help
.PHONY: help setup scripts serve test check bench lock clean

help:
	@echo "make serve   serve the graph at http://$(HOST):$(PORT)/ (PORT=8000)"
	@echo "make scripts build the scripts of the query page and the graph view (serve and test do)"
	@echo "make test    run all checks and tests"
	@echo "make check   run the checks alone: style, types, layers, Turtle layout, the graph's own validation"
	@echo "make bench   measure speed against named peers, as ratios (BENCH=--quick: in a minute)"
	@echo "make lock    renew the locks from pyproject.toml and tests/bench/requirements.in"
	@echo "make clean   remove what the other targets made"

# Always from scratch: what an interrupted set-up or an older lock left behind is never trusted.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Clausegraph needs Python 3.11 or newer; name one with: make PYTHON=python3.12"; exit 1; }
	@echo "Setting up $(VENV) ..."
	@$(PYTHON) -m venv --clear $(VENV) || \
		{ echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: $(READY)

# Node builds them; where there is none, PyPI has it. Nothing is done when they are built already.
scripts: $(READY)
	@$(BIN)/python frontend/build.py --has-node || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
			-r frontend/requirements.lock
	@$(BIN)/python frontend/build.py

# Without them every page can be read all the same.
serve: $(READY)
	@$(MAKE) --no-print-directory scripts || \
		echo "*** Serving without these scripts: the query page has only its plain form."
	@$(BIN)/clausegraph serve --host $(HOST) --port $(PORT)

check: $(READY)
	$(BIN)/ruff check api frontend tests
	$(BIN)/ruff format --check api frontend tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/turtlefmt --check $(TURTLE)
	$(BIN)/clausegraph validate

test: check scripts
	$(BIN)/python -m pytest --numprocesses $(PROCESSES) --dist loadfile

bench: $(READY) $(PEERS)/.ready
	PYTHONPATH=tests $(BIN)/python -m bench --peers $(PEERS)/bin $(BENCH)

# The servers that ours is measured against live apart: they need other versions than we do.
$(PEERS)/.ready: tests/bench/requirements.lock
	@echo "Setting up $(PEERS) ..."
	@$(PYTHON) -m venv --clear $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

lock: $(READY)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --group dev --extra dataframe \
		--output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header \
		--output-file tests/bench/requirements.lock tests/bench/requirements.in
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header \
		--output-file frontend/requirements.lock frontend/requirements.in

clean:
	rm -rf frontend/node_modules api/clausegraph/web/static/built
	rm -rf $(VENV) $(PEERS) bench.json build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
