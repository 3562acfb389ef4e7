"""The soundness rules of the switch, on a debug build (assertions on). Each scenario has its own process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.places import ROOT

SCENARIOS = Path(__file__).with_name("scenarios.py")
DEBUG_BUILD = ROOT / "target" / "debug" / "lib_native.so"

EXPECTED = {
    "switches_under_forced_collection": "100000",
    "kills_in_mid_wait": "2000 1000",
    "waits_end_in_the_order_they_are_due_and_never_early": "[0.05, 0.1, 0.2, 0.2, 0.3] False",
    "many_waits_that_end_at_once_let_others_in_between": "300 [True]",
    "many_answers_at_once_let_others_in_between": "40 True",
    "yielding_users_let_the_loop_turn": "True True 100",
    "kills_in_mid_request": "600",
    "timeouts_through_waits_and_requests": "400",
    "reentry_from_listeners": "400",
    "panics_reach_one_greenlet": f"20 {['PanicException'] * 5}",
    "exit_with_suspended_users": "1000",
    "system_exit_with_requests_in_flight": "200",
    "native_thread_contends": "30000",
    "foreign_thread_blocks_itself_only": "200 True",
    "hub_greenlet_is_refused": "1 True",
    "both_sides_of_a_fork_work": "True 7",
    "a_fork_by_a_woken_user_leaves_the_parents_waits_alone": "True 0 3",
    "the_loop_ends_when_nobody_waits": "True 1",
}
EXIT_CODES = {"system_exit_with_requests_in_flight": 3}


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


@pytest.mark.parametrize("scenario", EXPECTED)
def test_the_switch_survives(scenario, debug_package):
    environment = {**os.environ, "PYTHONPATH": str(debug_package), "PYTHONFAULTHANDLER": "1"}
    ran = subprocess.run(
        [sys.executable, str(SCENARIOS), scenario], env=environment, capture_output=True, text=True, timeout=90
    )
    assert ran.stdout.strip() == EXPECTED[scenario], ran.stderr
    assert ran.returncode == EXIT_CODES.get(scenario, 0), ran.stderr
