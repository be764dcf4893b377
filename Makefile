# make demo   from a fresh clone to the report of the seed
# make test   install the test extras and pass every test
# make unit   the tests but for the slow ones, while working
# make lint   ruff and mypy
# make docs   out/site: the pages of docs/ and the reference from the docstrings
# make pictures   take the pictures of the report and run the notebooks again
# make wheels   dist/: the source and a wheel for x86-64 and one for arm64 Linux (docs/release.md)
# make lock   write down the versions with which the tests passed
# make sbom   dist/mtqa.cdx.json: a bill of what an install brings, with licences
PYTHON ?= python3
BIN := .venv/bin
SEED := 001_9c63570fe49a1101.txt
# The versions this was built with; torch is named first so that pip never takes a CUDA build.
TORCH := torch==2.13.0

# What one Python was tested with; a Python without such a list takes the newest that pyproject.toml allows.
PYVERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
LOCK := $(wildcard locks/python$(PYVERSION).txt)

.PHONY: demo test unit lint docs pictures wheels lock sbom clean

demo: .venv/installed
	@$(BIN)/mtqa assess seeds/$(SEED) references/$(SEED) -o out/demo

test: .venv/tested
	$(BIN)/python -m pytest -n auto --dist loadgroup

unit: .venv/tested
	$(BIN)/python -m pytest -n auto --dist loadgroup -m 'not slow'

lint: .venv/linted
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "mtqa needs Python 3.11 or newer, and $(PYTHON) is older: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml native/CMakeLists.txt $(wildcard native/src/*) | .venv/bin/python
	@echo "installing mtqa into .venv (once) …" >&2
	@$(BIN)/pip install -qq --disable-pip-version-check --editable . && touch $@

.venv/tested: .venv/installed
	$(BIN)/pip install -qq --disable-pip-version-check '$(TORCH)'
	@$(BIN)/pip install -qq --disable-pip-version-check $(LOCK:%=--constraint %) --editable '.[test,comet]' \
	|| { echo "the versions of $(LOCK) cannot be had here: the newest that are allowed instead" >&2; \
	  $(BIN)/pip install -qq --disable-pip-version-check --editable '.[test,comet]'; }
	@touch $@

.venv/linted: .venv/tested
	$(BIN)/pip install -qq --disable-pip-version-check --editable '.[lint]' && touch $@

# The site needs nothing of mtqa but its sources, so it is built in an environment of its own.
docs: .venv-docs/installed
	@PATH=$(CURDIR)/.venv-docs/bin:$$PATH NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --quiet && echo out/site/index.html

.venv-docs/installed: pyproject.toml
	@$(PYTHON) -m venv .venv-docs
	@$(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["docs"], sep="\n")' > .venv-docs/docs.txt
	@.venv-docs/bin/pip install -qq --disable-pip-version-check -r .venv-docs/docs.txt && touch $@

pictures: .venv/tested
	$(BIN)/python bench/report_picture.py && $(BIN)/python notebooks/run.py

lock: .venv/linted
	@mkdir -p locks
	$(BIN)/pip freeze --exclude-editable --disable-pip-version-check | sed 's/+cpu$$//' > locks/python$(PYVERSION).txt

sbom: .venv/tested
	@$(PYTHON) -m venv .venv-release && mkdir -p dist
	.venv-release/bin/pip install -qq --disable-pip-version-check 'cyclonedx-bom>=7,<8'
	.venv-release/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
	  --output-file dist/mtqa.cdx.json $(BIN)/python

wheels:
	@$(PYTHON) -m venv .venv-release
	.venv-release/bin/pip install -qq --disable-pip-version-check -r native/wheels.txt
	.venv-release/bin/python native/wheels.py dist

clean:
	rm -rf .venv .venv-release .venv-docs out build dist
