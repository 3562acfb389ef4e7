# Constructors and `on_start` that go wrong or take long: who lives, what is logged, how the run ends.
# run: -u 3 -r 3 -t 1s
# run[no_super]:
# run[raises]:
# run[second_raises]:
# run[exits]:
# run[blocks]: -t 2s
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
from _lab import say
from _told import listen
from locust.exception import InterruptTaskSet, RescheduleTask, StopTest, StopUser

from locust import User, constant, task

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
