# `make run` and `make test` need python3 (3.11 or newer) and make, nothing else.
# scripts/ does the work; PYTHON names another Python, PORT another port.
PYTHON ?= python3
VENV_PYTHON = .venv/bin/python

.PHONY: help run test test-latest soak leaks hashes lint types format bench screenshots venv

help:
	@echo "make run          start the site with demonstration data, on PORT or 8000"
	@echo "make test         run every check of CI"
	@echo "make test-latest  run the tests with the newest releases, in .venv-latest"
	@echo "make soak         run the random tests on many more examples; SCALE=2 doubles the number"
	@echo "make leaks        search for planted secrets on many more pages; SCALE=2 doubles the number"
	@echo "make hashes       write requirements*.txt after a pin has changed"
	@echo "make lint         run ruff"
	@echo "make types        run mypy"
	@echo "make format       format every file"
	@echo "make bench        measure the slow parts"
	@echo "make screenshots  take pictures of the pages"

run:
	@$(PYTHON) -m scripts.run

test:
	@$(PYTHON) -m scripts.check

test-latest:
	@$(PYTHON) -m scripts.latest

soak:
	@$(PYTHON) -m scripts.soak

leaks:
	@$(PYTHON) -m scripts.leaks

hashes:
	@$(PYTHON) -m scripts.hashes

lint:
	@$(PYTHON) -m scripts.check lint

types:
	@$(PYTHON) -m scripts.check types

venv:
	@$(PYTHON) -m scripts.machine

format: venv
	@$(VENV_PYTHON) -m ruff check --fix-only --quiet
	@$(VENV_PYTHON) -m ruff format

bench: venv
	@$(VENV_PYTHON) -m tests.bench.documents
	@$(VENV_PYTHON) -m tests.bench.comparing
	@$(VENV_PYTHON) -m tests.bench.desk
	@$(VENV_PYTHON) -m tests.bench.hostile_posts

screenshots: venv
	@$(VENV_PYTHON) -m scripts.screenshots
