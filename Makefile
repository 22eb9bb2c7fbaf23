# Every target works from a clean clone on a fresh Debian 12 machine, as root, with Python 3.11 and nothing of ours.
SHELL := /bin/bash
PY := .venv/bin/python
SEED ?= 1
# The engine that answers, whichever it is, for everything that a recipe starts.
WITH_ENGINE = engine=$$(tools/engine.sh) && export DOCKER_HOST="$$engine" &&
LOCK = $(PY) -m uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url

.PHONY: help demo test check bench shapes gaps sim soak lock wheel clean .dev
help: ## say what there is
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## (.*)/make \1\t\2/' | expand -t 14

demo: .dev ## a blue/green deployment on real containers, told as a story
	@$(WITH_ENGINE) $(PY) -m demo

test: .dev ## every test, on real containers too
	@$(WITH_ENGINE) $(PY) -m pytest -q -n 2 --dist loadfile

check: .dev ## format, lint, types, arrows, sizes: under a minute
	@$(PY) -m ruff format --check --quiet . || { echo "not formatted: run .venv/bin/ruff format ."; exit 1; }
	@$(PY) -m ruff check --quiet --output-format concise .
	@$(PY) -m mypy --no-error-summary
	@.venv/bin/lint-imports --no-cache > .lint-imports.log || { cat .lint-imports.log; exit 1; }
	@$(PY) -m pytest -q tests/architecture

bench: .dev ## throughput, latency, start, memory, launch rate and traffic, beside their peers
	@tools/bootstrap.sh bench
	@tools/peers.sh
	@$(WITH_ENGINE) $(PY) -m bench

shapes: .dev ## generate src/homeport/shapes from the pinned botocore
	@$(PY) tools/shapes.py

gaps: .dev ## bring docs/gaps.md up to date
	@$(PY) -m tools.gaps

sim: .dev ## simulate a world of faults: make sim SEED=7, or SEED=1-500
	@$(PY) -m tests.sim $(SEED)

soak: .dev ## simulate 2,000 worlds; minutes
	@$(PY) -m tests.sim 1-2000

lock: .dev ## renew requirements/*.lock from pyproject.toml
	@$(LOCK) -o requirements/run.lock pyproject.toml
	@$(LOCK) --group dev -o requirements/dev.lock pyproject.toml
	@$(LOCK) --group bench -o requirements/bench.lock

wheel: .dev ## build dist/*.whl
	@rm -rf dist && $(PY) -m hatchling build -t wheel

clean: ## remove what make has made
	@rm -rf .venv .venv-bench dist .mypy_cache .ruff_cache .hypothesis .import_linter_cache .lint-imports.log

.dev:
	@tools/bootstrap.sh dev
