"""One run in one pairing of nodes: what they counted, held against what the server counted.

With `--stop-timeout` tasks in hand are finished, and all counts are equal. Without, a run cuts the requests in flight,
at most one a user: the server may have counted so many more.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM
from typing import Any

from tests.cluster.nodes import Cluster, Node, cluster
from tests.kit.targets import Received, Target
from tests.kit.tools import LOCUST, RLOCUST, Tool
from tests.kit.waiting import until

USERS = {"Fast": 2, "Fixed": 1, "Web": 6}
ALL_USERS = sum(USERS.values())
TASKS = 40  # of each user, each with one request
QUESTION = {"number": 7, "words": ["ä", None, 1.5]}


@dataclass(frozen=True)
class Pairing:
    master: Tool
    workers: Sequence[Tool]

    def __str__(self) -> str:
        return f"{self.master} master + {' and '.join(dict.fromkeys(map(str, self.workers)))} workers"


PAIRINGS = [
    Pairing(LOCUST, [LOCUST, LOCUST]),
    Pairing(LOCUST, [RLOCUST, RLOCUST]),
    Pairing(RLOCUST, [LOCUST, LOCUST]),
    Pairing(RLOCUST, [RLOCUST, RLOCUST]),
    Pairing(LOCUST, [LOCUST, RLOCUST]),
    Pairing(RLOCUST, [LOCUST, RLOCUST]),
]

#: (method, name) of an entry, the start of the server's paths that belong to it, how its requests fail
ENTRIES = {
    ("GET", "/text"): ("/text", None),
    ("POST", "/echo/order"): ("/echo/order", None),
    ("GET", "/broken"): (
        "/status/500",
        "HTTPError('500 Server Error: Internal Server Error for url: /broken')",
    ),
    ("GET", "/json"): ("/json", "'caught by the suite'"),
    ("GET", "/bytes/10"): ("/bytes/10", None),
    ("GET", "/echo/names/[id]"): ("/echo/names/", None),
    ("GET", "/bytes/20"): ("/bytes/20", None),
    ("GET", "/status/404"): ("/status/404", "LocustBadStatusCode(code=404)"),
    ("GET", "/bytes/30"): ("/bytes/30", None),
}
RAISING, RAISED = ("GET", "/bytes/10"), "raised by a task"

MASTER_LOG = (
    r"reported as ready\. 1 workers connected\.",
    r"reported as ready\. 2 workers connected\.",
    r"Run time limit set to \d+ seconds|No run time limit set",
    r"Sending spawn jobs of 9 users at 9\.00 spawn rate to 2 ready workers",
    r"(All users spawned|Spawning is complete and report waittime is expired, but not all reports received).*: \{",
    r"--run-time limit reached, shutting down|Got SIGTERM signal",
    r"Shutting down \(exit code 1\)",
)
#: Said only of workers that quit while the master still listens: Locust's does so for half a second.
LISTENING_LOG = (
    r"Worker '?\S+'? \(index 0\) quit\. \d workers ready\.",
    r"Worker '?\S+'? \(index 1\) quit\. \d workers ready\.",
    r"The last worker quit, stopping test\.",
)
WORKER_LOG = (
    r"ERROR/locust\.user\.task: raised by a task",
    r"Got quit message from master, shutting down\.\.\.",
    r"Shutting down \(exit code 0\)",
)

#: What is wrong, by what was compared; empty where all is right.
Verdict = dict[str, str]


def run(
    pairing: Pairing,
    target: Target,
    folder: Path,
    seconds: int | None = None,
    is_cut: bool = False,
    env: Mapping[str, str] | None = None,
) -> Verdict:
    """Ended by its limit of time, tasks in hand finished or cut; or by a signal, when each user has done TASKS tasks
    and all is reported. Locust's master gives the last reports half a second, which a loaded machine exceeds.
    """
    target.get("/counters/reset")
    load = ["-H", target.url, "-u", str(ALL_USERS), "-r", str(ALL_USERS)]
    load += ["-t", f"{seconds}s"] if seconds else []
    env = dict(env or {}) | ({} if seconds else {"RIG_TASKS": str(TASKS)})
    load += [] if is_cut else ["--stop-timeout", "20"]
    with cluster(folder, pairing.master, pairing.workers, *load, locustfile="pairing.py", env=env) as nodes:
        if seconds is None:
            until("all tasks done", lambda: target.received().total >= ALL_USERS * TASKS, 120)
            until("all requests reported", lambda: nodes.state()["requests"] == target.received().total, 60)
            until("all users reported", lambda: nodes.state()["users"] == USERS)
            until("all answers have come", lambda: len(nodes.master.facts("answer")) == len(pairing.workers))
            nodes.master.process.signal(SIGTERM)
        codes = [node.process.wait(60) for node in (nodes.master, *nodes.workers)]
        received = _settled(target)
        return dict(_complaints(nodes, codes, received, ALL_USERS if is_cut else 0))


def _settled(target: Target) -> Received:
    """What was sent before a connection was cut may still be unread."""
    seen = [target.received()]

    def stands_still() -> bool:
        seen.append(target.received())
        return seen[-1] == seen[-2]

    until("the server's count stands still", stands_still, every=0.1)
    return seen[-1]


def _complaints(nodes: Cluster, codes: list[int], received: Received, cut: int) -> Iterator[tuple[str, str]]:
    """Each comparison with what it found wrong."""
    sums = nodes.master.fact("sums")
    counted = {entry: received.under(path) for entry, (path, _) in ENTRIES.items()}
    failing = {entry: error for entry, (_, error) in ENTRIES.items() if error}
    entries = {(method, name): (requests, failures) for method, name, requests, failures in sums["entries"]}
    requests = {entry: requests for entry, (requests, _) in entries.items()}
    failures = {entry: failures for entry, (_, failures) in entries.items() if failures}
    yield "totals", _differ(requests, counted, cut) or _differ({"all": sums["total"][0]}, {"all": received.total}, cut)
    wanted = {entry: requests.get(entry, 0) for entry in failing}
    yield "failures", _differ(failures, wanted) or _differ({"all": sums["total"][1]}, {"all": sum(wanted.values())})
    yield "errors", _differ(_errors(sums), {(*entry, text): wanted[entry] for entry, text in failing.items()})
    yield "exceptions", _differ(_exceptions(sums), {RAISED: requests.get(RAISING, 0)}, cut)
    users = [state["users"] for state in nodes.master.facts("state")]
    yield "users", "" if USERS in users else f"never {USERS}, but {users}"
    yield "messages", _messages(nodes)
    yield "exit codes", _differ(dict(enumerate(codes)), {0: 1, 1: 0, 2: 0})
    of_master = MASTER_LOG + (LISTENING_LOG if nodes.master.tool is RLOCUST else ())
    yield "log", "; ".join([*_not_logged(nodes.master, of_master), *_not_logged(nodes.workers[0], WORKER_LOG)])


def _differ(ours: Mapping[Any, int], wanted: Mapping[Any, int], missing: int = 0) -> str:
    """Where `ours` is not `wanted`, of which so many may be missing in all."""
    apart = {key: wanted.get(key, 0) - ours.get(key, 0) for key in {*ours, *wanted}}
    apart = {key: by for key, by in apart.items() if by}
    if min(apart.values(), default=0) >= 0 and sum(apart.values()) <= missing:
        return ""
    return ", ".join(f"{key}: {ours.get(key)} instead of {wanted.get(key)}" for key in apart)


def _errors(sums: dict[str, Any]) -> Counter[Any]:
    errors: Counter[Any] = Counter()
    for method, name, text, occurrences in sums["errors"]:
        errors[method, name, text.removeprefix(f"{method} {name}: ")] += occurrences
    return errors


def _exceptions(sums: dict[str, Any]) -> Counter[str]:
    """By message: workers of different tools have different tracebacks."""
    exceptions: Counter[str] = Counter()
    for message, count, _ in sums["exceptions"]:
        exceptions[message] += count
    return exceptions


def _messages(nodes: Cluster) -> str:
    """The question reaches every worker as it was asked, and every answer the master."""
    answers = {fact["node"]: fact["data"] for fact in nodes.master.facts("answer")}
    joined = [worker.fact("joined") for worker in nodes.workers]
    wanted = {fact["id"]: {"index": fact["index"], "heard": QUESTION} for fact in joined}
    indices = sorted(fact["index"] for fact in joined)
    return "" if answers == wanted and indices == [0, 1] else f"answers {answers}, not {wanted}"


def _not_logged(node: Node, lines: Sequence[str]) -> list[str]:
    return [f"{node.tool} has not logged `{line}`" for line in lines if not re.search(line, node.process.stderr)]
