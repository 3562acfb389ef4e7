"""Master and worker by their Python classes, each against peers that the program plays, and both in one process; then
what the command does about processes. Pairings and faults of whole clusters are in tests/cluster."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.kit.places import EXAMPLES
from tests.kit.ports import free_port, takes_connections
from tests.kit.processes import Process
from tests.kit.programs import both, ours
from tests.kit.runs import Goal, run_until
from tests.kit.targets import Target
from tests.kit.tools import RLOCUST, run, started
from tests.kit.waiting import until

QUICKSTART = EXAMPLES / "quickstart.py"


def test_a_master_leads_and_hears_as_locusts() -> None:
    """docs/contract/distributed.md §4, §7; docs/contract/events.md §5.4: joining, versions, a ramp, strangers, what
    workers send, one that joins late, a stop, the end."""
    said = both("cluster/master.py")
    assert "{'Idle': 0, 'Other': 2} {'Idle': 1, 'Other': 1} 2 {'user_count': 4}" in said
    assert said[-1] == "False <Message kind:node>"


def test_a_worker_obeys_and_reports_as_locusts() -> None:
    """docs/contract/distributed.md §4 to §8: joining, targets, late ones, options, messages, a stop, the end."""
    said = both("cluster/worker.py")
    assert "['extra', 'stats', 'stats_total', 'errors', 'user_classes_count', 'user_count']" in said
    assert said[-1] == "quit 0"


def test_a_master_and_a_worker_may_live_in_one_program() -> None:
    """The worker of a program said no goodbye: its master waited five seconds and called reported figures lost."""
    assert both("cluster/quit_in_one_process.py") == ["True"]


def test_a_worker_gives_up_as_locusts() -> None:
    """docs/contract/distributed.md §7: tries to connect are counted; a silent master ends it."""
    assert both("cluster/giving_up.py")[3:] == [
        "ConnectionError: ",
        "ERROR locust.runners: Didn't get heartbeat from master in over 1s",
        "stopped",
    ]


def test_master_and_worker_live_in_one_process() -> None:
    """docs/contract/library.md §4, docs/contract/distributed.md §5, §8: sums, reports that listeners see, messages."""
    said = both("cluster/one_process.py")
    assert "202 2 9911.0 99" in said and "True of the suite ['/', '/bad']" in said


def test_workers_come_and_go_and_the_load_stays() -> None:
    """docs/contract/differences.md B: each change is dealt out anew, also the second one of a test."""
    assert ours("cluster/changes.py")[-1] == "4 users on 1 worker"


def test_a_value_that_cannot_travel_is_refused_by_the_name_of_its_option(tmp_path: Path) -> None:
    """docs/contract/distributed.md, Surprises: under Locust no user ever runs, and the exit code is 0."""
    (tmp_path / "file.py").write_text(
        "from locust import User, events\n"
        "class Idle(User):\n    pass\n"
        "@events.init.add_listener\n"
        "def init(environment, **_):\n    environment.parsed_options.callback = print\n"
    )
    options = ["--master", "--headless", "--master-bind-port", "0"]
    ended = run(RLOCUST, "-f", "file.py", *options, cwd=tmp_path)
    assert ended.exit_code == 2
    line = "the option `callback` cannot be sent to workers: its value is of the type `builtin_function_or_method`"
    assert f"rlocust: error: {line}" in ended.stderr


def test_a_master_gives_up_when_too_few_workers_come() -> None:
    """docs/contract/cli.md §2: `--expect-workers-max-wait`, exit code 1."""
    options = ["--master", "--headless", "--master-bind-port", "0", "--expect-workers-max-wait", "1"]
    ended = run(RLOCUST, "-f", QUICKSTART, *options, "-L", "DEBUG")
    assert ended.exit_code == 1 and ended.has_logged("ERROR/locust.main: Gave up waiting for workers to connect")
    assert "sys.exit" not in ended.stderr and "Traceback" not in ended.stderr, ended.stderr


def test_a_port_in_use_is_named() -> None:
    """docs/contract/distributed.md, Surprises: Locust means to say this, and prints a traceback."""
    with started(RLOCUST, "-f", QUICKSTART, "--master", "--headless", "--master-bind-port", str(port := free_port())):
        until("the port is taken", lambda: takes_connections(port))
        ended = run(RLOCUST, "-f", QUICKSTART, "--master", "--headless", "--master-bind-port", str(port))
    assert ended.exit_code == 1 and "Traceback" not in ended.stderr
    assert ended.has_logged(f"ERROR/locust.runners: The Locust master port ({port}) was busy.")


# --processes


@contextmanager
def forked(demo: Target, *options: str, port: int | None = None) -> Iterator[Process]:
    """Two workers and their master, once all their users are there."""
    bind = str(free_port() if port is None else port)
    words = ["--headless", "--processes", "2", "--master-bind-port", bind, "--only-summary"]
    with started(RLOCUST, "-f", QUICKSTART, *words, "-u", "4", "-r", "4", "-H", demo.url, *options) as process:
        process.wait_for("All users spawned")
        yield process


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_master_on_any_port_is_found_by_the_workers_it_forked(demo: Target) -> None:
    """Under Locust they wait for ever. Two at once have two ports."""
    with forked(demo, port=0) as one, forked(demo, "--master-bind-host", "127.0.0.1", port=0) as other:
        for process in (one, other):
            process.signal(signal.SIGTERM)
        assert [process.wait() for process in (one, other)] == [0, 0]


def test_the_end_of_a_run_tells_a_master_from_a_generator(demo: Target, tmp_path: Path) -> None:
    words = ["--processes", "2", "--master-bind-port", "0", "--summary-json", tmp_path / "s.json", "--only-summary"]
    ended = run_until(RLOCUST, Goal(samples=2), "-f", QUICKSTART, "--headless", *words, "-u", "2", "-H", demo.url)
    assert ended.stderr.count("Master: CPU ") == 1 and "Generator: CPU " not in ended.stderr, ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_master_and_the_workers_it_forked(demo: Target, number: signal.Signals) -> None:
    """docs/contract/cli.md §9, §10: everything is reported, nobody is left."""
    with forked(demo) as process:
        workers = children_of(process.pid)
        process.signal(number)
        assert process.wait() == 0, process.stderr
        assert len(workers) == 2 and not any(map(is_alive, workers))
        assert process.stderr.count("Shutting down (exit code 0)") == 3
        table = next(line for line in process.stderr.splitlines() if "Aggregated" in line)
    # The calls in hand were cut: they are no samples.
    assert 0 <= demo.received().total - int(table.split()[1]) <= 4


def test_a_killed_worker_leaves_no_zombie_and_costs_a_line(demo: Target) -> None:
    with forked(demo) as process:
        killed, other = children_of(process.pid)
        os.kill(killed, signal.SIGKILL)
        process.wait_for(f"The worker process {killed} was killed by signal 9")
        assert children_of(process.pid) == [other]
        process.signal(signal.SIGTERM)
        assert process.wait() == 0
        assert not is_alive(other)


def test_workers_do_not_outlive_a_killed_master(demo: Target) -> None:
    with forked(demo) as process:
        workers = children_of(process.pid)
        os.kill(process.pid, signal.SIGKILL)
        until("the workers end", lambda: not any(map(is_alive, workers)))
