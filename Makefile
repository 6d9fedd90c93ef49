# `make help` lists the targets. Everything happens in .venv and .local; nothing outside this folder changes,
# except that `make test` as root installs a browser and Prometheus where they are missing.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run stack test check tests lint format types ml-status ml-train ml-smoke screenshots bench-quality bench-scale bench-rollout bench-evidence bench-pages lock clean clean-state system-tools

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-14s %s\n' "$$name" "$$text"; done

run: .venv/.installed-run ## Start everything on this machine; PORT=8001 chooses a port, DEMO=0 leaves the demo out
	@exec $(BIN)/python -m lmsuggest.local.run

stack: .venv/.installed-run ## Start the processes of docker-compose.yml natively: PostgreSQL, Redis, Prometheus too
	@exec $(BIN)/python -m lmsuggest.local.stack

test: .venv/.installed-dev system-tools check tests ## Check and test everything, as CI does

check: .venv/.installed-dev lint types ## Check without running: style, types, import directions, settings, migrations
	$(BIN)/lint-imports
	@# As in production: no setting for one machine, no state folder.
	env -u LMSUGGEST_INSECURE_HTTP -u DJANGO_DEBUG DJANGO_SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
		LMSUGGEST_ENV_FILE= DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py check --deploy --fail-level WARNING
	DJANGO_SECRET_KEY=none LMSUGGEST_ENV_FILE= DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py makemigrations --check --dry-run

tests: .venv/.installed-dev ## Run the tests, with coverage
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report=term

lint: .venv/.installed-dev ## Check the style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: .venv/.installed-dev ## Correct the style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: .venv/.installed-dev ## Check the types
	DJANGO_SECRET_KEY=none LMSUGGEST_ENV_FILE= $(BIN)/mypy

ml-status: .venv/.installed-run ## Say which model answers
	@$(BIN)/python manage.py models status

ml-train: .venv/.installed-run ## Train a new version in the running worker and follow it
	@$(BIN)/python manage.py models train --wait

ml-smoke: .venv/.installed-dev system-tools ## Follow the whole journey on the running service; it fails without a model
	@$(BIN)/python -m tests.smoke

screenshots: .venv/.installed-dev system-tools ## Take the pictures in docs/images anew, of a fresh installation
	@$(BIN)/python -m tests.screenshots

bench-quality: .venv/.installed-dev ## Hold predictors against each other: FILE=bank.csv ARGS="--target account --no-memo"
	@test -n "$(FILE)" || { echo 'Say which file: make bench-quality FILE=bank.csv'; exit 1; }
	@DJANGO_SECRET_KEY=none LMSUGGEST_ENV_FILE= OMP_NUM_THREADS=1 $(BIN)/python -m bench.quality "$(FILE)" $(ARGS)

bench-scale: .venv/.installed-dev ## Train on a file grown to a million rows: FILE=bank.csv ARGS="--rows 100000 --no-memo"
	@test -n "$(FILE)" || { echo 'Say which file: make bench-scale FILE=bank.csv'; exit 1; }
	@$(BIN)/python -m bench.scale "$(FILE)" $(ARGS)

bench-rollout: .venv/.installed-dev ## Replay rollouts whose truth is known: how often is the decision wrong? ARGS="--runs 25"
	@DJANGO_SECRET_KEY=none LMSUGGEST_ENV_FILE= $(BIN)/python -m bench.rollout_sim $(ARGS)

bench-evidence: .venv/.installed-dev ## Time the evidence after ten million events: ARGS="--events 1000000"
	@$(BIN)/python -m bench.evidence $(ARGS)

bench-pages: .venv/.installed-dev ## Time every page of the admin after ten million events: ARGS="--events 1000000"
	@$(BIN)/python -m bench.pages $(ARGS)

# One environment: what the tests need is a superset. A changed lock file is installed again. The lock is complete:
# --no-deps keeps pip from looking for a newer release of a package that is asked for with extras.
.venv/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "LM Suggest needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)."; \
		echo "With another one installed: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Creating the environment .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear .venv || { \
		echo "No environment could be made. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@touch $@

.venv/.installed-run: requirements.txt | .venv/.created
	@echo "Installing the packages of requirements.txt ($$(grep -c == requirements.txt) pinned, with hashes)"
	@$(BIN)/python -m pip install --no-deps --require-hashes -r requirements.txt || { $(PIP_FAILED); }
	@touch $@

.venv/.installed-dev: requirements-dev.txt requirements.txt | .venv/.created
	@echo "Installing the packages of requirements-dev.txt ($$(grep -c == requirements-dev.txt) pinned, with hashes)"
	@$(BIN)/python -m pip install --no-deps --require-hashes -r requirements-dev.txt || { $(PIP_FAILED); }
	@touch .venv/.installed-run $@

PIP_FAILED = echo "Packages could not be installed; see above. With the network back, the same command goes on."; exit 1

system-tools:
	@missing=""; command -v chromium >/dev/null || missing="chromium"; \
	command -v promtool >/dev/null || missing="$$missing prometheus"; \
	[ -z "$$missing" ] || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing $$missing"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	else \
		echo "The tests need a browser and promtool. Install them first, on Debian: sudo apt-get install $$missing"; exit 1; \
	fi

lock: ## Resolve requirements*.in into the lock files
	@[ -x .venv-lock/bin/uv ] || { $(PYTHON) -m venv .venv-lock && .venv-lock/bin/python -m pip install -q uv; }
	.venv-lock/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q requirements.in -o requirements.txt
	.venv-lock/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q requirements-dask.in -o requirements-dask.txt
	.venv-lock/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q requirements-dev.in -o requirements-dev.txt

clean: ## Remove environment and caches; the data in .local stays
	rm -rf .venv .venv-lock .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage* .schemathesis htmlcov test-artifacts staticfiles
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

clean-state: ## Remove this installation's data: database, people, keys
	@for link in .local/*/postgres-elsewhere; do [ ! -L "$$link" ] || rm -rf "$$(readlink "$$link")"; done
	rm -rf .local
