# `make` prints what can be made.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
SOURCES ?= sources
SCHEMAS ?= schemas
JUDGES := @stoplight/spectral-cli@6.16.3 @stoplight/spectral-owasp-ruleset@2.0.1 @redocly/cli@2.77.0
export PORT

.DEFAULT_GOAL := help
.PHONY: help run test check lint types floors openapi spec evidence seal lint-spec fuzz matching reconciliation bench chaos clean

help: ## Print these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.venv/run.stamp: pyproject.toml constraints.txt
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip --quiet --disable-pip-version-check install -c constraints.txt -e .
	@touch $@

.venv/test.stamp: pyproject.toml constraints.txt
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip --quiet --disable-pip-version-check install -c constraints.txt -e '.[test]'
	@touch $@ .venv/run.stamp

run: .venv/run.stamp ## Install, migrate, load the seeds and serve on PORT (8000)
	@$(BIN)/registry serve

test: .venv/test.stamp ## Run every test, on SQLite and PostgreSQL
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: lint types floors spec test ## Everything that must hold before a change lands

lint: .venv/test.stamp ## Style and common mistakes
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/test.stamp ## Types, strictly
	$(BIN)/mypy

floors: .venv/test.stamp ## Which floor may import which
	$(BIN)/lint-imports

openapi: .venv/test.stamp ## Write the OpenAPI document anew
	$(BIN)/registry openapi write

spec: .venv/test.stamp ## The OpenAPI document is valid, committed as it is served, and breaks no client
	$(BIN)/registry openapi check
	$(BIN)/openapi-spec-validator openapi/v1.json

evidence: .venv/run.stamp ## Re-check every value of the seeds against the texts in SOURCES
	$(BIN)/registry evidence check $(SOURCES)

seal: .venv/run.stamp ## Find what the passages in SOURCES hold of each seed
	$(BIN)/registry evidence seal $(SOURCES)

.tools/lint.stamp: Makefile
	npm --prefix .tools install --no-package-lock --no-audit --no-fund --silent $(JUDGES)
	@touch $@

lint-spec: .tools/lint.stamp ## Spectral (OpenAPI, OWASP) and Redocly on the document (needs Node)
	.tools/node_modules/.bin/spectral lint --fail-severity=hint --ruleset openapi/spectral.yaml openapi/v1.json
	REDOCLY_TELEMETRY=off .tools/node_modules/.bin/redocly lint --config openapi/redocly.yaml openapi/v1.json

fuzz: .venv/test.stamp ## A minute of schemathesis against a service of its own, with a token and without
	$(BIN)/python -m tests.fuzz

matching: .venv/test.stamp ## How often matching is right, beside plain rapidfuzz and trigrams on the same names
	$(BIN)/python -m tests.matching

reconciliation: .venv/test.stamp ## Hold reconciliation to the JSON schemas of the API's community group in SCHEMAS
	$(BIN)/python -m tests.reconciliation $(SCHEMAS)

bench: .venv/test.stamp ## Measure what each job costs beside the bare limit, with 1,000 and 100,000 records (some minutes)
	$(BIN)/python -m tests.bench

chaos: .venv/test.stamp ## Kill the service a hundred times under writing clients; then eight clients at once (4 minutes)
	$(BIN)/python -m tests.chaos

clean: ## Remove what was installed and made
	rm -rf .venv .tools build *.egg-info
