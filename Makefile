# Everything a newcomer runs. `make setup` needs Python 3.11 or newer, make and a C library.
# 3.13 or 3.12 where it is there: from 3.12 on the interpreter itself counts lines, at a fraction of
# the cost.
PYENV := $${PYENV_ROOT:-$$HOME/.pyenv}/versions
PYTHON ?= $(shell for p in python3.13 python3.12 $(PYENV)/3.13.*/bin/python3 $(PYENV)/3.12.*/bin/python3; \
	do $$p -c 'import ensurepip, venv' 2>/dev/null && echo $$p && exit; done; echo python3)
VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements/dev.lock
COMPILE := uv pip compile --quiet --generate-hashes --no-emit-index-url --no-strip-extras --no-header \
	--universal --python-version 3.11

CORE = $$($(BIN)/python -c 'import sys; print("sysmon" if sys.version_info >= (3, 12) else "ctrace")')

.PHONY: setup demo test check compose drill fix lock

setup: $(VENV)/.ready

$(VENV)/.ready: $(LOCK) pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: setup
	$(BIN)/ciog demo

test: setup check

check:
	$(BIN)/ruff format --check services tests
	$(BIN)/ruff check services tests
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	COVERAGE_CORE=$(CORE) $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder \
		--cov=cioghub --cov-report=term:skip-covered --cov-fail-under=95

# docker-compose.yml for real: Debian's docker.io, docker-compose and debootstrap, and root, do.
compose: setup
	CIOG_COMPOSE=1 $(BIN)/pytest -x -rs -s tests/kafka/test_compose.py

# Minutes to hours; figures of the kills are in docs/live-hub.md.
drill: setup
	PYTHONPATH=. $(BIN)/python -m tests.live.kill_drill
	PYTHONPATH=. $(BIN)/python -m tests.live.timing_drill
	PYTHONPATH=. $(BIN)/python -m tests.kafka.fault_drill
	CIOG_DRILL=1 $(BIN)/pytest $$(grep -rl --include='test_*.py' tests.drilling tests)

fix:
	$(BIN)/ruff format services tests
	$(BIN)/ruff check --fix services tests

lock:
	$(COMPILE) --extra dev pyproject.toml -o $(LOCK)
	$(COMPILE) pyproject.toml -o requirements/run.lock
	echo hatchling | $(COMPILE) --constraint $(LOCK) - -o requirements/build.lock

.PHONY: openapi
openapi:
	$(BIN)/python tests/openapi_document.py

.PHONY: asyncapi
asyncapi:
	$(BIN)/ciog kafka asyncapi > docs/asyncapi.json
