"""A cluster of a test: one master and workers, each real Locust or rlocust, on ports of their own."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGTERM
from typing import Any

from tests.kit.ports import free_port
from tests.kit.processes import Process
from tests.kit.tools import Tool, started
from tests.kit.waiting import DEADLINE, until

LOCUSTFILES = Path(__file__).resolve().parent / "locustfiles"
SAID = "RIG "
#: No busy machine lets a node miss so many heartbeats of a second.
NOBODY_DIES = {"RIG_LIVENESS": "60"}


@dataclass
class Node:
    tool: Tool
    process: Process

    def facts(self, kind: str) -> list[dict[str, Any]]:
        """What the node has said of this kind so far (`locustfiles/said.py`)."""
        lines = (line for line in self.process.stdout.splitlines(keepends=True) if line.endswith("\n"))
        facts = (json.loads(line.removeprefix(SAID)) for line in lines if line.startswith(SAID))
        return [fact for fact in facts if fact["kind"] == kind]

    def fact(self, kind: str, deadline: float = DEADLINE, **wanted: Any) -> dict[str, Any]:
        """The first of this kind with these values, awaited."""

        def found() -> dict[str, Any] | None:
            facts = (fact for fact in self.facts(kind) if wanted.items() <= fact.items())
            fact = next(facts, None)
            if fact is None and self.process.has_ended:
                raise AssertionError(f"{self.tool} ended without `{kind}` {wanted}:\n{self.process.said}")
            return fact

        fact = until(f"`{kind}` {wanted} of {self.tool}", found, deadline)
        assert fact is not None
        return fact

    @property
    def id(self) -> str:
        """Of a worker."""
        return str(self.fact("joined")["id"])

    def has_logged(self, text: str) -> bool:
        return text in self.process.stderr


@dataclass
class Cluster:
    port: int
    folder: Path
    locustfile: Path
    env: Mapping[str, str]
    stack: ExitStack
    master: Node = field(init=False)
    workers: list[Node] = field(default_factory=list)

    def add_master(self, tool: Tool, *options: str, env: Mapping[str, str] | None = None) -> Node:
        words = ["--master", "--headless", "--master-bind-host", "127.0.0.1", "--master-bind-port", str(self.port)]
        self.master = self._start(tool, *words, "--only-summary", *options, env=env)
        return self.master

    def add_worker(
        self,
        tool: Tool,
        *options: str,
        port: int | None = None,
        locustfile: str = "",
        env: Mapping[str, str] | None = None,
    ) -> Node:
        """`port` where it does not talk to the master straight, `locustfile` where it is not the master's."""
        words = ["--worker", "--master-host", "127.0.0.1", "--master-port", str(port or self.port)]
        node = self._start(tool, *words, *options, locustfile=locustfile, env=env)
        self.workers.append(node)
        return node

    def _start(self, tool: Tool, *words: str, env: Mapping[str, str] | None, locustfile: str = "") -> Node:
        command = ["-f", str(LOCUSTFILES / locustfile if locustfile else self.locustfile), *words]
        both = {**self.env, **(env or {})}
        return Node(tool, self.stack.enter_context(started(tool, *command, cwd=self.folder, env=both)))

    def state(self) -> dict[str, Any]:
        """What the master said last of its users and workers."""
        states = self.master.facts("state")
        return states[-1] if states else {"users": {}, "workers": {}, "shares": {}, "t": 0.0}

    def await_users(self, users: int, deadline: float = DEADLINE) -> float:
        """Until the workers report so many users; when that was."""

        def reached() -> float:
            state = self.state()
            return float(state["t"]) if sum(state["users"].values()) == users else 0.0

        return until(f"{users} users, last {self.state()}", reached, deadline)

    def await_state(self, worker: str, state: str, since: float = 0.0, deadline: float = DEADLINE) -> float:
        """Until the master has the worker in this state; when, of those after `since`."""

        def reached() -> float:
            times = (f["t"] for f in self.master.facts("state") if f["t"] > since and f["workers"].get(worker) == state)
            return float(next(times, 0.0))

        return until(f"{worker} {state}, last {self.state()}", reached, deadline)

    def end(self, deadline: float = DEADLINE) -> list[int]:
        """Asks the master to end, and waits for all; exit codes, the master's first."""
        if not self.master.process.has_ended:
            self.master.process.signal(SIGTERM)
        return [node.process.wait(deadline) for node in (self.master, *self.workers)]


@contextmanager
def cluster(
    folder: Path,
    master: Tool,
    workers: Sequence[Tool],
    *options: str,
    locustfile: str = "idle.py",
    env: Mapping[str, str] | None = None,
) -> Iterator[Cluster]:
    """A master with `options` that waits for all these workers, and they. None is missing unless `env` says so."""
    with ExitStack() as stack:
        made = Cluster(free_port(), folder, LOCUSTFILES / locustfile, NOBODY_DIES | dict(env or {}), stack)
        made.add_master(master, "--expect-workers", str(len(workers)), *options)
        for worker in workers:
            made.add_worker(worker)
        yield made
