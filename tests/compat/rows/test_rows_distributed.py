"""Rows 12, 17 and 18 of the promise on several nodes: a master and two workers, forked workers, messages both ways."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from signal import SIGTERM

from tests.kit.places import EXAMPLES
from tests.kit.ports import free_port
from tests.kit.processes import Process
from tests.kit.targets import Target
from tests.kit.tools import Run, Tool, run, started
from tests.kit.waiting import DEADLINE, until

LOAD = ["--headless", "-u", "4", "-r", "4", "--only-summary"]


def end(nodes: Iterable[Process], what: str, condition: Callable[[], object]) -> list[int]:
    """Ends the first, the master, once the condition holds; the exit codes."""
    master, *workers = nodes
    until(what, lambda: master.has_ended or condition())
    assert not master.has_ended, master.said
    master.signal(SIGTERM)
    return [node.wait(2 * DEADLINE) for node in (master, *workers)]


@contextmanager
def cluster(tool: Tool, example: str, host: str, *options: str) -> Iterator[tuple[Process, list[Process]]]:
    """A headless master and the two workers that it expects."""
    port, file = str(free_port()), EXAMPLES / example
    lead = ["--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", port, "--expect-workers", "2"]
    follow = ["--worker", "--master-host", "127.0.0.1", "--master-port", port]
    with ExitStack() as stack:
        master = stack.enter_context(started(tool, "-f", file, *lead, *LOAD, "-H", host, *options))
        workers = [stack.enter_context(started(tool, "-f", file, *follow, *options)) for _ in range(2)]
        yield master, workers


def has_spawned(master: Process, users: int) -> bool:
    return f"({users} total users)" in master.stderr


def test_a_master_and_two_workers_are_one_run(tool: Tool, demo: Target) -> None:
    """Row 17, docs/contract/distributed.md §10: lines, totals, exit codes."""
    with cluster(tool, "quickstart.py", demo.url) as (master, workers):
        codes = end(
            (master, *workers), "requests of all users", lambda: has_spawned(master, 4) and demo.received().total >= 8
        )
        said, theirs = Run(codes[0], master.stdout, master.stderr), [worker.stderr for worker in workers]
    assert codes == [0, 0, 0], said.stderr
    for line in (
        "reported as ready. 2 workers connected.",
        "Sending spawn jobs of 4 users at 4.00 spawn rate to 2 ready workers",
        'All users spawned: {"QuickstartUser": 4} (4 total users)',
        "The last worker quit, stopping test.",
        "Shutting down (exit code 0)",
    ):
        assert said.has_logged(line), said.stderr
    assert all("Got quit message from master, shutting down..." in text for text in theirs)
    assert 0 <= demo.received().total - said.report.total.requests <= 4, "calls in hand at the end were cut"


def test_processes_are_a_master_and_its_workers(tool: Tool, demo: Target) -> None:
    """Row 17, docs/contract/cli.md §9; the run time is the master's."""
    port = str(free_port())
    ports = ["--master-bind-port", port, "--master-port", port, "-t", "1s"]
    ended = run(tool, "-f", EXAMPLES / "quickstart.py", "--processes", "2", *ports, *LOAD, "-H", demo.url)
    assert ended.exit_code == 0 and ended.has_logged("to 2 ready workers"), ended.stderr
    assert ended.has_logged("Run time limit set to 1 seconds"), ended.stderr
    assert ended.has_logged("--run-time limit reached, shutting down"), ended.stderr
    assert 0 <= demo.received().total - ended.report.total.requests <= 4


def test_messages_go_both_ways(tool: Tool, demo: Target) -> None:
    """Row 18, docs/contract/distributed.md §8: what `test_start` sends is there before the users."""
    with cluster(tool, "messages.py", demo.url) as (master, workers):
        thanks = lambda: master.stdout.count("\n") >= 2 and demo.received().total >= 4  # noqa: E731
        codes = end((master, *workers), "thanks of both workers, and visits", thanks)
        said = master.stdout.splitlines()
    assert codes == [0, 0, 0]
    assert said == ["thanks: 4 accounts arrived", "thanks: 4 accounts arrived"]
    assert demo.received().under("/echo/user") == demo.received().total


def test_listeners_know_which_node_they_are_on(tool: Tool, demo: Target) -> None:
    """Row 12, docs/contract/events.md §5.4: `init` with the class of the runner, each event on each node."""
    with cluster(tool, "event_listeners.py", demo.url) as (master, workers):
        codes = end((master, *workers), "all users", lambda: has_spawned(master, 4) and demo.received().total >= 4)
        said, theirs = master.stdout.splitlines(), [worker.stdout.splitlines() for worker in workers]
    assert codes == [0, 0, 0]
    assert said[0] == "init: this is a master runner"
    for lines in theirs:
        assert lines[0] == "init: this is a worker runner"
        assert [line.split(":")[0] for line in lines] == [
            "init",
            "test_start",
            "spawning_complete",
            "test_stopping",
            "test_stop",
            "quitting",
            "quitting",
            "quit",
        ]
