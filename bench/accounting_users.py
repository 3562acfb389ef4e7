"""The users of the accounting rig: both clients, no pause, against a server that behaves, breaks, refuses or dawdles.

Every call is counted here before it is made; at the end the program's own account is written beside that count.
ACCOUNT_SERVER names what is asked, ACCOUNT_WAY how the run ends, ACCOUNT_ROAD who carries the calls; with
ACCOUNT_CALLS=N the N-th call is followed by `runner.quit()` in the middle of its task (or the next that is not given
up).
"""

import json
import os
from collections.abc import Callable
from typing import Any

import gevent
from gevent.pool import Pool

from locust import FastHttpUser, HttpUser, LoadTestShape, constant, events

SERVER = os.environ.get("ACCOUNT_SERVER", "well-behaved")
WAY = os.environ.get("ACCOUNT_WAY", "")
IS_PYTHON = os.environ.get("ACCOUNT_ROAD") == "python"
QUIT_AFTER = int(os.environ.get("ACCOUNT_CALLS", "0"))
PATIENCE = 0.3  # seconds; of both clients with a server that hangs
AnyUser = HttpUser | FastHttpUser
calls = 0
has_quit = not QUIT_AFTER


def call(user: AnyUser, path: str, **kwargs: Any) -> None:
    global calls, has_quit
    calls += 1
    mine = calls
    user.client.get(path, **kwargs, **by_python(user))
    if mine >= QUIT_AFTER and not has_quit:
        has_quit = True
        user.environment.runner.quit()


def by_python(user: AnyUser) -> dict[str, Any]:
    """What the engine leaves to the user's Python library: turns of hooks and streams."""
    if not IS_PYTHON:
        return {}
    if isinstance(user, HttpUser) and calls % 2:
        return {"hooks": {"response": lambda response, **_: None}}
    return {"stream": True}


def asking(path: str) -> Callable[[AnyUser], None]:
    def task(user: AnyUser) -> None:
        call(user, path)

    return task


def broken(kind: str) -> Callable[[AnyUser], None]:
    """Only the older client takes a timeout with the call; the other has it from its class."""

    def task(user: AnyUser) -> None:
        kwargs = {"timeout": PATIENCE} if isinstance(user, HttpUser) else {}
        call(user, f"/fault/{kind}", **kwargs)

    return task


def refused(user: AnyUser) -> None:
    call(user, os.environ["ACCOUNT_CLOSED"] + "/nobody")
    gevent.sleep(0.01)


def given_up(user: AnyUser) -> None:
    """The script's own timeout: a cut with one client, a failure with the other."""
    with gevent.Timeout(0.05, False):
        call(user, "/delay/200")


def killed(user: AnyUser) -> None:
    """A greenlet of the script's, killed in mid-call."""
    greenlet = gevent.spawn(call, user, "/delay/200")
    gevent.sleep(0.02)
    greenlet.kill()


def parallel(user: AnyUser) -> None:
    """Several calls of one user at a time. They outlive a user that is killed."""
    pool = Pool()
    for _ in range(4):
        pool.spawn(call, user, "/delay/50")
    pool.join()


BROKEN = "reset reset-in-body close short-body short-chunked cut-head half-close garbage bad-gzip hang stall".split()
WELL = {asking("/text"): 10, asking("/delay/100"): 5, asking("/redirect/2"): 2, asking("/status/500"): 1, parallel: 1}
TASKS = {
    "well-behaved": WELL,
    "breaking": {asking("/text"): 11, **{broken(kind): 1 for kind in BROKEN}},
    "refusing": {asking("/text"): 2, refused: 2},
    "slow": {asking("/trickle/10/20"): 3, given_up: 2, killed: 2, asking("/text"): 1},
}[SERVER]


class MixedHttp(HttpUser):
    wait_time = constant(0)
    tasks = TASKS


class MixedFast(FastHttpUser):
    wait_time = constant(0)
    tasks = TASKS
    network_timeout = PATIENCE if SERVER == "breaking" else 60.0


if WAY == "shape":

    class UpAndDown(LoadTestShape):
        """Users are stopped and started again while the run goes on."""

        def tick(self) -> tuple[int, float] | None:
            steps = [40, 10, 40, 5]
            at = int(self.get_run_time() / 0.5)
            return (steps[at], 80) if at < len(steps) else None


@events.test_start.add_listener
def on_test_start(**_: Any) -> None:
    note({"event": "test_start"})


@events.init.add_listener
def on_init(environment: Any, **_: Any) -> None:
    @environment.events.quit.add_listener
    def on_quit(**_: Any) -> None:
        # Not at `quitting`: after a signal users still run then, as they do under Locust.
        note({"event": "quit", "calls": calls, **account(environment)})


def account(environment: Any) -> dict[str, int]:
    """Classes of samples and of attempts, as rlocust counts them."""
    return dict(environment.stats._native.accounting())


def note(line: dict[str, Any]) -> None:
    with open(os.environ.get("BENCH_EVENTS", os.devnull), "a") as file:
        file.write(json.dumps(line) + "\n")
