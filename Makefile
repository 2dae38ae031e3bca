# Vigil. `make` alone prints this help. Every target sets up what it needs by itself.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# The name carries the tree's path: a tree that was moved or copied is set up anew.
STAMP := $(VENV)/ready-$(shell printf %s "$(CURDIR)" | cksum | cut -d' ' -f1)
DAY := hil_tests/scenarios/day_at_1_ml_h.toml
JOBS ?= 2

.PHONY: help
help: ## Show this list
	@echo "Vigil: open controller for wearable home infusion pumps. Not a medical device."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: $(STAMP) ## The whole house: broker, clinic, hub and three pumps (SPEED=n, MQTT_URL=...)
	@exec $(PY) -m tools.run

.PHONY: test
test: $(STAMP) ## Every test, on real parts
	@$(PYTHON) tools/setup.py test-parts
	@$(PY) -m tools.run_tests --jobs $(JOBS)

.PHONY: check
check: format-check lint types imports upy-lint docs-check trace-check ## Everything that reads the code without running it
	@echo "check: all clean"

.PHONY: setup
setup: $(STAMP) ## The virtual environment and the stubs, from the lock files
	@echo "setup: ready"

$(STAMP): requirements.lock requirements-typings.lock pyproject.toml tools/setup.py
	@command -v $(PYTHON) >/dev/null || { echo "setup: $(PYTHON) is missing; install Python 3.11 or newer" >&2; exit 2; }
	@$(PYTHON) tools/setup.py install --stamp $@

.PHONY: fmt
fmt: $(STAMP) ## Format the code and sort its imports
	@$(PY) -m ruff check --quiet --select I --fix .
	@$(PY) -m ruff format .

.PHONY: format-check
format-check: $(STAMP) ## Is the code formatted
	@$(PY) -m ruff format --check --quiet . || { echo "format-check: run 'make fmt'" >&2; exit 1; }

.PHONY: lint
lint: $(STAMP) ## ruff
	@$(PY) -m ruff check --quiet .

.PHONY: types
types: $(STAMP) ## basedpyright, once with the chip's typeshed and once with the PC's
	@$(PY) -m tools.type_check

.PHONY: imports
imports: $(STAMP) ## The import arrows of docs/ARCHITECTURE.md
	@$(VENV)/bin/lint-imports --no-logo

.PHONY: upy-lint
upy-lint: $(STAMP) ## The MicroPython dialect of firmware and shared
	@$(PY) -m tools.check_upy

.PHONY: docs
docs: $(STAMP) ## Write the generated tables in docs/
	@$(PY) -m tools.gen_docs

.PHONY: docs-check
docs-check: $(STAMP) ## Are the generated tables in docs/ up to date
	@$(PY) -m tools.gen_docs --check

.PHONY: trace
trace: $(STAMP) ## Requirement, code and test: write docs/TRACE.md and say what is missing
	@$(PY) -m tools.trace

.PHONY: trace-check
trace-check: $(STAMP) ## Has every requirement of the pump its test, and is docs/TRACE.md up to date
	@$(PY) -m tools.trace --check

.PHONY: mutate
mutate: $(STAMP) ## Does a test notice every small mistake in safety, therapy and the limits (JOBS=n)
	@$(PY) -m tools.mutate --jobs $(JOBS)

.PHONY: coverage
coverage: $(STAMP) ## Does a test reach every line and branch of safety and therapy
	@$(PY) -m tools.safety_coverage

.PHONY: day
day: $(STAMP) ## 24 hours of a 1 mL/h infusion, simulated
	@exec $(PY) -m hil_tests.run $(DAY)

.PHONY: alarm-time
alarm-time: $(STAMP) ## Seconds from a pump's alarm to a clinician's browser, at the speed of life
	@exec $(PY) -m hil_tests.alarm_time

.PHONY: faults
faults: $(STAMP) ## Every single fault in a running pump, one by one: write docs/FAULTS.md
	@exec $(PY) -m hil_tests.sweep

.PHONY: pictures
pictures: $(STAMP) ## Take the pictures in docs/images from the firmware and from the running house
	@$(PY) -m tools.screens
	@exec $(PY) -m hil_tests.desk_pictures

.PHONY: flash
flash: $(STAMP) ## Put firmware and shared on a MicroPython board: make flash PORT=/dev/ttyACM0
	@exec $(PY) -m tools.flash --port "$(PORT)"

.PHONY: lock
lock: $(STAMP) ## Make the lock files from pyproject.toml (needs the package index)
	@$(PY) -m tools.lock

.PHONY: clean
clean: ## Remove what was built (state/ of the running house stays)
	rm -rf $(VENV) typings build .pytest_cache .ruff_cache .import_linter_cache .hypothesis .nicegui
	find . -path ./.git -prune -o -type d -name __pycache__ -exec rm -rf {} +
