# Every target sets up what it needs first; nothing has to be installed before but Python 3.11+ and make.

PYTHON ?= python3
PY := .venv/bin/python
MANAGE := $(PY) manage.py
PROCESSES ?= 2

# Chinese output also where no locale is set.
export PYTHONUTF8 := 1

CHECKS := check-format check-lint check-types check-templates check-layers check-migrations \
	check-system check-deploy check-messages

.DEFAULT_GOAL := help
.PHONY: help run test test-postgres check bench audit messages format setup setup-tests $(CHECKS)

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 24

run: setup ## set up what is missing and start the portal (PORT, HOST, PORTAL_DATA)
	@exec $(MANAGE) serve --setup --with-parent

test: setup-tests ## run every test, in random order and parallel (ARGS="tests/portal -k clock")
	@$(PY) -m pytest -n $(PROCESSES) $(ARGS)

test-postgres: setup-tests ## run every test on PostgreSQL: that of DATABASE_URL, else a private server (ARGS="…")
	@$(PY) -m tests.load.suite -n $(PROCESSES) $(ARGS)

check: $(CHECKS) ## static checks: format, lint, types, templates, layers, migrations, settings, messages

bench: setup-tests ## run the benchmarks and write bench.json under the data folder (NAMES="…")
	@$(MANAGE) bench $(NAMES)

audit: setup-tests ## ask the package index whether a locked package has a known weakness (needs the network; ARGS="…")
	@$(PY) portal/deploy/audit.py $(ARGS)

messages: setup-tests ## bring the message catalogues up to date with the code and compile them
	@$(MANAGE) check_messages --update

format: setup-tests ## format the code and mend what the linter can mend
	@$(PY) -m ruff check --quiet --fix . ; $(PY) -m ruff format .

setup:
	@$(PYTHON) portal/deploy/setup.py

setup-tests:
	@$(PYTHON) portal/deploy/setup.py --tests

check-format: setup-tests
	@$(PY) -m ruff format --check .

check-lint: setup-tests
	@$(PY) -m ruff check .

check-types: setup-tests
	@$(PY) -m mypy

check-templates: setup-tests
	@$(PY) -m djlint templates --lint --quiet

check-layers: setup-tests
	@$(PY) -m pytest -q -p no:randomly tests/test_layers.py

check-migrations: setup-tests
	@DJANGO_SETTINGS_MODULE=portal.settings.test $(MANAGE) makemigrations --check --dry-run

check-system: setup-tests
	@$(MANAGE) check --fail-level WARNING

# The values are only there to satisfy the settings; the checks look at everything else.
check-deploy: setup-tests
	@DJANGO_SETTINGS_MODULE=portal.settings.production PORTAL_URL=https://portal.example PORTAL_HOSTS=portal.example \
		PORTAL_SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(48))')" \
		$(MANAGE) check --deploy --fail-level WARNING

check-messages: setup-tests
	@$(MANAGE) check_messages
