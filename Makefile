# Everything a developer does here, each as one word; `make` alone lists them.
# The first use sets up what it needs: .venv (pinned tools and libraries), .venv-locust (the real Locust, to compare with)
# and, as root on Debian or Ubuntu, the missing system programs. Another Python: make PYTHON=/path/to/python3 test

.DEFAULT_GOAL := help
.PHONY: help setup build release test test-engine test-stress test-python test-compat test-others test-wheel lint fmt demo bench profile truth accounting \
        diff wire failures protocols faults cluster fuzz mutants compat wheel nightly clean ui ui-dev ui-test test-ui demo-ui bench-master bench-web bench-websocket bench-grpc
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

VENV := .venv
ORACLE := .venv-locust
API := .venv-api
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest
RUST := $(shell find src python/src -name '*.rs') $(wildcard python/build.rs) Cargo.toml Cargo.lock python/Cargo.toml pyproject.toml
# The page is embedded when the extension is built; without npm a small hand-written one is.
PAGE := $(if $(shell command -v npm),webui/dist/.stamp)

export VIRTUAL_ENV := $(CURDIR)/$(VENV)
export PYO3_PYTHON := $(CURDIR)/$(VENV)/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH):$(HOME)/.cargo/bin:/usr/sbin

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ---- setting up

setup: $(VENV)/.ready $(ORACLE)/.ready $(API)/.ready ## the virtual environments and the system programs that tests need
	@.ci/packages cc c++ nginx openssl prometheus-node-exporter valgrind
	@[ "$$(id -u)" != 0 ] || .ci/packages zsh fish tcpdump mosquitto # their tests are skipped without them

$(VENV)/.ready: tests/requirements.txt
	@.ci/packages cc c++
	@command -v cargo >/dev/null || { echo "no cargo found"; echo "hint: install Rust, see https://rustup.rs"; exit 1; }
	python=$$(.ci/find-python) && "$$python" -m venv $(VENV)
	$(BIN)/pip install --quiet -r tests/requirements.txt
	@touch $@

$(ORACLE)/.ready: tests/requirements-locust.txt
	python=$$(.ci/find-python) && "$$python" -m venv $(ORACLE)
	$(ORACLE)/bin/pip install --quiet -r tests/requirements-locust.txt
	@touch $@

$(API)/.ready: tests/requirements-api.txt
	python=$$(.ci/find-python) && "$$python" -m venv $(API)
	$(API)/bin/pip install --quiet -r tests/requirements-api.txt
	@touch $@

build: $(VENV)/.built-debug ## the extension, debug build, into .venv (Python files are used in place)

release: $(VENV)/.built-release ## the same as a release build: for anything that measures

$(VENV)/.built-debug: $(VENV)/.ready $(RUST) $(PAGE)
	$(BIN)/maturin develop --quiet --locked
	@rm -f $(VENV)/.built-release
	@touch $@

$(VENV)/.built-release: $(VENV)/.ready $(RUST) $(PAGE)
	$(BIN)/maturin develop --quiet --locked --release
	@rm -f $(VENV)/.built-debug
	@touch $@

wheel: $(VENV)/.ready $(PAGE) ## dist/*.whl: one wheel for every Python from 3.11, its manylinux tag is in its name
	rm -rf dist
	RLOCUST_WEB=require $(BIN)/maturin build --quiet --locked --release --out dist
	@ls dist

# ---- the web page

