# `make demo` and `make test` do all their own set-up, in .venv; the second run is quick.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
GAZETTEER := src/toposcope/data/embedded.gazetteer

# What the installed package is made from: when one of these changes, it is installed, and the gazetteer built, anew.
# The package is installed editable, so that changes to other modules need nothing.
SOURCES := pyproject.toml hatch_build.py $(wildcard src/toposcope/gazetteer*.py) src/toposcope/names.py \
           src/toposcope/geodesy.py \
           $(shell find facts vendor src/toposcope/sources -type f ! -name '*.pyc' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help demo gallery test evaluate benchmark lint clean install browser FORCE

help:  ## Show what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(STAMP)  ## Draw the map of the sample report: maps/libya-frontlines.html
	@mkdir -p maps
	$(BIN)/toposcope map seeds/libya-frontlines.txt -o maps/libya-frontlines.html

gallery: $(STAMP)  ## Draw the maps of all samples, and the README's picture where Chromium is there
	@mkdir -p maps
	$(BIN)/toposcope map seeds/*.txt -o maps/
	@$(BIN)/python maps/take_picture.py || true

test: $(STAMP) browser  ## Run all tests
	$(BIN)/python -m pytest $(PYTEST_ARGS)

evaluate: $(STAMP)  ## Measure accuracy on the corpora of $TOPOSCOPE_CORPORA: benchmarks/accuracy.json
	$(BIN)/python -m pip install --quiet --disable-pip-version-check scipy python-crfsuite  # what training needs
	$(BIN)/python benchmarks/accuracy.py

benchmark: $(STAMP)  ## Measure speed and memory beside flashgeotext and spaCy: benchmarks/speed.json
	$(BIN)/python -m pip install --quiet --disable-pip-version-check flashgeotext==0.5.5 spacy  # the peers
	$(BIN)/python benchmarks/speed.py

lint: $(STAMP)  ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

install: $(STAMP)  ## Install into .venv, with all that tests need

clean:  ## Remove .venv, caches and what was built
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis $(GAZETTEER) $(GAZETTEER).*
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A gazetteer that was removed is built again.
$(STAMP): $(SOURCES) $(if $(wildcard $(GAZETTEER)),,FORCE)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Toposcope needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
	       "Give another: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

# The tests open the map in Chromium. Without it they are skipped, or fail where CI=true.
browser:
	@for name in "$$TOPOSCOPE_CHROMIUM" chromium chromium-browser google-chrome; do \
	  if [ -n "$$name" ] && command -v "$$name" >/dev/null; then exit 0; fi; \
	done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing chromium for the browser tests…" >&2; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null \
	    && exit 0; \
	fi; \
	echo "No Chromium: the browser tests cannot run. Install it (Debian: sudo apt-get install chromium)," \
	     "or name it: TOPOSCOPE_CHROMIUM=/path/to/chrome make test" >&2; \
	[ "$$CI" != true ]
