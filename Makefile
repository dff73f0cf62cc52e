# Two commands: `make demo` and `make test`. Each makes its own virtual environment first.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# More than there are cores: a test that drives a browser or a server mostly waits.
WORKERS ?= 3
NODE_MODULES := tests/node/node_modules
# Compiled modules are kept, whatever the surroundings say: without them each start compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check interop bench fuzz tables clean help
help:
	@echo "make demo     run the e-ID provider and the demo portal (MÔ PHỎNG / MOCK)"
	@echo "make test     run every test: unit, browser, PostgreSQL, independent clients"
	@echo "make check    ruff, mypy strict, import contracts"
	@echo "make interop  clients that need Debian packages beyond a browser"
	@echo "make bench    measure, and write nothing"
	@echo "make fuzz     throw coverage-guided nonsense at every parser (TARGET, SECONDS)"
	@echo "make tables   after a new migration: write what all of them make of an empty SQLite file"
	@echo "make clean    remove environments, caches, demo data and generated keys"

$(BIN)/python:
	@echo "==> making the virtual environment $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml | $(BIN)/python
	@echo "==> installing what the demo needs"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@$(BIN)/python -m compileall -q idp demo_client
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	@echo "==> installing what the tests and checks need"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,check]'
	@$(BIN)/python -m compileall -q idp demo_client
	@touch $@ $(VENV)/.run

$(NODE_MODULES)/.done: tests/node/package-lock.json $(VENV)/.dev
	@echo "==> installing the Node clients of the lock file"
	@cd tests/node && PATH="$(abspath $(BIN)):$$PATH" npm ci --silent --no-fund --no-audit
	@touch $@

demo: $(VENV)/.run
	@$(BIN)/mock-vneid demo

test: $(VENV)/.dev $(NODE_MODULES)/.done
	@echo "==> all tests"
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

interop: $(VENV)/.dev
	@echo "==> clients and proxies of Debian"
	@tests/interop/packages.sh
	@$(BIN)/python -m pytest -m interop tests/interop $(ARGS)

bench: $(VENV)/.dev $(NODE_MODULES)/.done
	@$(BIN)/python benchmarks/startup.py
	@$(BIN)/python benchmarks/qr_waiting.py
	@$(BIN)/python benchmarks/flow.py

fuzz: $(VENV)/.dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	@for target in $(or $(TARGET),$$($(BIN)/python tests/fuzz/harness.py --list)); do \
	  echo "==> $$target"; \
	  $(BIN)/python tests/fuzz/harness.py $$target -max_total_time=$(or $(SECONDS),60) -timeout=10 -rss_limit_mb=1024 || exit 1; \
	done

tables: $(VENV)/.dev
	@$(BIN)/python tests/support/fresh_tables.py

clean:
	rm -rf $(VENV) var build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis $(NODE_MODULES) tests/artifacts
	find keys -mindepth 1 ! -name README.md -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