UI := $(shell find webui/src webui/public -type f) $(wildcard webui/*.html webui/*.json webui/*.ts webui/*.mjs)

ui: webui/dist/.stamp ## the web page and the report, into webui/dist, held to their budget of bytes

webui/node_modules/.ready: webui/package-lock.json
	@cd webui && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

webui/dist/.stamp: webui/node_modules/.ready $(UI)
	@cd webui && npm run --silent build

ui-dev: webui/dist/.stamp ## the page over a made-up run on port 8089, nothing is loaded
	node webui/dev/mock.mjs

# ---- checking

test: setup ## all tests: engine, stress of the switch on a debug build, everything else on a release build, the wheel
	@$(MAKE) test-engine
	@$(MAKE) test-stress
	@$(MAKE) test-python
	@$(MAKE) test-ui
	@$(MAKE) test-wheel

# The engine knows no Python: the interpreter it is given does not exist.
test-engine: ## the Rust tests of the engine
	@PYO3_PYTHON=/does/not/exist .ci/timed "engine tests (debug build)" cargo test --quiet --locked

test-stress: $(VENV)/.ready ## the switch between users under fire, with debug assertions
	@PYO3_BUILD_EXTENSION_MODULE=1 .ci/timed "debug build of the extension" cargo build --quiet --locked -p rlocust-python
	@.ci/timed "stress tests" $(PYTEST) -q tests/stress

test-python: setup ## pytest on a release build: behaviour, examples, differences from Locust
	@.ci/timed "release build of the extension" $(MAKE) release
	@$(MAKE) --jobs=2 --output-sync=target test-compat test-others

# Two sessions side by side: what they wait for are the runs of programs, seldom a core.
APART := tests/compat/command tests/compat/statistics
test-compat: PARTS = tests/compat $(APART:%=--ignore=%)
test-others: PARTS = $(filter-out tests/compat/ tests/stress/ tests/wheel/ tests/ui/,$(wildcard tests/*/)) $(APART)
test-compat: ## of those tests: what suites see of Locust
test-others: ## of those tests: all others, so that both take as long
test-compat test-others:
	@.ci/timed "Python tests: $@" $(PYTEST) -q -m "not nightly" -p no:cacheprovider $(PARTS)

# In a session of their own: the browser's driver needs a process that gevent has not patched.
test-ui: setup ui ## the page in a browser: a fast slice of `make ui-test`
	@.ci/packages chromium
	@.ci/timed "tests of the page" $(PYTEST) -q -m "not nightly" tests/ui

ui-test: setup ui ## the page in a browser: every screen, both themes, wide and on a phone; pictures in target/ui
	@.ci/packages chromium
	@.ci/timed "tests of the page" $(PYTEST) -q tests/ui

test-wheel: setup ## the wheel in empty environments of each Python found, with and without real Locust beside it
	@.ci/timed "wheel" $(MAKE) wheel
	@.ci/timed "wheel tests" $(PYTEST) -q -m "not nightly" tests/wheel

lint: $(VENV)/.ready ## formatting, clippy, unused items of the engine, ruff, mypy; warnings are errors
	@.ci/timed "lint: format" cargo fmt --all --check
	@.ci/timed "lint: clippy" cargo clippy --quiet --locked --workspace --all-targets -- --deny warnings
	@.ci/timed "lint: unused public items of the engine" $(BIN)/python tests/house/unused_items.py
	@.ci/timed "lint: ruff" sh -c '$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .'
	@.ci/timed "lint: mypy" $(BIN)/mypy
	@.ci/timed "lint: cargo deny" .ci/cargo-deny

fmt: $(VENV)/.ready ## let rustfmt and ruff decide the layout
	cargo fmt --all
	$(BIN)/ruff check --quiet --fix-only .
	$(BIN)/ruff format --quiet .

compat: setup release ## our tests of Locust's interface, and the compatibility score: rows, names, scripts
	@$(PYTEST) tests/compat; code=$$?; $(BIN)/python -m tests.compat.score && exit $$code

diff: setup release ## the differential suite, every script live under both programs
	$(BIN)/python -m tests.differential.diff

wire: setup release ## the bytes each client sends, for all call forms, compared with Locust's
	$(BIN)/python -m tests.differential.wire --live

