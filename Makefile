# Every command of the project; `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run test bench check constraints snapshot places translations compile clean

help: ## List the commands
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: set PYTHON=")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/pip install -q -c constraints.txt -e .
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/pip install -q -c constraints.txt -e '.[test,check]'
	@touch $@ $(VENV)/.run

run: $(VENV)/.run compile ## Set up what is missing and run the demonstration network (HOST, PORT, CONCORD_DATA)
	@exec $(BIN)/concord serve --demo

test: $(VENV)/.test compile ## Run every test, browser tests included
	@command -v chromium >/dev/null || if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; else sudo -n sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null'; fi || $(BIN)/playwright install chromium
	$(BIN)/python -m pytest $(ARGS)

bench: $(VENV)/.test ## Measure what the main things cost (ARGS="--small" is quick, "--readme" keeps the table)
	$(BIN)/python -m tests.bench $(ARGS)
	$(BIN)/python -m pytest -s tests/bench/bench_practices.py

check: $(VENV)/.test ## Lint, types, import contracts, published contract
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m network.api.snapshot --check
	$(BIN)/python -m network.trends.perturbation --check

constraints: $(VENV)/.test ## Write down the versions that are installed
	{ sed -n 1p constraints.txt; $(BIN)/pip freeze --exclude-editable; } > $(VENV)/constraints && mv $(VENV)/constraints constraints.txt

snapshot: $(VENV)/.test ## Write the GraphQL contract anew
	$(BIN)/python -m network.api.snapshot

places: $(VENV)/.test ## Make the gazetteer anew from GeoNames
	$(BIN)/python -m network.cities.gazetteer

compile: | $(BIN)/python
	@$(BIN)/pybabel -q compile -d network/translations 2>/dev/null

translations: $(VENV)/.test ## Take new strings into the catalogues
	$(BIN)/pybabel -q extract --no-location -F babel.cfg -k _l -k N_ -k lazy_text -o .venv/messages.pot .
	$(BIN)/pybabel -q update -i .venv/messages.pot -d network/translations --no-fuzzy-matching --width=110

clean: ## Remove the environment and the local data
	rm -rf $(VENV) var
