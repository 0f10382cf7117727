# Everything starts here: `make demo` and `make test` set up what they need in .venv, and nothing outside it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --no-build-isolation --editable '.[sklearn,plots,data]'

.PHONY: always help demo test test-all clients graders check format bench page engine sanitize mutate tables catalogue corners aarch64 abroad docs notebooks release clean
.DELETE_ON_ERROR:

help:  ## List what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

demo: $(VENV)/.package  ## Train on real digit images, save, load, predict, and read the chain rule of one step
	@$(BIN)/python examples/demo.py

test: $(VENV)/.tools  ## Run the tests; of those with many cases or a browser, a part that each day draws anew (some 6 minutes)
	$(BIN)/python -m pytest -n 2 --sampled

test-all: $(VENV)/.tools $(VENV)/.all-levels  ## Run all cases of all tests, on every instruction level of this processor
	$(BIN)/python -m pytest -n 2 $(TIER)

# Packages that use scikit-learn's perceptrons, in an environment of their own that borrows .venv's NumPy and scikit-learn.
CLIENTS := build/clients
clients: $(VENV)/.tools  ## Install packages that use scikit-learn's perceptrons, and test what they get from these classes
	$(BIN)/python -m venv --without-pip $(CLIENTS)
	$(BIN)/python -c 'import site; print(f"import site; site.addsitedir({site.getsitepackages()[0]!r})")' \
	  > "$$($(CLIENTS)/bin/python -c 'import site; print(site.getsitepackages()[0])')/tools.pth"
	$(CLIENTS)/bin/python -m pip --disable-pip-version-check install --quiet --group clients
	OMP_NUM_THREADS=1 $(CLIENTS)/bin/python -m pytest -n 2 --dist loadfile --clients tests/clients

# otter-grader and nbgrader, in an environment of their own that borrows .venv's packages.
GRADERS := build/graders
graders: $(VENV)/.tools  ## Install otter-grader and nbgrader, and test that they take the notebooks of `clearprop grade`
	$(BIN)/python -m venv $(GRADERS)
	$(GRADERS)/bin/python -m pip --disable-pip-version-check install --quiet --upgrade 'pip>=25.1'
	$(GRADERS)/bin/python -m pip install --quiet --group graders
	$(BIN)/python -c 'import site; print(f"import site; site.addsitedir({site.getsitepackages()[0]!r})")' \
	  > "$$($(GRADERS)/bin/python -c 'import site; print(site.getsitepackages()[0])')/tools.pth"
	OMP_NUM_THREADS=1 $(GRADERS)/bin/python -m pytest -n 0 tests/grading/test_graders.py

check: $(VENV)/.tools  ## Run the linters and the type checker
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.tools  ## Lay the Python sources out
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	if [ -d studio-ui/node_modules ]; then tools/npm run --silent format; fi

bench: $(VENV)/.tools  ## Measure the kernels against the peers that are installed, on this machine
	$(PIP) install --quiet --no-build-isolation --editable '.[sklearn,plots,data,bench]'
	$(BIN)/python -m benchmarks

tables: $(VENV)/.tools  ## Measure published tables again, ten seeds each; MNIST=FOLDER and PROBEN1=FOLDER add what no package has
	$(PIP) install --quiet mnist1d || true
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.published $(if $(MNIST),--mnist '$(MNIST)') $(if $(PROBEN1),--proben1 '$(PROBEN1)')

page: $(VENV)/.page  ## Build the page of `explain` from studio-ui/, having checked and tested it; needs no Node of yours
	$(BIN)/python -m tools.translate studio-ui/build/live.js
	tools/npm run --silent types
	tools/npm run --silent check
	tools/npm run --silent test
	tools/npm run --silent build
	$(BIN)/python -m tools.built page

# What a page trains with: the same kernels, by a compiler of their own (400 MB, in build/). Only who changes them needs it.
ZIG := build/zig
engine: $(VENV)/.page $(ZIG)/.installed  ## Build the kernels for a page, as a WebAssembly module
	$(BIN)/python -m tools.engine $(ZIG)/ziglang/zig
	tools/npm run --silent parts
	$(BIN)/python -m tools.built engine

abroad: $(VENV)/.page $(ZIG)/.installed  ## Compile and link the kernels for macOS and Windows, where nothing is run
	$(BIN)/python -m tools.abroad $(ZIG)/ziglang/zig

# The kernels with every access and every overflow checked, in an environment of their own that borrows .venv's tools.
SANITIZED := build/sanitize
sanitize: $(VENV)/.tools  ## Run the kernels' tests with AddressSanitizer and UndefinedBehaviorSanitizer, the threads with ThreadSanitizer
	$(BIN)/python -m venv --without-pip $(SANITIZED)
	$(SANITIZED)/bin/python -c 'import site; print(site.getsitepackages()[0])' > $(SANITIZED)/where
	$(BIN)/python -c 'import site; print(site.getsitepackages()[0])' > "$$(cat $(SANITIZED)/where)/tools.pth"
	$(SANITIZED)/bin/python -m pip install --quiet --no-deps --no-build-isolation -C build-dir=$(SANITIZED)/cmake \
	  -C cmake.define.CLEARPROP_SANITIZE=address,undefined -C 'cmake.define.CLEARPROP_LEVELS=$(or $(LEVEL),here)' .
	LD_PRELOAD="$$($(CXX) -print-file-name=libasan.so) $$($(CXX) -print-file-name=libubsan.so)" ASAN_OPTIONS=detect_leaks=0 \
	  $(SANITIZED)/bin/python -m pytest -n 2 $(TIER) tests/engines
	$(CXX) -std=c++17 -O1 -g -fsanitize=thread -Wno-psabi -Isrc/clearprop/engines/kernels tests/engines/races.cpp -o $(SANITIZED)/races -pthread
	$(SANITIZED)/races

