# Everything runs in .venv, which `make setup` prepares; each target does that first. `make` alone prints this list.
# The system's Python goes first if it can make an environment: distributions compile theirs with a profile, which others
# often leave out, and pages take a tenth less of the processor by it.
PYTHON ?= $(shell for one in /usr/bin/python3.11 python3.11 python3; do \
  "$$one" -c "import ensurepip, venv" 2>/dev/null && echo "$$one" && exit; done; command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: help setup demo test check style bench prove messages clean
.DEFAULT_GOAL := help

help:  ## print this list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/\1 \2/p' Makefile | while read -r name what; do printf '  make %-10s%s\n' "$$name" "$$what"; done

setup:  ## prepare .venv, style sheets and translations (seconds when nothing changed)
	@$(PYTHON) scripts/setup.py

demo: setup  ## start the demonstration: database, web, worker (YIMEN_PORT, YIMEN_HOME; Ctrl-C stops it)
	@exec $(BIN)/yimen demo

style: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/messages.py check

check: style  ## format, lint, types, import contracts, and the tests that need no database
	$(BIN)/pytest --no-database

test: style  ## everything: as check, with the database and the browser stories
	$(BIN)/pytest -n 2 -rs -m "not alone"
	$(BIN)/pytest -m alone

bench: setup  ## measure the figures on the demonstration and write bench/results/latest.json
	@exec $(BIN)/python -m bench

prove: setup  ## kill, stop, restore and soak a house of its own; writes bench/results/prove.json (PROVE="--kills 10")
	@exec $(BIN)/python -m bench.prove $(PROVE)

messages: setup  ## gather new sentences into the catalogues and compile them
	$(BIN)/python scripts/messages.py gather
	$(BIN)/python scripts/messages.py compile

clean:  ## remove what was built and the data of demo and tests, but not .venv
	@case "$$(cat var/postgres/elsewhere 2>/dev/null)" in /var/lib/yimen/?*) rm -rf "$$(cat var/postgres/elsewhere)";; esac
	rm -rf var build yimen/site/static node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find yimen -name '*.mo' -delete
