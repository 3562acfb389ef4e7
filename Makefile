# Everything a developer does here, each as one word; `make` alone lists them.
# The first use sets up what it needs: .venv (pinned tools and libraries), .venv-locust (the real Locust, to compare with)
# and, as root on Debian or Ubuntu, the missing system programs. Another Python: make PYTHON=/path/to/python3 test

.DEFAULT_GOAL := help
.PHONY: help setup build release check test ci lint fmt demo pictures bench profile truth accounting diff records wire failures protocols \
        faults cluster fuzz mutants compat wheel nightly clean ui ui-dev ui-test demo-ui bench-master bench-web \
        bench-websocket bench-grpc test-engine test-python test-stress test-ui test-wheel test-clock
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

VENV := .venv
ORACLE := .venv-locust
API := .venv-api
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest
RUST := $(shell find src crates python/src -name "*.rs") $(wildcard crates/*/Cargo.toml python/build.rs) Cargo.toml Cargo.lock python/Cargo.toml pyproject.toml
# The page is embedded when the extension is built; without npm a small hand-written one is.
PAGE := $(if $(shell command -v npm),webui/dist/.stamp)

export VIRTUAL_ENV := $(CURDIR)/$(VENV)
export PYO3_PYTHON := $(CURDIR)/$(VENV)/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Some containers set it; each of the thousands of short processes of the tests would compile all its modules again.
unexport PYTHONDONTWRITEBYTECODE
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH):$(HOME)/.cargo/bin:/usr/sbin

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ---- setting up

setup: $(VENV)/.ready $(ORACLE)/.ready $(API)/.ready ## the virtual environments and the system programs that tests need
	@.ci/packages cc c++ curl nginx openssl prometheus-node-exporter valgrind
	@[ "$$(id -u)" != 0 ] || .ci/packages zsh fish tcpdump mosquitto # their tests are skipped without them

$(VENV)/.ready: tests/requirements.txt
	@.ci/packages cc c++
	@command -v cargo >/dev/null || { echo "no cargo found"; echo "hint: install Rust, see https://rustup.rs"; exit 1; }
	@.ci/install $(VENV) tests/requirements.txt $(BIN)/uv
	@touch $@

$(ORACLE)/.ready: tests/requirements-locust.txt $(VENV)/.ready
	@.ci/install $(ORACLE) tests/requirements-locust.txt $(BIN)/uv
	@touch $@

$(API)/.ready: tests/requirements-api.txt $(VENV)/.ready
	@.ci/install $(API) tests/requirements-api.txt $(BIN)/uv
	@touch $@

build: $(VENV)/.built-debug ## the extension, debug build, into .venv (Python files are used in place)

release: $(VENV)/.built-release ## the same as a release build: for anything that measures

# Both take what one cargo build made: the engine is optimised once, for the wheel, which is then installed in place.
wheel: $(VENV)/.ready $(PAGE) ## dist/*.whl: one wheel for every Python from 3.11, its manylinux tag is in its name
	@rm -rf dist
	@$(RELEASE_ENV) $(BIN)/maturin build --quiet --locked --release --out dist
	@ls dist

RELEASE_ENV := $(if $(PAGE),RLOCUST_WEB=require)
$(VENV)/.built-debug: $(VENV)/.ready $(RUST) $(PAGE)
	$(BIN)/maturin develop --quiet --locked
	@rm -f $(VENV)/.built-release
	@touch $@

$(VENV)/.built-release: $(VENV)/.ready $(RUST) $(PAGE)
	@$(RELEASE_ENV) $(BIN)/maturin develop --quiet --locked --release
	@rm -f $(VENV)/.built-debug
	@touch $@

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
# Each part says which it is, how many there are and about how long it takes; its output is kept in target/logs.

PART := @.ci/timed
WORKERS ?= 4
UNMARKED := not nightly and not oracle and not clock
CLOCK := clock and not nightly and not oracle
# A test that waits leaves its core to others, so there are more workers than cores; nothing unmarked minds the company.
SPREAD := -p no:cacheprovider -p no:rerunfailures --numprocesses $(WORKERS) --dist worksteal
ALONE := -p no:cacheprovider -p no:xdist
PYTHON_TESTS := $(filter-out tests/kit/ tests/ui/ tests/__pycache__/,$(wildcard tests/*/))
LOAD ?= 0
UNDER_LOAD := $(if $(filter-out 0,$(LOAD)),.ci/load $(LOAD))

