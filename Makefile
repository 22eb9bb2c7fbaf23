# Every target works from a clean clone on a fresh Debian 12 machine, as root, with Python 3.11 and nothing else of ours.
SHELL := /bin/bash
PY := .venv/bin/python
SEED ?= 1

.PHONY: help demo test check bench shapes sim soak lock wheel gaps clean
help: ## say what there is
	@grep -hE '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/'

demo: .dev .engine ## a blue/green deployment on real containers, told as a story
	@$(PY) -m demo

test: .dev .engine ## all tests
	@$(PY) -m pytest -q -n 2 --dist loadgroup

check: .dev ## format, lint, types, import contracts, sizes
	@$(PY) -m ruff format --check --quiet . && $(PY) -m ruff check --quiet .
	@$(PY) -m mypy --strict src/homeport
	@.venv/bin/lint-imports --no-cache | tail -3
	@$(PY) tools/shapes.py --check
	@$(PY) -m pytest -q tests/architecture

bench: .dev .engine ## throughput, latency, start, memory and launch rate, beside moto and ministack
	@tools/bootstrap.sh bench
	@$(PY) -m bench

shapes: .dev ## generate src/homeport/shapes from the pinned botocore
	@$(PY) tools/shapes.py

sim: .dev ## simulate: make sim SEED=7, or SEED=1-500
	@$(PY) -m tests.sim $(SEED)

soak: .dev ## simulate 2,000 seeds and catch every planted bug; minutes
	@$(PY) -m tests.sim 1-2000

lock: ## renew requirements/*.lock from pyproject.toml
	@uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url -o requirements/run.lock pyproject.toml
	@uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --group dev -o requirements/dev.lock pyproject.toml
	@uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --group bench -o requirements/bench.lock

wheel: .dev ## build dist/*.whl
	@rm -rf dist && $(PY) -m hatchling build -t wheel

gaps: .dev ## bring docs/gaps.md up to date
	@$(PY) -m tools.gaps

clean: ## remove what was made
	@rm -rf .venv .venv-bench dist .mypy_cache .ruff_cache .hypothesis

.PHONY: .dev .engine
.dev:
	@tools/bootstrap.sh dev
.engine:
	@tools/engine.sh
