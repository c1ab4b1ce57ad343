# Every target sets up what it needs; nothing but make and Python 3.11 or newer has to be there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup setup-dev run test browser check screenshots bench bench-peers lock clean

setup: $(VENV)/.run-ready

setup-dev: $(VENV)/.dev-ready

$(VENV)/bin/python:
	sh .ci/make-venv "$(PYTHON)" "$(VENV)"

$(VENV)/.run-ready: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	-$(BIN)/matala learn >/dev/null  # ahead of the first start, which learns where this could not
	touch $@

$(VENV)/.dev-ready: requirements-dev.lock $(VENV)/.run-ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

run: setup
	$(BIN)/matala run

test: browser
	$(BIN)/python -m pytest -n auto --dist worksteal $(TESTS)

# A Chromium for the tests, unless one is there.
browser: setup-dev
	sh .ci/get-browser $(BIN)/python

check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/matala check

bench: setup-dev
	failed=0; for each in bench understanding web; do $(BIN)/python -m tests.bench.$$each || failed=1; done; exit $$failed

# Needs node and npm, which nothing else does. PEERS="--quick" leaves out what takes minutes; see --help.
bench-peers: setup-dev
	$(BIN)/python -m tests.bench.peers $(PEERS)

# Draws the pictures of docs/screenshots/ anew.
screenshots: browser
	$(BIN)/python -m tests.browser.screenshots

# Needs `uv`; a lock holds hashes and names no index.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra build pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra build --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
