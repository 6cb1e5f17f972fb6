# `make report` and `make test` work from a fresh clone: each makes .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Hundreds of processes import the grader: they needn't compile it each.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: report test pytest verify fuzz lint types lock wheel clean

# Most examples are wrong on purpose, so codes 1 and 4 are no failure here. Many wait
# for a limit, hence two for each core.
report: $(READY)
	for problem in $$(ls submissions); do \
	  $(BIN)/python -m grader grade submissions/$$problem --problem $$problem \
	    --output reports/$$problem --jobs $$(($$(nproc) * 2)) \
	    || case $$? in 1|4) ;; *) exit 1 ;; esac; \
	done
	$(BIN)/python -m grader index reports

# Types are looked at beside the tests, many of which wait.
test: lint
	$(MAKE) --no-print-directory --jobs=2 types pytest

pytest: $(READY)
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal -q

# Prove that the problems tell right from wrong; `make test` does it in a quick form.
verify: $(READY)
	$(BIN)/python -m grader verify

# Random bytes for all that reads bytes of others: some twenty minutes.
fuzz: $(READY)
	$(BIN)/python -m tests.fuzz

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

# The exact versions of requirements.lock, then this tree on top of them.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes \
	  --group dev --output-file requirements.lock pyproject.toml

wheel: $(READY)
	$(BIN)/python -m build --wheel

clean:
	rm -rf $(VENV) reports build dist
