"""Leads a local runner through seeded random tests and prints what it did, as JSON lines. Run by both sides of
`test_dispatch.py`.

A case makes user classes with all kinds of weights and counts, then starts, changes, interrupts, stops and restarts
ramps, or lets a load shape do so. Nothing waits for the clock: every pause of a ramp or a shape lasts until the case
says so, and it looks at the users in each of them.
"""

from __future__ import annotations

import json
import logging
import random
import sys
from argparse import Namespace
from typing import Any

if "--ours" in sys.argv:
    import rlocust

    rlocust.install()

import gevent
import locust.runners
from gevent.event import Event
from locust.dispatch import UsersDispatcher
from locust.env import Environment
from locust.exception import StopUser

from locust import LoadTestShape, TaskSet, User, constant, task

real_sleep = gevent.sleep
locust.runners.CPU_MONITOR_INTERVAL = 3600


class Backwards(UsersDispatcher):
    """A dispatcher of a suite: by turns, last class first."""

    def _user_gen(self) -> Any:
        while True:
            yield from sorted((each.__name__ for each in self._user_classes), reverse=True)


class Case:
    """One random test and the trace it leaves."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.trace: list[Any] = []
        self.paused: dict[Any, Event] = {}
        self.asked = 0
        self.headless = self.rng.random() < 0.5
        self.has_quit = False

    # What is tested

    def user_classes(self) -> list[type[User]]:
        names = self.rng.sample(["Alpha", "beta", "Gamma", "User1", "User2", "Zed"], self.rng.randint(1, 5))
        return [self.user_class(name) for name in names]

    def user_class(self, name: str) -> type[User]:
        dies, waits = self.rng.random() < 0.1, self.rng.random() < 0.5

        def stay(user: Any) -> None:
            if dies:
                raise StopUser()
            if not waits:
                Event().wait()

        class Room(TaskSet):
            tasks = (stay, stay)

        members = {
            "weight": self.rng.choice([1, 1, 2, 3, 10, 0.5, 1.5, 0]),
            "fixed_count": self.rng.choice([0, 0, 0, 1, 2, 5]),
            "wait_time": constant(3600),
            "stay": task(3)(stay),
            "Room": task(self.rng.choice([0, 1]))(Room),
        }
        return type(User)(name, (User,), members)

    def shape(self, classes: list[type[User]]) -> LoadTestShape | None:
        if self.rng.random() < 0.6:
            return None
        case = self

        class Random(LoadTestShape):
            def tick(self) -> Any:
                case.trace.append(["tick", self.get_current_user_count()])
                return case.tick(classes)

        return Random()

    def tick(self, classes: list[type[User]]) -> Any:
        self.asked += 1
        if self.asked > 8 or self.rng.random() < 0.1:
            # What a shape that has quit the run does when it is started again is not the point here.
            self.has_quit = self.headless
            return None
        users, rate = self.rng.choice([0, 1, 3, 8, 8, 15, 4.6]), self.rng.choice([1, 2.5, 10])
        chosen = self.rng.sample(classes, self.rng.randint(1, len(classes)))
        return self.rng.choice(
            [(users, rate), (users, rate), (users, rate, None), (users, rate, chosen), [users, rate], self.odd(users)]
        )

    def odd(self, users: float) -> Any:
        """Answers that a shape should not give."""
        return self.rng.choice([(users,), (users, 0), (users, 1, None, None), (-1, 1), (users, "2"), 7, (), (0, 1)])

    # How it is led

    def sleep(self, seconds: float = 0, ref: bool = True) -> None:
        """In the place of `gevent.sleep`: a pause that ends when the case says so."""
        me = gevent.getcurrent()
        if me not in (self.runner.spawning_greenlet, self.runner.shape_greenlet):
            return real_sleep(seconds)
        self.paused[me] = Event()
        self.paused[me].wait()
        return None

    def settle(self) -> None:
        """Until nobody does anything any more: ramp and shape have ended or pause, and users have had their turns."""
        with gevent.Timeout(60):
            while any(greenlet not in self.paused for greenlet in self.helpers()):
                real_sleep(0.0002)
        for _ in range(4):
            real_sleep(0)

    def helpers(self) -> list[Any]:
        helpers = (self.runner.spawning_greenlet, self.runner.shape_greenlet)
        return [each for each in helpers if each is not None and not each.dead]

    def look(self, where: str) -> None:
        self.settle()
        runner = self.runner
        counts = (runner.user_count, runner.user_classes_count, runner.target_user_count)
        self.trace.append([where, runner.state, *counts, runner.target_user_classes_count])

    def release(self) -> bool:
        """Ends one pause; False if nobody pauses."""
        for greenlet in self.helpers():
            self.paused.pop(greenlet).set()
            return True
        return False

    def go_on(self, steps: int) -> None:
        for _ in range(steps):
            if not self.release():
                return
            self.look("step")

    def lead(self) -> None:
        runner, rng = self.runner, self.rng
        action = rng.choice(["start"] * 5 + ["stop", "spawn", "end", "shape"])
        if action == "shape" or (self.environment.shape_class and action == "start"):
            if self.environment.shape_class and not self.has_quit:
                runner.start_shape()
        elif action == "start":
            chosen = rng.sample(runner.user_classes, rng.randint(1, len(runner.user_classes)))
            runner.start(
                rng.choice([0, 1, 3, 8, 20, 35, -1]),
                rng.choice([0.5, 1, 2.5, 7, 50, 0]),
                user_classes=chosen if rng.random() < 0.2 else None,
            )
        elif action == "stop":
            runner.stop()
        else:
            name = rng.choice(runner.user_classes).__name__
            (runner.spawn_users if action == "spawn" else runner.stop_users)({name: rng.randint(0, 3)})
        self.look(action)
        self.go_on(rng.choice([0, 2, 5, 60]))

    def run(self) -> list[Any]:
        classes = self.user_classes()
        options = Namespace(headless=self.headless, stop_timeout=self.rng.choice([0, 0, 0, 0.02]))
        kind = Backwards if self.rng.random() < 0.1 else UsersDispatcher
        shape = self.shape(classes)
        try:
            self.environment = Environment(
                user_classes=classes, shape_class=shape, parsed_options=options, dispatcher_class=kind
            )
        except ValueError as error:
            return [str(error)]
        if self.rng.random() < 0.2:
            self.environment.assign_equal_weights()
            self.trace.append([each.json() for each in self.environment.user_classes])
        self.runner = self.environment.create_local_runner()
        for name in ("test_start", "test_stopping", "test_stop", "spawning_complete"):
            self.listen(name)
        gevent.sleep = self.sleep
        for _ in range(self.rng.randint(1, 8)):
            self.lead()
        self.trace.append("quit")
        gevent.spawn(self.runner.quit).join(60)
        self.look("quit")
        gevent.sleep = real_sleep
        return self.trace

    def listen(self, name: str) -> None:
        def listener(**given: Any) -> None:
            values = [value if isinstance(value, int) else type(value).__name__ for value in given.values()]
            alive = sum(self.runner.user_classes_count.values())
            self.trace.append([name, list(given), values, self.runner.state, alive])

        getattr(self.environment.events, name).add_listener(listener)


class Notes(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        current.trace.append([record.levelname, record.name, record.getMessage().splitlines()[0][:40]])


if __name__ == "__main__":
    logging.getLogger().handlers[:] = [Notes()]
    logging.getLogger().setLevel(logging.INFO)
    gevent.get_hub().print_exception = lambda *_: None
    for seed in range(int(sys.argv[1])):
        current = Case(seed)
        print(json.dumps(current.run()))