LINT_PARTS := lint-format lint-clippy lint-python lint-types lint-deny
TEST_PARTS := page environments wheel-in-place engine-tests debug-bridge python-tests ui-tests python-clock engine-clock
CHECK_PARTS := $(filter-out lint-deny,$(LINT_PARTS)) page environments wheel-in-place engine-tests slice
.PHONY: $(LINT_PARTS) $(TEST_PARTS) slice lint-unused

check: ## what to run before each commit: formatting, clippy, types, the engine's tests, a slice of the Python tests
	@$(call parts,$(CHECK_PARTS),$(MAKE) --keep-going $(CHECK_PARTS))

test: ## all tests; LOAD=2 burns so many cores beside those that must not mind
	@$(call parts,$(TEST_PARTS),$(MAKE) --keep-going all-tests)

ci: ## what .ci/run runs: lint and all tests
	@$(call parts,$(LINT_PARTS) $(TEST_PARTS),$(MAKE) --keep-going $(LINT_PARTS) all-tests)

lint: ## formatting, clippy, ruff, mypy, licences and sources of crates; warnings are errors
	@$(call parts,$(LINT_PARTS),$(MAKE) --keep-going $(LINT_PARTS))

# $(1) are the parts, $(2) runs them.
parts = .ci/timed --begin $(words $(1)); $(2); code=$$?; .ci/timed --report; exit $$code

# What builds goes side by side; what measures comes last, alone.
.PHONY: all-tests unmarked-tests
all-tests:
	@$(MAKE) page
	@$(UNDER_LOAD) $(MAKE) --keep-going unmarked-tests; code=$$?; \
	    $(MAKE) --keep-going python-clock engine-clock && exit $$code

unmarked-tests:
	@$(MAKE) --keep-going --jobs=2 wheel-in-place engine-tests; code=$$?; \
	    $(MAKE) --keep-going debug-bridge python-tests ui-tests && exit $$code

page:
	$(PART) "web page" $(MAKE) $(or $(PAGE),no-page)

.PHONY: no-page
no-page:
	@echo "no npm: the small hand-written page is embedded"

environments:
	$(PART) "environments" $(MAKE) setup

wheel-in-place: environments
	$(PART) "release build: the wheel" $(MAKE) wheel release

# The engine knows no Python: the interpreter it is given does not exist. Property tests draw the same inputs each time: a
# change is not refused for what another one left behind. The nightly draws new ones.
SAME_INPUTS := PROPTEST_RNG_SEED=1
ENGINE_TESTS = PYO3_PYTHON=/does/not/exist .ci/cargo-nextest run --locked --status-level fail --final-status-level flaky
engine-tests:
	$(PART) "engine tests" env $(SAME_INPUTS) $(ENGINE_TESTS) -E 'not test(/(^|::)clock(::|_)/)'

engine-clock:
	$(PART) "engine tests of time and memory" env $(ENGINE_TESTS) -E 'test(/(^|::)clock(::|_)/)'

debug-bridge: $(VENV)/.ready
	$(PART) "debug build of the extension" env PYO3_BUILD_EXTENSION_MODULE=1 cargo build --quiet --locked -p rlocust-python

python-tests:
	$(PART) "Python tests" $(PYTEST) -q -m "$(UNMARKED)" $(SPREAD) $(PYTHON_TESTS)

# In a session of their own: the browser's driver needs a process that gevent has not patched.
ui-tests: $(VENV)/.ready
	@.ci/packages chromium
	$(PART) "tests of the page" $(PYTEST) -q -m "$(UNMARKED)" $(SPREAD) tests/ui

python-clock:
	$(PART) "Python tests of time and memory" $(PYTEST) -q -m "$(CLOCK)" $(ALONE) $(PYTHON_TESTS) tests/ui

SLICE := tests/house tests/bench tests/compat/module tests/compat/rows tests/differential/test_outcome.py
slice:
	$(PART) "slice of the Python tests" $(PYTEST) -q -m "$(UNMARKED)" $(SPREAD) $(SLICE)

