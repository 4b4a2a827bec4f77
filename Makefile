# `make demo` shows it, `make test` proves it. Both need Python 3.11 or later and nothing else.

PYTHON ?= python3
PORT ?= 8000
# One more than there are processors, since tests also wait: for databases, browsers and programs.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(1 + (os.cpu_count() or 1))')

# What is compiled is kept, also where an image says otherwise: the tests start a hundred programs.
export PYTHONDONTWRITEBYTECODE :=

BIN := .venv/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check \
	--constraint constraints.txt --build-constraint constraints.txt
PYTEST := $(BIN)/pytest --numprocesses $(WORKERS) --maxprocesses 8 --dist worksteal
REQUIREMENTS := pyproject.toml examples/northwind/pyproject.toml constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo test thorough clients check fix docs bench

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.installed ## serve the Northwind data on 127.0.0.1 (another port: make demo PORT=8010)
	@$(BIN)/relatum demo --port $(PORT)

test: .venv/.tools ## test everything on SQLite and on PostgreSQL, in some minutes
	$(PYTEST) -m "not thorough"

thorough: .venv/.tools ## run the tests that are exhaustive, and try the laws harder
	HYPOTHESIS_PROFILE=thorough $(PYTEST) -m thorough

clients: .venv/.tools ## run clients and suites of others, which takes npm
	$(BIN)/python -m tests.clients

check: .venv/.tools ## lint, format, types and the walls between the packages
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: .venv/.tools ## let the linter and the formatter correct what they can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: .venv/.tools ## run the code in README.md and docs/
	$(BIN)/pytest tests/docs

bench: .venv/.tools ## measure against the bare floor
	$(BIN)/python -m benchmarks

.venv/.pip: constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Relatum needs Python 3.11 or later; name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
		{ echo "This Python cannot make environments; on Debian: apt install python3-venv" >&2; exit 1; }
	@echo "Installing into .venv, once ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt pip
	@touch $@

.venv/.installed: .venv/.pip $(REQUIREMENTS)
	@$(INSTALL) --editable . --editable examples/northwind
	@touch $@

.venv/.tools: .venv/.installed
	@$(INSTALL) --group dev
	@touch $@
