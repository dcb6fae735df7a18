# The same verbs here and in CI. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
BIN := .venv/bin
DEMO_DATA ?= .demo
DEMO_PORT ?= 8000
export UV_PROJECT_ENVIRONMENT := .venv
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

.PHONY: help setup demo test check bench docs golden contract format clean browser

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

.tools/bin/uv:
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --target .tools 'uv>=0.9,<1'

.venv/.ready: uv.lock pyproject.toml server/pyproject.toml sdk/pyproject.toml | $(filter .tools/bin/uv,$(UV))
	@$(UV) sync --quiet --frozen --all-groups --python '$(PYTHON)'
	@touch $@

setup: .venv/.ready ## Install everything into .venv and build the web app
	@$(BIN)/python scripts/web.py build

demo: setup ## Serve a seeded workspace with photographs and three people on 127.0.0.1
	@$(BIN)/labelwright demo --data $(DEMO_DATA) --port $(DEMO_PORT)

browser: .venv/.ready ## Install a browser for the tests, unless there is one
	@$(BIN)/python scripts/browser.py

test: setup browser ## Run every test; the slowest are printed
	@$(BIN)/python scripts/web.py test
	@$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

check: setup ## Lint, format, types, direction of imports, contract, docs, web with its unit tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python scripts/contract.py --check
	@$(BIN)/python scripts/params.py --check
	@$(BIN)/python scripts/v2_models.py --check
	@$(BIN)/python scripts/vectors.py --check
	@$(BIN)/python scripts/docs.py --check
	@$(BIN)/python scripts/coverage.py --check
	@$(BIN)/python scripts/web.py check
	@$(BIN)/python scripts/web.py test

contract: .venv/.ready ## Write contract/*.json, the client's types of parameters, and the web app's client from them
	@$(BIN)/python scripts/contract.py
	@$(BIN)/python scripts/params.py
	@$(BIN)/python scripts/v2_models.py
	@$(BIN)/python scripts/vectors.py
	@$(BIN)/python scripts/docs.py
	@$(BIN)/python scripts/web.py generate

bench: setup ## Run the benchmarks side by side and print their tables
	@$(BIN)/python -m benchmarks

docs: setup ## Write the generated reference pages
	@$(BIN)/python scripts/docs.py
	@$(BIN)/python scripts/coverage.py

golden: setup ## Record again what the official clients send, and write the page about it
	-@LABELWRIGHT_RECORD_GOLDEN=1 $(BIN)/pytest -q tests/official/test_wheels.py tests/official/test_npm.py tests/official/test_v2.py -k recorded
	@$(BIN)/python scripts/coverage.py

format: .venv/.ready ## Format and fix what can be fixed
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

clean: ## Remove what the other verbs made
	rm -rf .venv .tools web/node_modules server/src/labelwright/webapp