# One kind of tests, for those who work on it.
test-engine: engine-tests engine-clock ## the Rust tests of the engine
test-python: setup release python-tests python-clock ## pytest on a release build: behaviour, examples, differences from Locust
test-clock: setup release python-clock engine-clock ## the tests whose subject is time, CPU, memory or chance
test-stress: debug-bridge ## the switch between users under fire, with debug assertions
	@$(PYTEST) -q $(ALONE) tests/stress
test-ui: setup ui release ui-tests ## the page in a browser: a fast slice of `make ui-test`
test-wheel: setup wheel ## the wheel in empty environments of each Python found, with and without real Locust beside it
	@$(PYTEST) -q -m "not nightly" $(ALONE) tests/wheel

ui-test: setup ui release ## the page in a browser: every screen, both themes, wide and on a phone; pictures in target/ui
	@.ci/packages chromium
	@$(PYTEST) -q $(ALONE) tests/ui

lint-format:
	$(PART) "lint: format" cargo fmt --all --check

lint-clippy: $(VENV)/.ready
	$(PART) "lint: clippy" cargo clippy --quiet --locked --workspace --all-targets -- --deny warnings

lint-python: $(VENV)/.ready
	$(PART) "lint: ruff" sh -c '$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .'

lint-types: $(VENV)/.ready
	$(PART) "lint: mypy" $(BIN)/mypy

lint-deny:
	$(PART) "lint: cargo deny" .ci/cargo-deny

lint-unused: $(VENV)/.ready
	$(PART) "lint: unused public items of the engine" $(BIN)/python tests/house/unused_items.py

fmt: $(VENV)/.ready ## let rustfmt and ruff decide the layout
	cargo fmt --all
	$(BIN)/ruff check --quiet --fix-only .
	$(BIN)/ruff format --quiet .

compat: setup release ## our tests of Locust's interface, and the compatibility score: rows, names, scripts
	@$(PYTEST) tests/compat; code=$$?; $(BIN)/python -m tests.compat.score && exit $$code

diff: setup release ## the differential suite and every comparison with Locust, live under both programs
	$(BIN)/python -m tests.differential.diff
	RLOCUST_ORACLE=live $(PYTEST) -q -m "not nightly and not clock" $(SPREAD) tests/compat tests/differential tests/protocols

records: setup release ## what real Locust does, recorded anew: programs, scripts, failures, wire, web
	RLOCUST_ORACLE=record $(PYTEST) -q -m "not nightly" $(SPREAD) tests/compat

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
mutants: $(VENV)/.ready ## operators of the engine changed one by one: do its tests see it? SAMPLE=60 (or all) SEED=1 FILES=crates/http/src
	@nice $(BIN)/python tests/house/mutants.py --sample "$(SAMPLE)" --seed "$(SEED)" --files "$(or $(FILES),src,crates)"

ROUNDS := 1 2 3 4 5
nightly: setup release ## the slow parts: five rounds under load, all scripts live, all Pythons, the truth rig, fuzzing, mutants, benchmarks
	@$(call parts,debug-bridge $(ROUNDS),$(MAKE) --keep-going nightly-rounds)
	@$(MAKE) lint-unused
	env $(ENGINE_TESTS)
	$(PYTEST) -m nightly --ignore=tests/ui
	@$(MAKE) ui-test
	RLOCUST_WEEK_SAMPLES=1000000000 cargo test --release --locked --test engine memory
	cargo test --release --locked --lib cost # of inputs of 10 MB; debug builds take half a megabyte
	@$(MAKE) diff failures truth accounting fuzz mutants bench

# Whatever fails once here would fail somebody's CI: the report names it.
.PHONY: nightly-rounds $(ROUNDS:%=nightly-round-%)
nightly-rounds: $(ROUNDS:%=nightly-round-%)
$(ROUNDS:%=nightly-round-%): debug-bridge
	$(PART) "Python tests under load, $@" .ci/load 2 $(PYTEST) -q -m "$(UNMARKED)" $(SPREAD) $(PYTHON_TESTS)

# ---- showing and measuring

demo: release ## the demo server and the quick start with 100 users for ten seconds
	@$(BIN)/python -m bench.demo

demo-ui: release ## the web page over a run of a hundred users against the demo server, until Ctrl-C; WEB_PORT=8089
	@$(BIN)/python -m bench.demo_ui

pictures: setup ui release ## the pictures in docs/pictures, of a real run of a minute
	@.ci/packages chromium
	@$(BIN)/python -m tests.ui.pictures

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