mutate: $(VENV)/.tools  ## Plant faults one at a time in a copy, and tell which test sees each
	$(BIN)/python -m tools.mutate

catalogue: $(VENV)/.tools  ## Write the catalogue's pages from its records
	$(BIN)/python -m tools.catalogue

# The site, in an environment of its own that borrows .venv's packages. PYODIDE=FOLDER gives it a Python of its own for the programs
# that readers run; without it a page loads one from Pyodide's address when a reader presses Run.
SITE := build/site/env
docs: catalogue  ## Build the site in build/site/html: documents, live pages, reference; warnings and broken links are errors
	$(BIN)/python -m venv --without-pip $(SITE)
	$(BIN)/python -c 'import site; print(f"import site; site.addsitedir({site.getsitepackages()[0]!r})")' \
	  > "$$($(SITE)/bin/python -c 'import site; print(site.getsitepackages()[0])')/tools.pth"
	$(SITE)/bin/python -m pip --disable-pip-version-check install --quiet --group docs
	$(if $(PYODIDE),PYODIDE='$(PYODIDE)') $(SITE)/bin/python -m tools.site

# Everything of a release but the upload, by tools in an environment of their own. CHECKS=--trial does without the changelog's date.
RELEASE := build/release
aarch64: $(VENV)/.tools  ## Build the kernels for 64-bit ARM, and test them under emulation
	$(PYTHON) -m venv $(RELEASE)
	$(RELEASE)/bin/python -m pip --disable-pip-version-check install --quiet --upgrade 'pip>=25.1'
	$(RELEASE)/bin/python -m pip --disable-pip-version-check install --quiet --group release
	$(RELEASE)/bin/python -m tools.release.emulated

release:  ## Build the source archive and the wheels into dist/, twice, and try each in an empty environment
	$(PYTHON) -m venv $(RELEASE)
	$(RELEASE)/bin/python -m pip --disable-pip-version-check install --quiet --upgrade 'pip>=25.1'
	$(RELEASE)/bin/python -m pip --disable-pip-version-check install --quiet --group release
	$(RELEASE)/bin/python -m tools.release $(CHECKS)

notebooks: $(VENV)/.package  ## Write the twelve chapters as executed notebooks in examples/notebooks/
	@$(BIN)/python -m tools.site.notebooks examples/notebooks

corners: $(VENV)/.tools  ## Run the estimators' tests on older versions of scikit-learn and NumPy; CORNER=1.7 takes one of them
	$(BIN)/python -m tools.corners $(CORNER)

debian: always  ## Run the tests on another system: SUITE=trixie is Debian with Python 3.13 and g++ 14, forky 3.14, noble Ubuntu with 3.12; RUN='make demo' takes another command
	tools/debian $(or $(SUITE),trixie) $(or $(RUN),make test)

clean:  ## Remove everything that was made
	rm -rf $(VENV) build dist demo examples/notebooks .mypy_cache .pytest_cache .ruff_cache .hypothesis

# Kernels are built for this machine's own instruction level, or for LEVELS: all, or a list such as "portable;v3". What was
# built before is kept in build/ and only compiled again where a source has changed.
KERNELS := $(wildcard src/clearprop/engines/kernels/*)

$(VENV)/.package: pyproject.toml CMakeLists.txt $(KERNELS) $(VENV)/.modules $(if $(LEVELS),always)
	@tools/make-venv $(PYTHON) $(VENV)
	$(INSTALL) $(if $(LEVELS),-C 'cmake.define.CLEARPROP_LEVELS=$(LEVELS)')
	@touch $@

# An editable installation knows the modules that were there: it is made anew where one came, went or moved.
$(VENV)/.modules: always
	@mkdir -p $(VENV)
	@find src/clearprop -name '*.py' | sort | cmp -s - $@ || find src/clearprop -name '*.py' | sort > $@

$(VENV)/.all-levels: $(VENV)/.package
	$(INSTALL) -C cmake.define.CLEARPROP_LEVELS=here
	@touch $@

always:

$(VENV)/.tools: $(VENV)/.package
	$(PIP) install --quiet --group dev
	@touch $@

$(ZIG)/.installed: pyproject.toml $(VENV)/.package
	$(PIP) install --quiet --upgrade --target $(ZIG) --group engine
	@touch $@

$(VENV)/.page: $(VENV)/.package studio-ui/package-lock.json
	$(PIP) install --quiet --group page
	tools/npm install --no-save --silent  # as the lock says; `npm ci` refuses one without the optional packages of every other system
	@touch $@
