"""Replaces each method of the task loop in each way, runs a user and prints how often the replacement was called, as
JSON lines. Run by both sides of `test_loop.py`. A replacement that is never called fails the program, except where it
comes too late: nobody starts a user twice."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator
from typing import Any

if "--ours" in sys.argv:
    import rlocust

    rlocust.install()

from gevent.event import Event
from locust.env import Environment
from locust.user.task import DefaultTaskSet

from locust import MarkovTaskSet, SequentialTaskSet, TaskSet, User, task, transition

PATCH_AT, END_AT = 3, 9  # rounds of the user
LOOP = "run on_start on_stop execute_task execute_next_task get_next_task schedule_task wait wait_time _sleep".split()
METHODS: dict[type, list[str]] = {
    TaskSet: [*LOOP, "interrupt", "user", "parent", "client", "__init__"],
    DefaultTaskSet: ["execute_task", "get_next_task", "execute_next_task", "schedule_task", "wait", "wait_time", "run"],
    SequentialTaskSet: ["get_next_task", "execute_task", "schedule_task", "wait", "run", "__init__"],
    MarkovTaskSet: ["get_next_task", "execute_task", "schedule_task", "wait", "run", "__init__"],
    User: ["run", "on_start", "on_stop", "wait", "wait_time", "start", "stop", "context", "__init__"],
}
WAYS = ["on the class", "on the class in mid-run", "on derived classes", "on instances", "on instances in mid-run"]
OF_THE_CLASS = {"user", "parent", "client", "__init__"}
#: Called once in a user's life, before the round in which the replacement comes.
BEFORE = {(User, "run"), (User, "on_start"), (User, "start"), (User, "__init__"), (DefaultTaskSet, "run")}
#: Users are given this very class: nobody derives from it.
EXEMPT = {"on derived classes": {DefaultTaskSet}}


class Case:
    """One method, replaced in one way, and the calls that came."""

    def __init__(self, owner: type, name: str, way: str) -> None:
        self.owner, self.name, self.way = owner, name, way
        self.calls: list[str] = []
        self.undo: list[Callable[[], None]] = []
        self.instances: list[Any] = []
        self.done = Event()

    def wrapped(self, original: Any) -> Any:
        if isinstance(original, property):
            return property(self.wrapped(original.fget))

        def replacement(*args: Any, **kwargs: Any) -> Any:
            self.calls.append(type(args[0]).__name__ if args else "")
            return original(*args, **kwargs)

        return replacement

    def replace_on(self, cls: type) -> None:
        name, was = self.name, cls.__dict__.get(self.name)
        setattr(cls, name, self.wrapped(getattr(cls, name)))
        self.undo.append(lambda: delattr(cls, name) if was is None else setattr(cls, name, was))

    def replace_on_instance(self, instance: Any) -> None:
        setattr(instance, self.name, self.wrapped(getattr(instance, self.name)))

    def remember_instances(self) -> None:
        """Every object of the class is noted, and gets its replacement at once if it is not to come in mid-run."""
        base = User if issubclass(self.owner, User) else TaskSet
        original = base.__init__

        def constructor(instance: Any, *args: Any, **kwargs: Any) -> None:
            original(instance, *args, **kwargs)
            if isinstance(instance, self.owner):
                self.instances.append(instance)
                if self.way == "on instances" or self.is_late:
                    self.replace_on_instance(instance)

        base.__init__ = constructor
        self.undo.append(lambda: setattr(base, "__init__", original))

    is_late = False

    def apply_in_mid_run(self) -> None:
        self.is_late = True
        if self.way == "on the class in mid-run":
            self.replace_on(self.owner)
        elif self.way == "on instances in mid-run":
            for instance in self.instances:
                self.replace_on_instance(instance)

    def run(self) -> list[Any]:
        classes = visitor_classes(self)
        if self.way == "on the class":
            self.replace_on(self.owner)
        elif self.way == "on derived classes":
            for each in classes:
                if issubclass(each, self.owner):
                    self.replace_on(each)
        elif self.way.startswith("on instances"):
            self.remember_instances()
        random.seed(7)
        environment = Environment(user_classes=[classes[0]])
        runner = environment.create_local_runner()
        runner.start(1, 1)
        assert self.done.wait(30)
        runner.quit()
        for undo in reversed(self.undo):
            undo()
        must_come = not ("mid-run" in self.way and (self.owner, self.name) in BEFORE)
        must_come &= self.owner not in EXEMPT.get(self.way, ())
        assert bool(self.calls) == must_come, (self.owner.__name__, self.name, self.way, self.calls)
        # How often the loop itself looks at a property is its own affair.
        calls = self.calls if self.name not in ("user", "parent", "client") else []
        return [self.owner.__name__, self.name, self.way, calls, random.getstate()[1][-1]]


def visitor_classes(case: Case) -> list[type]:
    """A user that goes through task sets of all kinds, round after round."""

    class Inner(TaskSet):
        @task
        def leave(self) -> None:
            assert self.user is self.parent and self.client == "the client"
            self.user.wait()
            self.interrupt(reschedule=False)

    class Sequence(SequentialTaskSet):
        @task
        def first(self) -> None:
            self.wait()

        @task
        def last(self) -> None:
            self.interrupt()

    class Chain(MarkovTaskSet):
        @transition("second")
        def first(self) -> None:
            self.wait()

        @transition("first")
        def second(self) -> None:
            self.schedule_task(self.interrupt, first=True)

    class Visitor(User):
        tasks = (Inner, Sequence, Chain)
        rounds = 0
        client = "the client"

        @task(2)
        def alone(self) -> None:
            self.rounds += 1
            assert self.context() == {}
            if self.rounds == PATCH_AT:
                case.apply_in_mid_run()
            if self.rounds >= END_AT:
                case.done.set()
                Event().wait()

    return [Visitor, Inner, Sequence, Chain]


def cases() -> Iterator[Case]:
    for owner, names in METHODS.items():
        for name in names:
            for way in WAYS:
                if "instances" not in way or name not in OF_THE_CLASS:
                    yield Case(owner, name, way)


if __name__ == "__main__":
    for case in list(cases())[: int(sys.argv[1])]:
        print(json.dumps(case.run()))
