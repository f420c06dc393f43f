# Every target has a help text behind `##`; `make` alone prints them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup run demo test proof bench lint lock vendor migrate

PYTHON_VENV := .venv/bin/python
# Set in many containers: every start would compile everything again.
unexport PYTHONDONTWRITEBYTECODE

help: ## Show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## */\1\t/' | while IFS=$$'\t' read -r name text; do printf '  make %-9s %s\n' "$$name" "$$text"; done

setup: ## Install what running needs into .venv (a second call costs nothing)
	@.ci/setup runtime

# Its people are made up, and every page says so; MODE=development shows the site without that.
run: export MODE ?= demo
# Whoever looks around signs in as staff without a telephone; production refuses this.
run: export STAFF_SECOND_FACTOR ?= off
# SIZE=small fills a tenth of the city, in a tenth of the time.
run demo: SIZE ?= full
run: setup ## Start the site with a filled demo: install, migrate, fill if empty, serve
	@mkdir -p var
	@$(PYTHON_VENV) -m marketplace demo --if-empty --size $(SIZE)
	@exec $(PYTHON_VENV) app.py

migrate: setup ## Bring the database of DATABASE_URL (or var/marketplace.db) up to date
	@mkdir -p var
	@$(PYTHON_VENV) -m marketplace migrate

demo: setup ## Throw the demo away and fill a fresh one
	@mkdir -p var
	@$(PYTHON_VENV) -m marketplace demo --size $(SIZE)

test: ## Lint, then every test on SQLite and PostgreSQL and in a browser (at most 15 minutes)
	@.ci/test

proof: ## The same tests with their full counts; results in docs/proof/
	@.ci/proof

bench: ## Measure, and write the figures to docs/bench/
	@.ci/setup bench
	@mkdir -p docs/bench
	@shopt -s nullglob; for bench in bench/*.py; do case $$bench in */_*) continue ;; esac; name=$${bench%.py}; echo "$$bench"; $(PYTHON_VENV) -m "$${name//\//.}" --write; done

lint: ## Ruff (rules and format) and mypy
	@.ci/setup dev
	@.ci/lint

lock: ## Resolve requirements/*.in again into the hashed locks
	@.ci/setup dev
	@for name in uv runtime dev bench; do .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o requirements/$$name.txt requirements/$$name.in; done

vendor: ## Build the style sheets and scripts of others anew into web/static (needs npm)
	@bash web/vendor/build.sh
