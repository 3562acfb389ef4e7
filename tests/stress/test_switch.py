"""The soundness rules of the switch, on a debug build (assertions on). Each scenario has its own process."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.places import ROOT
from tests.kit.processes import running

SCENARIOS = Path(__file__).with_name("scenarios.py")
FROZEN = Path(__file__).with_name("frozen_io.py")
DEBUG_BUILD = ROOT / "target" / "debug" / "lib_native.so"

EXPECTED = {
    "switches_under_forced_collection": "100000",
    "kills_in_mid_wait": "2000 1000",
    "waits_end_in_the_order_they_are_due_and_never_early": "[0.05, 0.1, 0.2, 0.2, 0.3] False",
    "waits_end_when_the_clock_has_reached_them": "[0, 1, 1, 2]",
    "many_waits_that_end_at_once_let_others_in_between": "3000 True",
    "many_answers_at_once_let_others_in_between": "40 True",
    "yielding_users_let_the_loop_turn": "True 100",
    "kills_in_mid_request": "600",
    "timeouts_through_waits_and_requests": "400",
    "reentry_from_listeners": "400",
    "panics_reach_one_greenlet": f"20 {['PanicException'] * 5}",
    "a_panic_in_a_pass_holds_nobody_up": "True 3 200",
    "exit_with_suspended_users": "1000",
    "system_exit_with_requests_in_flight": "200",
    "native_thread_contends": "30000",
    "foreign_thread_blocks_itself_only": "200 10 False False",
    "native_threads_in_clients_at_the_end": "ended",
    "native_threads_beyond_a_limit_are_refused": "2 native threads wait for answers in clients already 1 200",
    "native_threads_of_a_pool_at_the_end": "ended",
    "calls_within_calls_of_native_threads_hold_up_no_end": "ended",
    "a_call_in_the_middle_of_the_start_is_refused": "200 [True]",
    "children_of_a_fork_in_the_middle_of_the_start_make_their_own": "{200} 7",
    "children_of_a_fork_in_the_middle_of_the_start_make_their_own another": "{200} 7",
    "foreign_threads_that_come_first_start_one_runtime": "[200, 200] 1",
    "kills_in_web_socket_waits": "300",
    "kills_in_stream_waits": "300",
    "messages_that_come_as_the_wait_ends": "200 {'hello'}",
    "a_child_leaves_the_parents_web_sockets_alone": "7 hello 1",
    "exit_with_web_sockets": "200",
    "hub_greenlet_is_refused": "1 True",
    "both_sides_of_a_fork_work": "True 7",
    "a_fork_by_a_woken_user_leaves_the_parents_waits_alone": "0 3",
    "a_child_that_lets_go_of_its_client_leaves_the_parents_connections_alone": "[200, 200, 200, 200]",
    "children_forked_during_snapshots_go_on": "{7}",
    "a_native_thread_that_forks_lets_the_script_thread_take_ticks": "{7}",
    "a_lookup_without_a_thread_fails_alone": "True 200",
    "the_loop_ends_when_nobody_waits": "True True 1",
}
EXIT_CODES = {"system_exit_with_requests_in_flight": 3}
#: Seconds for one process: what it waits for itself has limits of 30 s, with a name.
LIMIT = 110


@pytest.fixture(scope="session")
def debug_package(tmp_path_factory):
    """The package with the debug build of the extension: links to the sources, and that one file."""
    if not DEBUG_BUILD.exists():
        pytest.skip("no debug build of the extension; run `cargo build -p rlocust-python`")
    home = tmp_path_factory.mktemp("debug")
    package = home / "rlocust"
    package.mkdir()
    for source in (ROOT / "python" / "rlocust").iterdir():
        if not source.name.startswith("_native.") and source.name != "__pycache__":
            (package / source.name).symlink_to(source)
    (package / "_native.abi3.so").symlink_to(DEBUG_BUILD)
    return home


def run_scenario(scenario, package, **more):
    environment = {**os.environ, "PYTHONPATH": str(package), "PYTHONFAULTHANDLER": "1", **more}
    command = [sys.executable, str(SCENARIOS), *scenario.split()]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT)


def test_a_run_whose_io_thread_stands_still_says_so_counts_all_calls_and_ends(debug_package, tmp_path):
    """Never exit code 0 with a frozen thread, though every request that was answered took its usual time."""
    summary = tmp_path / "summary.json"
    options = ["--headless", "-u", "20", "-r", "20", "--summary-json", str(summary)]
    program, environment = [sys.executable, "-m", "rlocust"], {**os.environ, "PYTHONPATH": str(debug_package)}
    with running([*program, "demo", "--port", "0"], env=environment) as server:
        server.wait_for("http://")
        host = re.findall(r"http://[0-9.:]+", server.stdout)[0]
        command = [*program, "-f", str(FROZEN), "--host", host, *options]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT)
    assert "in vain" not in ran.stdout, ran.stdout
    assert ran.returncode == 4, ran.stderr
    while_it_lasts, _, at_the_end = ran.stderr.partition("Shutting down")
    for text in while_it_lasts, at_the_end:
        assert "rlocust-io-0 has stood still for" in text, ran.stderr
    samples = json.loads(summary.read_text())["accounting"]["samples"]
    assert samples["cut"]["total"] == 20, samples


@pytest.mark.parametrize("scenario", EXPECTED)
def test_the_switch_survives(scenario, debug_package):
    ran = run_scenario(scenario, debug_package)
    assert ran.stdout.strip() == EXPECTED[scenario], ran.stderr
    assert ran.returncode == EXIT_CODES.get(scenario, 0), ran.stderr


def test_a_panic_prints_where_it_was_and_walks_no_stack_of_a_greenlet(debug_package):
    """What lies below a greenlet's own stack is another one's: walking on there ended in SIGSEGV."""
    ran = run_scenario("panics_of_greenlets_resumed_elsewhere", debug_package, RUST_BACKTRACE="full")
    assert (ran.returncode, ran.stdout.strip()) == (0, "40"), ran.stderr
    assert ran.stderr.count("panicked at ") == ran.stderr.count("asked for by a test") == 40
    assert "stack backtrace" not in ran.stderr
