# make run    sets up everything and serves the demo city on 127.0.0.1 (HUKOU_PORT, default 8000)
# make test   sets up everything, checks the code and passes all tests
# make bench  prints the performance table
# make lint   checks style, imports, types and words
# make setup  only what the others do first: .venv, networks for pictures, translations
#
# PYTHON=python3.12 make run   chooses the interpreter (3.11 or newer)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements-dev.lock
STAMP := $(VENV)/installed.sha256
WORDS := $(wildcard */locale/*/LC_MESSAGES/django.po)
COMPILED := $(VENV)/words.stamp

.DEFAULT_GOAL := run
.PHONY: run test bench lint setup venv networks

run: setup
	@exec $(BIN)/python -m hukou.running

# Browsers get the machine to themselves; everything else shares it. Both parts run, whatever the first one says.
test: lint
	@failed=0; \
	$(BIN)/python -m pytest -m 'not browser and not nightly' --numprocesses=logical --maxprocesses=4 --dist=worksteal || failed=1; \
	$(BIN)/python -m pytest -m 'browser and not nightly' || failed=1; \
	exit $$failed

bench: setup
	@$(BIN)/python -m tests.bench

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy

setup: venv networks $(COMPILED)

venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo '需要 Python 3.11 或更新版本，例如：PYTHON=python3.12 make run'; \
	  echo 'Python 3.11 or newer is needed, for example: PYTHON=python3.12 make run'; exit 2; }
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV) || { \
	  echo '无法建立虚拟环境。Debian/Ubuntu 请先安装 python3-venv。'; \
	  echo 'The virtual environment could not be made. On Debian or Ubuntu install python3-venv first.'; exit 2; }
	@want=$$($(PYTHON) -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' $(LOCK)); \
	if [ "$$want" != "$$(cat $(STAMP) 2>/dev/null)" ]; then \
	  echo '正在安装依赖…… / Installing dependencies…'; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r $(LOCK) && \
	  echo "$$want" > $(STAMP); \
	fi

# What cannot be fetched now is fetched next time; only turning pages upright and looking for faces wait for it.
networks: | venv
	@$(BIN)/python -m capture.pipeline.networks || true

$(COMPILED): $(WORDS) | venv
	@$(BIN)/python manage.py translations --compile >/dev/null
	@touch $@
