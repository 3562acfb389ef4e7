"""Runs seeded random users and prints what happened to them, as JSON lines. Run by both sides of `test_loop.py`.

A case makes a user class with nested task sets of all kinds. Each of its hooks writes down that it was called and then
does something random: returns, raises any of the exceptions that mean something, schedules a task, stops its user. How
far `random` has been drawn from is written down too: a seeded suite gets the same tasks and waits from both tools.
"""

from __future__ import annotations

import json
import logging
import random
import sys
from typing import Any

if "--ours" in sys.argv:
    import rlocust

    rlocust.install()

    from locust import _tracebacks

    _tracebacks.WHOLE = sys.maxsize  # every line is compared; floods have tests of their own

import gevent
from gevent.pool import Group
from locust.env import Environment
from locust.exception import InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately, StopTest, StopUser

from locust import MarkovTaskSet, SequentialTaskSet, TaskSet, User, between, constant, poisson, task, transitions

LONGEST = 60  # hooks called in one case; the next one ends the user

#: What a hook may raise, and what it may do and return.
RAISED = [
    lambda: ValueError("wrong"),
    lambda: KeyError("missing"),
    StopUser,
    StopTest,
    RescheduleTask,
    RescheduleTaskImmediately,
    InterruptTaskSet,
    lambda: InterruptTaskSet(reschedule=False),
    gevent.GreenletExit,
]
LOOP = ("get_next_task", "schedule_task", "execute_next_task", "execute_task", "wait", "wait_time", "_sleep", "run")


class Case:
    """One random user and the trace it leaves."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.trace: list[Any] = []
        self.names = 0
        self.wildness = self.rng.choice([0.02, 0.1, 0.3])

    def name(self, kind: str) -> str:
        self.names += 1
        return f"{kind}{self.names}"

    def note(self, where: str, instance: Any) -> None:
        user = instance.user if isinstance(instance, TaskSet) else instance
        self.trace.append([where, type(instance).__name__, user._state, random.getstate()[1][-1]])

    def act(self, where: str, instance: Any, extras: tuple[Any, ...] = ()) -> None:
        """Something random, after having been noted; `extras` are tasks that may be scheduled."""
        self.note(where, instance)
        if len(self.trace) > LONGEST:
            if where.endswith("on_stop"):
                return
            raise gevent.GreenletExit()
        luck = self.rng.random()
        if luck < self.wildness:
            raise self.rng.choice(RAISED)()
        if luck < self.wildness * 1.5 and isinstance(instance, TaskSet):
            instance.interrupt(self.rng.random() < 0.5)
        elif luck < self.wildness * 2 and isinstance(instance, TaskSet) and extras:
            instance.schedule_task(self.rng.choice(extras), first=self.rng.random() < 0.5)
        elif luck < self.wildness * 2.2:
            self.stop(instance.user if isinstance(instance, TaskSet) else instance)
        elif luck < self.wildness * 2.4:
            instance.wait()

    def stop(self, user: User) -> None:
        try:
            self.trace.append(["stopped", user.stop()])
        except Exception as error:
            self.trace.append(["not stopped", repr(error)])

    def random_function(self, where: str | None = None) -> Any:
        label = where or self.name("task")

        def function(instance: Any) -> None:
            self.act(label, instance, (later,))

        def later(instance: Any = None) -> None:
            self.trace.append([f"later of {label}", type(instance).__name__])

        function.__name__ = label
        return function

    def hooks(self, wrapped: type) -> dict[str, Any]:
        """`on_start` and `on_stop`, and some methods of the loop around the original ones."""
        members: dict[str, Any] = {"on_start": self.random_function("on_start")}
        members["on_stop"] = self.random_function("on_stop")
        for name in LOOP:
            original = getattr(wrapped, name, None)
            if name != "run" and original is not None and self.rng.random() < 0.12:
                members[name] = self.around(name, original)
        if self.rng.random() < 0.5:
            members["wait_time"] = self.rng.choice(
                [constant(0), constant(-1), between(0, 0.0001), poisson(100_000), lambda each: random.random() / 1e4]
            )
        return members

    def around(self, name: str, original: Any) -> Any:
        def method(instance: Any, *args: Any, **kwargs: Any) -> Any:
            self.act(name, instance)
            return original(instance, *args, **kwargs)

        return method

    def task_set(self, depth: int) -> type[TaskSet]:
        kind = self.rng.choice([TaskSet, TaskSet, SequentialTaskSet, MarkovTaskSet])
        members = self.hooks(kind)
        if kind is MarkovTaskSet:
            names = [self.name("step") for _ in range(self.rng.randint(1, 3))]
            for name in names:
                ways = {self.rng.choice(names): self.rng.randint(1, 3) for _ in range(2)}
                members[name] = transitions(ways)(self.random_function(name))
        else:
            members |= self.tasks(depth)
        return type(kind)(self.name(kind.__name__), (kind,), members)

    def tasks(self, depth: int) -> dict[str, Any]:
        """Decorated members; nested task sets while there is depth left."""
        members = {}
        for _ in range(self.rng.choice([0, 1, 1, 2, 3]) if depth < 3 else 2):
            inner = self.task_set(depth - 1) if depth and self.rng.random() < 0.4 else self.random_function()
            members[inner.__name__] = task(self.rng.randint(1, 3))(inner)
        return members

    def user_class(self) -> type[User]:
        members = self.hooks(User) | self.tasks(3)
        for name in LOOP:
            members.pop(name, None) if name not in ("wait_time", "wait") else None
        members.setdefault("wait_time", constant(0))
        return type(User)(self.name("User"), (User,), members)

    def run(self) -> list[Any]:
        user_class = self.user_class()
        environment = Environment(user_classes=[user_class], catch_exceptions=self.rng.random() < 0.9)

        def on_user_error(user_instance: Any, exception: BaseException, tb: Any) -> None:
            self.trace.append(["user_error", type(user_instance).__name__, repr(exception)])
            if self.rng.random() < self.wildness / 4:
                raise self.rng.choice(RAISED)()

        environment.events.user_error.add_listener(on_user_error)
        random.seed(self.rng.random())
        user = user_class(environment)
        greenlet = user.start(Group())
        greenlet.join(60)
        self.trace.append(["ended", greenlet.ready(), repr(greenlet.value), repr(greenlet.exception), user._state])
        greenlet.kill()
        return self.trace


class Notes(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        current.trace.append([record.levelname, record.name, record.getMessage().splitlines()[0]])


if __name__ == "__main__":
    logging.getLogger().handlers[:] = [Notes()]
    gevent.get_hub().print_exception = lambda *_: None
    for seed in range(int(sys.argv[1])):
        current = Case(seed)
        print(json.dumps(current.run()))
