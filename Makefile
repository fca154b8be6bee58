# Needs python3 (3.11 or newer), pip and make; everything else goes into .venv. Another interpreter: make PYTHON=python3.12
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SPARK_VENV := .venv-spark
RECIPES_VENV := .venv-recipes
BROWSER_VENV := .venv-browser
OLDEST_VENV := .venv-oldest
CENTRE := examples/contact_centre
PIP_INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --editable
# The tests that reach every branch of calendar and kinds; to trace the others too would take minutes more.
COVERING := $(addprefix tests/,calendar catalog editor evaluate kinds terms test_cases.py test_kind_examples.py) \
	$(filter-out tests/table/test_parity.py,$(sort $(wildcard tests/table/test_*.py)))
# What differs most from version to version: columns as Arrow holds them.
TELLING := $(addprefix tests/,adapters/table/test_cases_in_order.py adapters/table/test_ids.py \
	adapters/table/test_read_table.py table/test_decode.py table/test_own_words.py)
comma := ,
heading = @printf '\n== %s ==\n' "$(1)"

export HYPOTHESIS_PROFILE ?= ci

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test check coverage bench docs venv clean
.PHONY: check-format check-lint check-types check-layers check-tests check-docs check-catalog check-examples
.PHONY: check-spark check-recipes check-browser check-oldest

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | awk -F '|' '{ printf "%-12s %s\n", $$1, $$2 }'

demo: $(VENV)/.ready-cli $(CENTRE)/month.jsonl ## judge a month of a contact centre and print what was missed
	$(BIN)/servstd check $(CENTRE)/month.jsonl --catalog $(CENTRE)/policy --mapping $(CENTRE)/mapping.yaml \
		--as-of 2026-04-01T00:00Z --fail-on none

test: $(VENV)/.ready-dev ## run all tests
	$(BIN)/python -m pytest -q -n auto

check: check-format check-lint check-types check-layers check-tests check-docs check-catalog check-examples ## do all that CI demands, but the wheel
	@printf '\nall checks passed\n'

coverage: $(VENV)/.ready-dev ## measure branch coverage of everything, 90% at least; twice as slow as test
	$(BIN)/python -m pytest -q -n auto --cov --cov-config=tests/coverage_all.ini --cov-report=
	$(BIN)/coverage report --rcfile=tests/coverage_all.ini --fail-under=90

bench: $(VENV)/.ready-dev ## measure speed and memory; ratios within one run
	$(BIN)/python bench/check.py
	$(BIN)/python bench/calendars.py
	$(BIN)/python bench/load.py
	$(BIN)/python bench/intervals.py
	$(BIN)/python bench/lint.py
	$(BIN)/python bench/bulk.py

docs: $(VENV)/.ready-dev ## write the generated reference pages anew
	$(BIN)/python docs/generate.py

venv: $(VENV)/.ready-dev ## make .venv with everything a developer needs
	@echo "$(VENV) is ready: source $(BIN)/activate"

clean: ## remove all that the targets above have made, .venv too
	rm -rf $(VENV) $(SPARK_VENV) $(RECIPES_VENV) $(BROWSER_VENV) $(OLDEST_VENV) build dist htmlcov .coverage .coverage.* $(CENTRE)/month.jsonl
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests bench examples -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# --- the parts of check, in the order they run ---

check-format: $(VENV)/.ready-dev
	$(call heading,format: ruff format)
	$(BIN)/ruff format --check .

check-lint: $(VENV)/.ready-dev
	$(call heading,lint: ruff check)
	$(BIN)/ruff check .

check-types: $(VENV)/.ready-dev
	$(call heading,types: mypy --strict)
	$(BIN)/mypy --strict src

check-layers: $(VENV)/.ready-dev
	$(call heading,layers: import-linter)
	$(BIN)/lint-imports

check-tests: $(VENV)/.ready-dev
	$(call heading,tests: branch coverage of 100% in calendar and kinds)
	$(BIN)/python -m pytest -q -n auto -m 'not docs' $(COVERING) --cov --cov-branch --cov-report=
	$(BIN)/coverage report --fail-under=100
	$(call heading,tests: all others)
	$(BIN)/python -m pytest -q -n auto -m 'not docs' tests $(COVERING:%=--ignore=%)

check-docs: $(VENV)/.ready-dev
	$(call heading,docs: every code block)
	$(BIN)/python -m pytest -q -n auto -m docs

check-catalog: $(VENV)/.ready-dev
	$(call heading,catalog: lint and self tests)
	$(BIN)/servstd lint standards
	$(BIN)/servstd test standards

