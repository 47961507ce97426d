# Two commands are all a fresh machine needs: make demo, make test.

# The first Python that is new enough.
PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,\
	$(shell $(p) -c 'import sys; sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null)))
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

# Dozens of short processes would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test audit attacks lint bench bench-notebook seeds fuzz load walls clean
.DEFAULT_GOAL := help

help:
	@echo "make demo   grade the example class and say where the pages are"
	@echo "make test   run the test suite"
	@echo "make audit  ask whether the checks of the bundled assignments are right"
	@echo "make lint   ruff and mypy"
	@echo "make attacks  try every attack behind every tier, as every user this machine allows"
	@echo "make bench  measure time and memory against a run without walls"
	@echo "make bench-notebook  the same for the kernels of notebooks"
	@echo "make seeds  grade the reference with 500 seeds"
	@echo "make fuzz   spoil 200,000 answers of workers, and take them in"
	@echo "make load   grade a class of 1,000 in which one in ten is hostile"

$(READY): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; set PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	$(BIN)/python -m compileall -q grader
	@touch $@

# bubblewrap makes the sandbox strong. Root may install it; anybody else is told.
walls:
	@command -v bwrap >/dev/null || { \
		test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
		apt-get update -qq >/dev/null && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq bubblewrap libseccomp2 >/dev/null; \
	} || echo "bubblewrap is not installed: grading runs at the next sandbox tier (grader doctor)"

demo: $(READY) walls
	@$(BIN)/grader demo

# As many processes as conftest.py says; files in their order, for those that take longest come first.
PARALLEL := -n auto --dist loadfile --no-loadscope-reorder
test: $(READY) walls
	@$(BIN)/python -m pytest -q -m "not attacks and not audit" $(PARALLEL)

# One process: an audit keeps every core busy by itself.
audit: $(READY)
	@$(BIN)/python -m pytest -q -m audit

attacks: $(READY) walls
	@$(BIN)/python -m pytest -q -m attacks $(PARALLEL)
	@$(BIN)/python tests/attacks/run.py $(ATTACKS)

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: $(READY) walls
	@$(BIN)/python benchmarks/walls.py
	@$(BIN)/python benchmarks/compiled.py

bench-notebook: $(READY) walls
	@$(BIN)/python benchmarks/notebook.py

seeds: $(READY) walls
	@$(BIN)/python benchmarks/seeds.py

fuzz: $(READY) walls
	@$(BIN)/python benchmarks/fuzz.py

load: $(READY) walls
	@$(BIN)/python benchmarks/load.py

clean:
	rm -rf $(VENV) grader-demo
