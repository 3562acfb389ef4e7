# Constructors and `on_start` that go wrong or take long: who lives, what is logged, how the run ends.
# run: -u 3 -r 3
# run[no_super]:
# run[raises]:
# run[second_raises]:
# run[exits]:
# run[blocks]:
# run[on_start_raises]:
# run[on_start_stops_user]:
# run[on_start_stops_test]:
# run[on_start_waits]:
# run[on_start_interrupts]:
# run[on_start_reschedules]:
# run[on_start_is_killed]:
# sorted: stdout log failed
import os
import sys

import gevent
from _lab import end_at_rest, is_at_rest, quit_when, say
from _told import listen
from locust.exception import InterruptTaskSet, RescheduleTask, StopTest, StopUser

from locust import User, constant, events, task

CASE = os.environ["LAB_CLIENT"]
listen("request")
ON_START = {
    "raises": lambda: ValueError("in on_start"),
    "stops_user": StopUser,
    "stops_test": lambda: StopTest("in on_start"),
    "interrupts": InterruptTaskSet,
    "reschedules": RescheduleTask,
    "is_killed": gevent.GreenletExit,
}


MADE = {"no_super": 1, "raises": 1, "second_raises": 2}.get(CASE)  # the spawning ends with this constructor


@events.init.add_listener
def on_init(environment, **_):
    if MADE:
        quit_when(environment, lambda: Visitor.made == MADE and is_at_rest(environment.runner, "spawning"))
    else:
        end_at_rest(environment)


class Visitor(User):
    wait_time = constant(60)
    made = 0

    def __init__(self, environment):
        Visitor.made += 1
        if CASE == "no_super":
            return
        super().__init__(environment)
        say("made", Visitor.made, environment.runner.user_count)
        if CASE == "raises" or (CASE == "second_raises" and Visitor.made == 2):
            raise ValueError("in the constructor")
        if CASE == "exits":
            sys.exit(4)
        if CASE == "blocks":
            gevent.sleep(0.1)

    def on_start(self):
        say("on_start", self.environment.runner.user_count)
        if CASE == "on_start_waits":
            self.wait()
        elif CASE.startswith("on_start"):
            raise ON_START[CASE.removeprefix("on_start_")]()

    @task
    def work(self):
        say("work", self.environment.runner.user_count)

    def on_stop(self):
        say("on_stop", self._state)