check-examples: $(VENV)/.ready-dev
	$(call heading,examples: policies and the demo)
	for policy in $$(find examples -type d -name policy | sort); do \
		$(BIN)/servstd lint $$policy && $(BIN)/servstd test $$policy || exit 1; done
	$(MAKE) --no-print-directory demo

# --- steps of their own, for what they need is large: Spark 430 MB and Java, the engines of the recipes 1.1 GB ---

check-spark: $(SPARK_VENV)/.ready
	$(call heading,spark: parity$(comma) a cluster$(comma) lost workers$(comma) the how-to page)
	$(SPARK_VENV)/bin/python -m pytest -q -m spark tests/spark
	$(SPARK_VENV)/bin/python -m pytest -q -W default -m spark tests/docs/test_blocks.py

check-recipes: $(RECIPES_VENV)/.ready
	$(call heading,recipes: Ray Data$(comma) Dask and Daft)
	$(RECIPES_VENV)/bin/python -m pytest -q -W default -m recipes tests/docs/test_blocks.py

# The versions that pyproject.toml allows at least, and no pandas; what they need in turn and the test tools are new.
check-oldest: $(OLDEST_VENV)/.ready
	$(call heading,oldest: the lowest versions of all that is needed)
	$(OLDEST_VENV)/bin/python -m pytest -q -n auto -W default --disable-warnings -m 'not docs' $(TELLING)

# --- files ---

$(CENTRE)/month.jsonl: $(CENTRE)/generate.py $(wildcard $(CENTRE)/*.py examples/*.py) | $(VENV)/.ready-cli
	$(BIN)/python $< --seed 7 -o $@

# Each stamp is one set of extras. A change of pyproject.toml makes .venv anew, so that nothing stale stays installed.
$(VENV)/.made: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'servstd needs Python 3.11 or newer; name one: make PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo '$(PYTHON) cannot make virtual environments (no ensurepip); on Debian and Ubuntu install python3-venv' >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.ready-cli: $(VENV)/.made
	@echo 'installing into $(VENV), once ...'
	@$(PIP_INSTALL) '.[cli]'
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.made
	@echo 'installing into $(VENV), once ...'
	@$(PIP_INSTALL) '.[dev]'
	@touch $(VENV)/.ready-cli $@

# It needs a Chromium that is installed already.
check-browser: $(BROWSER_VENV)/.ready
	$(call heading,browser: the report and the reviewer's form in Chromium)
	$(BROWSER_VENV)/bin/python -m pytest -q -n auto -m browser tests/cli/browser

# Spark's workers run in this environment too: it has servstd[spark], and what the tests need.
$(SPARK_VENV)/.ready: pyproject.toml
	@echo 'installing Spark into $(SPARK_VENV), once ...'
	@$(PYTHON) -m venv --clear $(SPARK_VENV)
	@$(SPARK_VENV)/bin/python -m pip install --quiet --quiet --disable-pip-version-check --editable '.[spark,testing]' \
		'pyspark[connect]' pytest
	@touch $@

# Python 3.11 and 3.12 have ready wheels of all of them.
$(OLDEST_VENV)/.ready: pyproject.toml
	@echo 'installing the oldest versions into $(OLDEST_VENV), once ...'
	@$(PYTHON) -m venv --clear $(OLDEST_VENV)
	@$(PYTHON) -c 'import tomllib; project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
		extras = project["optional-dependencies"]; \
		needed = [*project["dependencies"], *extras["cli"], *extras["bulk"]]; \
		print(*(one.replace(">=", "==") for one in needed), sep="\n")' >$(OLDEST_VENV)/oldest.txt
	@$(OLDEST_VENV)/bin/python -m pip install --quiet --quiet --disable-pip-version-check --editable '.[cli,bulk]' \
		--constraint $(OLDEST_VENV)/oldest.txt cloudpickle hypothesis pytest pytest-xdist
	@touch $@

$(BROWSER_VENV)/.ready: pyproject.toml
	@echo 'installing Playwright and axe into $(BROWSER_VENV), once ...'
	@$(PYTHON) -m venv --clear $(BROWSER_VENV)
	@$(BROWSER_VENV)/bin/python -m pip install --quiet --quiet --disable-pip-version-check \
		--editable '.[cli,bulk,report,testing]' playwright axe-playwright-python pytest pytest-xdist
	@touch $@

$(RECIPES_VENV)/.ready: pyproject.toml
	@echo 'installing Ray, Dask and Daft into $(RECIPES_VENV), once ...'
	@$(PYTHON) -m venv --clear $(RECIPES_VENV)
	@$(RECIPES_VENV)/bin/python -m pip install --quiet --quiet --disable-pip-version-check --editable '.[bulk,testing]' \
		'ray[data]' dask daft pytest
	@touch $@
