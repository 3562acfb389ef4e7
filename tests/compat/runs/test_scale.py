"""Runs of many users: what they cost the thread that all of them share, and what the system has to grant them."""

from tests.kit.programs import ours
from tests.kit.targets import Target


def test_no_step_of_a_ramp_looks_at_every_user() -> None:
    assert ours("runner/no_walks.py") == [
        "{'Idle': 13, 'Other': 27} []",
        "{'Idle': 3, 'Other': 7} []",
        "{'Idle': 1, 'Other': 7} 8 []",
    ]


def test_limits_of_the_system_are_said_with_their_value_and_the_remedy_before_users_start() -> None:
    said = ours("runner/system_limits.py")
    files = "Only 105 files may be open, too few for a connection of each of 11 users: allow more by `ulimit -n 111`"
    ports = (
        "net.ipv4.ip_local_port_range has 10 ports, too few for a connection of each of 11 users to one host: "
        'widen it by `sysctl -w net.ipv4.ip_local_port_range="1024 65535"`'
    )
    warnings = [line for line in said if line.startswith("WARNING")]
    assert warnings == [f"WARNING locust.main: {files}", f"WARNING locust.main: {ports}"]
    assert said.index(warnings[1]) < said.index(
        "INFO locust.runners: Ramping to 11 users at a rate of 100.00 per second"
    )
    widest = (
        "net.ipv4.ip_local_port_range has 10 ports for each of 2 addresses, too few for a connection of each of 150000 "
        'users to one host: widen it by `sysctl -w net.ipv4.ip_local_port_range="1024 65535"` and give 3 addresses of '
        "this machine by --source-address"
    )
    assert said[-3:] == [widest, "True", "None"]


def test_users_that_find_no_open_file_left_are_failures_and_the_run_goes_on(demo: Target) -> None:
    failures, _, errors = ours("runner/no_files.py", demo.url)[-1].partition(" ")
    assert failures == "19" and errors.count("Too many open files") == 1, errors
