"""What a user costs that does nothing, and how late a wait ends.

`python -m bench.waits` prints three things: CPU per iteration of the task loop (pick a task, call it, wait 0, no HTTP)
by number of users; how late 10 000 waits end, rlocust's and gevent's side by side in one run; and the CPU of 10 000
users who wait 30 to 60 seconds, by rlocust's waits and by gevent's in turn, with the sleeps of its threads. Figures of
a shared machine are only good as ratios: run two builds in turn.
"""

# ruff: noqa: E402 - monkey-patching comes before every other import
from gevent import monkey

monkey.patch_all()

import argparse
import gc
import random
import resource
import time
from collections.abc import Callable

import gevent

import rlocust

rlocust.install()

from locust.env import Environment
from locust.exception import StopUser
from locust.user.task import DefaultTaskSet

from locust import User, constant, task
from rlocust import _native


class Idler(User):
    """Does nothing, without a pause, until the budget of all users is spent."""

    wait_time = constant(0)
    left = 0

    @task
    def nothing(self) -> None:
        Idler.left -= 1
        if Idler.left < 0:
            raise StopUser()


def _until_stopped(user: User) -> None:
    try:
        DefaultTaskSet(user).run()
    except StopUser:
        pass


def iteration_cost(users: int, iterations: int) -> float:
    """Microseconds of the script thread for one iteration."""
    environment = Environment(user_classes=[Idler])
    Idler.left = iterations
    crowd = [gevent.spawn(_until_stopped, Idler(environment)) for _ in range(users)]
    started = time.thread_time()
    gevent.joinall(crowd, raise_error=True)
    return (time.thread_time() - started) / iterations * 1e6


def _late(sleep: Callable[[float], object], seconds: float, into: list[float]) -> None:
    due = time.perf_counter() + seconds
    sleep(seconds)
    into.append((time.perf_counter() - due) * 1e3)


def lateness(users: int, seconds: float) -> dict[str, list[float]]:
    """Sorted milliseconds by which waits ended late: every other user waits through gevent, in the same run."""
    late: dict[str, list[float]] = {"rlocust": [], "gevent": []}
    crowd = []
    for _ in range(users // 2):
        crowd.append(gevent.spawn(_late, _native.sleep, random.uniform(2, 2 + seconds), late["rlocust"]))
        crowd.append(gevent.spawn(_late, gevent.sleep, random.uniform(2, 2 + seconds), late["gevent"]))
    gevent.joinall(crowd, raise_error=True)
    return {name: sorted(values) for name, values in late.items()}


def waiting_cost(sleep: Callable[[float], object], users: int, seconds: float) -> tuple[float, float]:
    """Share of one core that `users` take who wait 30 to 60 seconds again and again; sleeps of our threads a second."""

    def wait_for_ever() -> None:
        sleep(random.uniform(0, 45))
        while True:
            sleep(random.uniform(30, 60))

    crowd = [gevent.spawn(wait_for_ever) for _ in range(users)]
    gevent.sleep(1.5)
    started = time.process_time(), time.perf_counter(), _switches()
    gevent.sleep(seconds)
    took = time.perf_counter() - started[1]
    share, switches = (time.process_time() - started[0]) / took, (_switches() - started[2]) / took
    gevent.killall(crowd)
    return share, switches


def _switches() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=10_000, help="how many wait (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=10, help="of each part with waits (default: %(default)s)")
    parser.add_argument("--iterations", type=int, default=200_000, help="by all users together (default: %(default)s)")
    options = parser.parse_args()
    gc.freeze()
    for users in (1, 10, 1000):
        cost = min(iteration_cost(users, options.iterations) for _ in range(3))
        print(f"iteration, {users} users: {cost:.2f} µs", flush=True)
    if options.seconds <= 0:
        return
    for name, late in lateness(options.users, options.seconds).items():
        median, worst = late[len(late) // 2], late[len(late) * 99 // 100]
        print(f"wait late, {name}: median {median:.2f} ms, p99 {worst:.2f} ms", flush=True)
    for name, sleep in (("rlocust", _native.sleep), ("gevent", gevent.sleep)) * 2:
        share, switches = waiting_cost(sleep, options.users, options.seconds)
        print(f"{options.users} users waiting 30 to 60 s, {name}: {share:.2%} of one core, {switches:.0f} switches/s")


if __name__ == "__main__":
    main()
