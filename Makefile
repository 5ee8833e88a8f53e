# Hotline. `make` lists the targets. Needs git, make and Python 3.11 or newer with venv; nothing else, and no root.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

# The packages are installed again when one of these changes: what is needed, where we are, which Python runs it.
FINGERPRINT := $(shell { cat pyproject.toml; pwd; $(PYTHON) -V; } 2>/dev/null | sha256sum | cut -c1-16)
RUN_READY   := $(VENV)/.ready-to-run-$(FINGERPRINT)
DEV_READY   := $(VENV)/.ready-to-develop-$(FINGERPRINT)

# Of the tests: the end-to-end ones mostly wait for prompts to be spoken, so more than the machine has cores.
WORKERS ?= 3

PYTEST := $(BIN)/coverage run -m pytest -n $(WORKERS) --dist loadfile

PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check install

.DEFAULT_GOAL := help
.PHONY: help setup run test retest floors check fix demo bench docs model stop status
.SUFFIXES:
MAKEFLAGS += --no-print-directory

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(RUN_READY) ## Set up everything without running it: packages, Asterisk, prompts, database
	@exec $(BIN)/hotline setup

run: $(RUN_READY) ## Set up everything and run the hotline in the foreground; Ctrl-C stops all of it
	@exec $(BIN)/hotline run

stop: $(RUN_READY) ## Stop a running hotline from another terminal
	@exec $(BIN)/hotline stop

status: $(RUN_READY) ## Calls, queues, agents and the link, now
	@exec $(BIN)/hotline status

demo: $(RUN_READY) ## Place a real call into the running hotline: two keys, then a talk with a simulated agent
	@exec $(BIN)/hotline call --keys 2,2 --agent-answers

test: $(DEV_READY) ## All tests, the end-to-end ones on a real Asterisk included, then the coverage floors
	@$(BIN)/python -m tests.e2e.provision_first
	@$(BIN)/coverage erase
	@$(PYTEST) --no-loadscope-reorder $(TESTS)
	@$(MAKE) floors

retest: $(DEV_READY) ## What failed in the last `make test`, once more; then the coverage floors of both
	@$(PYTEST) --last-failed --last-failed-no-failures none
	@$(MAKE) floors

floors: $(DEV_READY)
	@$(BIN)/coverage combine --quiet
	@echo "Coverage of the pure core (every branch), then of the shell (85 %)"
	@$(BIN)/coverage report --skip-covered --show-missing --include='telephony/*,ivr/*,acd/*,asr/*,whatif/*' --omit='asr/engines/*' --fail-under=100; \
	core=$$?; \
	$(BIN)/coverage report --skip-covered --include='hotline/*,asr/engines/*' --fail-under=85 && exit $$core

check: $(DEV_READY) ## Formatting, lint, types, layers, and a test file for every module; under a minute
	@$(BIN)/ruff format --check --quiet . || { echo "make fix formats these files"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tools/check_mirror.py

fix: $(DEV_READY) ## Format, and mend what ruff can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(DEV_READY) ## The figures of the README, measured here; fails in the end if one misses its goals
	@$(BIN)/python tools/run_benchmarks.py

docs: $(DEV_READY) ## Draw what is generated from the code
	@set -e; for script in tools/draw_*.py; do echo "== $$script"; $(BIN)/python "$$script"; done

model: $(DEV_READY) ## Make the embedded speech model anew and measure it: half an hour, and 1 GB of packages or more
	@$(PIP) --editable '.[train]'
	@$(BIN)/python -m tools.speech_model train
	@$(BIN)/python -m tools.speech_model eval --tune

$(DEV_READY):
	@$(MAKE) $(RUN_READY)
	@echo "Installing the packages for tests and checks …"
	@$(PIP) --editable '.[dev]'
	@touch $@

$(RUN_READY):
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON). Debian: apt install python3 python3-venv; or name another: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is $$($(PYTHON) -V 2>&1), but Python 3.11 or newer is needed; name another: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) has no venv. Debian: apt install python3-venv" >&2; exit 1; }
	@echo "Making the virtual environment $(VENV) with $$($(PYTHON) -V) …"
	@rm -f $(VENV)/.ready-*
	@$(PYTHON) -m venv --clear $(VENV)
	@echo "Installing the packages …"
	@$(PIP) --editable .
	@touch $@
