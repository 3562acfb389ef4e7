"""Does a ramp keep its rate? `.venv/bin/python -m bench.ramp`; `bench/ramp.py --locust` by real Locust's Python.

RAMP_USERS (5000) users that only wait come at RAMP_RATE (1000) a second and leave at the same rate, in one process, by
the library interface. Printed as JSON: seconds until all were there and until all were gone, and how far the count of
users ever was from the line, in users. A ramp starts its first batch at once, so it needs (users / rate - 1) seconds
and a little; the aim is at most half a second more than users / rate.
"""

from __future__ import annotations

import json
import os
import sys
import time

if "--locust" not in sys.argv:
    import rlocust

    rlocust.install()

import logging

import gevent
from locust.env import Environment

from locust import User, between, task

USERS = int(os.environ.get("RAMP_USERS", "5000"))
RATE = float(os.environ.get("RAMP_RATE", "1000"))
OFTEN = 0.02  # seconds between two looks
ENOUGH = 10 * USERS / RATE


class Waiting(User):
    wait_time = between(1, 5)

    @task
    def nothing(self) -> None:
        pass


def main() -> None:
    logging.getLogger("locust").setLevel(logging.ERROR)  # the warning about high rates is not news here
    runner = Environment(user_classes=[Waiting]).create_local_runner()
    said = {"users": USERS, "rate": RATE, "up": ramp(runner, USERS)}
    cpu = time.process_time()
    gevent.sleep(2)
    said["cores_while_waiting"] = round((time.process_time() - cpu) / 2, 3)
    said["down"] = ramp(runner, 0)
    runner.quit()
    print(json.dumps(said))


def ramp(runner, target: int) -> dict[str, float]:  # type: ignore[no-untyped-def]
    """Seconds to the target, and how many users were ahead of the line at most, or behind it."""
    before = runner.user_count
    began, cpu = time.monotonic(), time.process_time()
    runner.start(target, RATE)
    ahead = behind = 0.0
    while runner.user_count != target:
        took = time.monotonic() - began
        if took > ENOUGH:
            raise SystemExit(f"{runner.user_count} users instead of {target} after {took:.0f} s")
        done, distance = abs(runner.user_count - before), abs(target - before)
        due = min(distance, took * RATE)
        ahead, behind = max(ahead, done - due), max(behind, due - done)
        gevent.sleep(OFTEN)
    took = time.monotonic() - began
    cores = (time.process_time() - cpu) / took
    return {"seconds": round(took, 2), "ahead": round(ahead), "behind": round(behind), "cores": round(cores, 2)}


if __name__ == "__main__":
    main()
