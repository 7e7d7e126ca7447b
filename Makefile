# deidpipe: `make` lists what there is to do.

.DEFAULT_GOAL := help
.PHONY: help setup system dciodvfy demo test check format train fonts bench-pixels bench bench-kill fuzz tables words measure-text pages samples clean

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
OURS := deidpipe tests tools bench training

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## make .venv and install deidpipe and its tools into it

$(BIN)/python:
	@found=; \
	for candidate in python3.13 python3.12 python3.11 python3; do \
	  if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then found=$$candidate; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "deidpipe needs Python 3.11 or newer; none of python3.13, python3.12, python3.11, python3 is." >&2; exit 1; \
	fi; \
	echo "making $(VENV) with $$found"; \
	if ! $$found -m venv $(VENV); then \
	  rm -rf $(VENV); \
	  echo "$$found cannot make a virtual environment; on Debian and Ubuntu install its package, such as python3-venv." >&2; exit 1; \
	fi

$(STAMP): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

system: ## install Tesseract, which pixel cleaning will need
	@if command -v tesseract >/dev/null; then echo "Tesseract is there."; \
	elif ! command -v apt-get >/dev/null; then echo "Please install Tesseract OCR (Debian: tesseract-ocr)." >&2; exit 1; \
	elif [ "$$(id -u)" = 0 ]; then apt-get install --yes tesseract-ocr; \
	elif sudo -n true 2>/dev/null; then sudo apt-get install --yes tesseract-ocr; \
	else echo "Please have an administrator run: apt-get install tesseract-ocr" >&2; exit 1; fi

demo: setup ## de-identify sample_data into demo_output, and show what was done
	rm -rf demo_output
	@# Exit status 3 is right: some of the files are broken on purpose and must end in quarantine.
	$(BIN)/deidpipe run sample_data demo_output --profile basic || [ $$? -eq 3 ]
	$(BIN)/deidpipe audit summary demo_output

test: setup dciodvfy ## run the tests; they hold format, lint and types too
	$(BIN)/python -m pytest -n 2 --dist loadgroup

dciodvfy: # the validator that some tests ask; they are skipped where it is not
	@command -v dciodvfy >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && { apt-get install --yes -qq dicom3tools >/dev/null 2>&1 \
	  || { apt-get update -qq && apt-get install --yes -qq dicom3tools >/dev/null 2>&1; }; }; } \
	  || echo "dciodvfy is not installed (Debian: dicom3tools): the tests that need it are skipped."

check: setup dciodvfy ## format, lint, types, tests
	$(BIN)/ruff format --check $(OURS)
	$(BIN)/ruff check $(OURS)
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadgroup

format: setup ## put the code into shape
	$(BIN)/ruff format $(OURS)
	$(BIN)/ruff check --fix $(OURS)

train: setup fonts ## train the text net anew (90 minutes; it can be stopped and started again)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[train]'
	$(BIN)/python -m training.train --minutes 90 --install deidpipe/pixels/data

fonts: # what training and its bench draw with
	@missing=$$(dpkg-query --show --showformat='$${Package} $${Status}\n' $$(cat training/fonts.txt) 2>&1 | grep -vc ' installed$$'); \
	if [ "$$missing" = 0 ]; then echo "The fonts are there."; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && apt-get install --yes -qq --no-install-recommends $$(cat training/fonts.txt) >/dev/null; \
	else echo "Please have an administrator install the fonts listed in training/fonts.txt." >&2; exit 1; fi

bench-pixels: setup fonts ## measure the text net on frames it never saw, and on real files
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[train]'
	$(BIN)/python bench/pixels.py

bench: setup ## measure against cp -r and gdcmanon
	$(BIN)/python bench/run.py

bench-kill: setup ## kill runs a hundred times, and see that nothing is lost
	$(BIN)/python bench/kill.py

fuzz: setup ## feed it 20,000 broken files
	$(BIN)/python -m tests.fuzz --count 20000

tables: setup ## make the tables of the Standard again
	$(BIN)/python tools/make_tables.py

words: setup ## make the vocabulary again
	$(BIN)/python tools/make_vocabulary.py

measure-text: setup ## measure what the text function finds and what it spoils
	$(BIN)/python tools/measure_text.py

pages: setup ## make docs/profiles and docs/gate.md again
	$(BIN)/python tools/make_profile_pages.py
	$(BIN)/python tools/make_gate_page.py

samples: setup ## make sample_data again
	$(BIN)/python tools/make_samples.py

clean: ## remove what was made, the virtual environment too
	rm -rf $(VENV) demo_output bench/work training/work build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find $(OURS) -name __pycache__ -type d -prune -exec rm -rf {} +
