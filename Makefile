# Two commands for a fresh machine with Python 3.11 or later: `make demo` and `make test`.
# Both set up .venv from a lock with hashes; a second run finds it done. PYTHON= names another
# interpreter than the first that fits.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
# Compiled modules are kept, inside the environment alone, whatever PYTHONDONTWRITEBYTECODE says:
# else each of some hundred processes compiles its libraries anew, which takes ten seconds and more.
COMPILED := PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX="$(CURDIR)/.venv/.compiled"
# The order is that of tests/conftest.py, not that of how many tests a file has.
PYTEST := $(COMPILED) $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --durations=15
# What writes the reference pages from the contracts and the commands; `--check` compares.
DOCS := $(BIN)/python -m pipeline.docs
SETUP := pyproject.toml requirements/uv.txt scripts/setup scripts/install_lock.py

# A moved clone or a removed Python leaves an environment that does not run: then all is redone.
ifneq ($(shell $(BIN)/python -c 'print("runs")' 2>/dev/null),runs)
SETUP += redo
endif

.PHONY: help demo test unit check site soak bench docs lock vendor clean redo

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.main ## run the whole demo: one département, three school years, to a release
	@$(BIN)/cartable demo

test: .venv/.all ## set up all that the tests need, and run every test
	@scripts/system-packages
	@$(PYTEST)

unit: .venv/.test ## run the quick tests of the parts: no Airflow, no browser, little time
	@$(PYTEST) -m "not slow and not airflow and not browser" tests/unit tests/architecture

check: .venv/.test ## the one definition of clean: style, types, imports, generated pages
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo
	@$(if $(DOCS),$(DOCS) --check)
	@scripts/check-compose

site: .venv/.main ## serve the site of the release in force on this machine; PORT= which
	@$(BIN)/cartable site serve $(if $(PORT),--port $(PORT))

soak: .venv/.test ## kill, starve and hurry the pipeline for some minutes; KILLS= how often
	@$(COMPILED) $(BIN)/python -m tests.resilience.soak --kills $(or $(KILLS),300)

bench: .venv/.main ## measure: NAME=generator for one benchmark, all without a name
	@for name in $(or $(NAME),$(patsubst benchmarks/%.py,%,$(wildcard benchmarks/[a-z]*.py))); do \
		$(BIN)/python -m benchmarks.$${name//-/_}; \
	done

docs: .venv/.main ## write the reference pages anew
	@$(or $(DOCS),echo "docs: no generated page yet")

lock: .venv/.main ## write the locks anew from pyproject.toml; UPGRADE=1 takes newer versions
	@scripts/lock

vendor: .venv/.main ## make the browser files that sites carry anew, from scripts/vendor; needs npm
	@$(BIN)/python scripts/vendor_browser_files.py

clean: ## remove the environment and the caches, never data or keys
	@rm -rf .venv .venv-peers .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The wider lock holds all that the narrower one holds, at the same versions.
.venv/.main: requirements/main.txt $(SETUP)
	@scripts/setup main
	@touch .venv/.main

.venv/.test: requirements/test.txt $(SETUP)
	@scripts/setup test
	@touch .venv/.main .venv/.test

.venv/.all: requirements/all.txt $(SETUP)
	@scripts/setup all
	@touch .venv/.main .venv/.test .venv/.all
