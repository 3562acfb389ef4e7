"""Where a fault plays: which tools, which server, how fast the clocks of the wire go; and the list of faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.nodes import Cluster, cluster
from tests.kit.targets import Target
from tests.kit.tools import Tool

USERS = 8


@dataclass(frozen=True)
class Scene:
    master: Tool
    worker: Tool
    target: Target
    folder: Path
    #: Seconds between heartbeats; all other times follow from it.
    beat: float = 1.0
    #: Whether figures are held against their bounds: where nothing else keeps the machine busy.
    is_timed: bool = True

    @property
    def patience(self) -> float:
        """Longer than any fault takes to be noticed or healed."""
        return 60 + 15 * self.beat

    @property
    def env(self) -> dict[str, str]:
        """Locust's master hears nobody while it waits for the reports after a ramp-up: this too follows the beat."""
        return {
            "RIG_HEARTBEAT": str(self.beat),
            "RIG_REPORT": str(3 * self.beat),
            "LOCUST_WAIT_FOR_WORKERS_REPORT_AFTER_RAMP_UP": str(self.beat),
        }

    def load(self, users: int = USERS) -> list[str]:
        return ["-H", self.target.url, "-u", str(users), "-r", str(users)]

    @contextmanager
    def nodes(
        self,
        *options: str,
        workers: int = 2,
        users: int = USERS,
        locustfile: str = "idle.py",
        env: Mapping[str, str] | None = None,
        liveness: int = 60,
    ) -> Iterator[Cluster]:
        """A cluster under load, without a limit of time. `liveness` of 3, Locust's, where a node is to miss another."""
        with cluster(
            self.folder,
            self.master,
            [self.worker] * workers,
            *self.load(users),
            *options,
            locustfile=locustfile,
            env={**self.env, "RIG_LIVENESS": str(liveness), **(env or {})},
        ) as nodes:
            yield nodes

    def missing_after(self, nodes: Cluster, worker: str, since: float) -> float:
        """Seconds until the master misses the worker: Locust takes 4 to 5 beats from the last heartbeat."""
        took = nodes.await_state(worker, "missing", since, self.patience) - since
        self.hold(2.5 * self.beat < took < 6 * self.beat + 1, f"missing after {took:.1f} s")
        return took

    def hold(self, is_held: bool, figure: str) -> None:
        """A bound of time, which a busy machine may exceed."""
        assert is_held or not self.is_timed, figure


@dataclass(frozen=True)
class Fault:
    name: str
    #: What must hold.
    holds: str
    play: Callable[[Scene], str]
    #: Whether `holds` names a time.
    is_timed: bool

    def __str__(self) -> str:
        return self.play.__name__


FAULTS: list[Fault] = []
Play = Callable[[Scene], str]


def fault(name: str, holds: str, is_timed: bool = False) -> Callable[[Play], Play]:
    """A function that raises AssertionError or TimeoutError where `holds` does not hold, and says what it has seen."""

    def listed(play: Play) -> Play:
        FAULTS.append(Fault(name, holds, play, is_timed))
        return play

    return listed


def ends_well(nodes: Cluster, deadline: float = 60) -> None:
    codes = nodes.end(deadline)
    assert not any(codes), f"exit codes {codes}"
