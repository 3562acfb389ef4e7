# Waits that nobody should ask for; the user goes on or dies as it does under Locust.
# run: -u 1
# run[none]:
# run[text]:
# run[negative]:
# run[infinite]:
# run[thousand_years]:
# run[fraction]:
# run[bounds]:
# run[half_bounds]:
# run[on_task_set]:
# run[on_task_set_method]:
# run[raises]:
# run[stops_user]:
# run[in_task]:
import os
from fractions import Fraction

import _told  # noqa: F401 - its listeners tell of every event
from _lab import is_at_rest, quit_when, say
from locust.exception import StopUser

from locust import TaskSet, User, constant, events, task

CASE = os.environ["LAB_CLIENT"]
VALUES = {
    "none": None,
    "text": "1",
    "negative": -5,
    "infinite": float("inf"),
    "thousand_years": 1000 * 365 * 86400,
    "fraction": Fraction(1, 50),
}


def odd(instance):
    say("asked", type(instance).__name__)
    if CASE == "raises":
        raise ValueError("no time")
    if CASE == "stops_user":
        raise StopUser()
    return VALUES[CASE]


@events.init.add_listener
def on_init(environment, **_):
    runner = environment.runner

    def is_over():
        waits_for_ever = CASE in ("infinite", "thousand_years") and is_at_rest(runner)
        return runner.state == "running" and (Visitor.rounds == 3 or not runner.user_count or waits_for_ever)

    quit_when(environment, is_over)


class Visitor(User):
    rounds = 0
    wait_time = odd if CASE in VALUES or CASE in ("raises", "stops_user") else constant(0)
    if CASE.endswith("bounds"):
        wait_time = None
        min_wait = 10
        max_wait = 20 if CASE == "bounds" else None

    def count(self, word):
        say(word, self._state)
        Visitor.rounds += 1
        if self.rounds == 3:
            self.environment.runner.greenlet.join()

    @task
    class Room(TaskSet):
        if CASE == "on_task_set":
            wait_time = constant(0.01)
        elif CASE == "on_task_set_method":

            def wait_time(self):
                say("asked the room", self.user.wait_time())
                return 0.01

        @task
        def work(self):
            self.user.count("work")
            if CASE == "in_task":
                self.wait()
                self.user.wait()
                say("waited twice", self.user._state)

    def on_stop(self):
        say("on_stop", self._state)