protocols: setup release ## users of other protocols: real servers, each example of locustfiles/protocols for five seconds
	@.ci/packages mosquitto redis-server pg_ctlcluster
	$(BIN)/pip install --quiet -r tests/requirements-protocols.txt
	$(PYTEST) -m "nightly or not nightly" tests/protocols tests/deploy tests/compat/module/test_names.py
	@$(BIN)/python -m tests.protocols.examples

failures: setup release ## the failure table: each fault of a server under Locust and rlocust, case by case
	$(BIN)/python -m tests.differential.failures --live

faults: setup release ## what hostile servers, scripts and machines do: cost budgets, exhaustion, retention, ends; a fast slice is in `make test`
	@.ci/timed "faults: engine" cargo test --quiet --locked -- faults cost memory hostile endless page_server stalled
	@.ci/timed "faults: programs" $(PYTEST) -m faults

RUNS ?= 20
cluster: setup release ## masters and workers, Locust's and ours: the table of pairings, the table of faults; RUNS=20 of each pairing
	@$(BIN)/python -m tests.cluster.table $(RUNS)

fuzz: ## ten minutes of arbitrary bytes for the readers of answers and stores, and their instructions per byte; needs a C++ compiler
	@.ci/packages valgrind
	nice fuzz/run 600
	nice fuzz/instructions

SAMPLE ?= 60
mutants: $(VENV)/.ready ## operators of the engine changed one by one: do its tests see it? SAMPLE=60 (or all) SEED=1 FILES=src/http
	@nice $(BIN)/python tests/house/mutants.py --sample "$(SAMPLE)" --seed "$(SEED)" --files "$(or $(FILES),src)"

nightly: setup release ## the slow parts: all scripts live, all Pythons, a hundred accounting runs, a week of samples, the full truth rig, fuzzing, mutants, the benchmarks
	$(PYTEST) -m nightly --ignore=tests/ui
	@$(MAKE) ui-test
	RLOCUST_WEEK_SAMPLES=1000000000 cargo test --release --locked --test engine memory
	cargo test --release --locked --lib cost # of inputs of 10 MB; debug builds take half a megabyte
	@$(MAKE) diff failures truth accounting fuzz mutants bench

# ---- showing and measuring

demo: release ## the demo server and the quick start with 100 users for ten seconds
	@$(BIN)/python -m bench.demo

demo-ui: release ## the web page over a run of a hundred users against the demo server, until Ctrl-C; WEB_PORT=8089
	@$(BIN)/python -m bench.demo_ui

bench: setup release ## CPU per request, memory, spawning against Locust, wrk and oha; BENCH_QUICK=1 for a short sitting
	@.ci/packages nginx wrk taskset
	@.ci/oha --version || echo "no oha: its row is left out"
	$(BIN)/python -m bench.bench
	$(BIN)/python -m bench.render
	$(BIN)/python -m bench.history

bench-master: setup release ## a master of thousands of simulated workers: CPU, answers to heartbeats, none lost; Locust's beside it
	$(BIN)/python -m bench.master

bench-web: setup release ## what an open page costs a run of 500 endpoints, and how soon a run begins
	$(BIN)/python -m bench.web

bench-websocket: setup release ## CPU of 2,000 WebSocket users at a message a second, against websocket-client under Locust
	$(BIN)/python -m bench.web_sockets

bench-grpc: setup release ## CPU of 100 users that call a gRPC stub, against grpcio under Locust
	@.ci/packages nginx
	$(BIN)/python -m bench.grpc_calls

profile: release ## where the CPU of a run goes, by thread, library and function (needs perf)
	$(BIN)/python -m bench.profile

truth: setup release ## are the reported response times true when the generator is busy?
	$(BIN)/python -m bench.truth.run
	$(BIN)/python -m bench.render

accounting: setup release ## does the server's count equal ours, however the run was stopped?
	$(BIN)/python -m bench.accounting

clean: ## remove what was built (not the environments)
	cargo clean
	rm -rf dist bench/out tests/out
