"""Runs seeded random dispatches and prints what was dispatched, as JSON lines. Run by both sides of
`test_dispatch.py`: once where `locust` is Locust, once where it is rlocust's."""

from __future__ import annotations

import contextlib
import json
import random
import sys
from typing import Any

import gevent

pauses = random.Random()


def pause(*_args: Any, **_kwargs: Any) -> None:
    """How long is another test's business. A runner that gets a new target kills the ramp in its pause."""
    if pauses.random() < 0.04:
        raise gevent.GreenletExit()


gevent.sleep = pause

if "--ours" in sys.argv:
    import rlocust

    rlocust.install()

from locust.dispatch import UsersDispatcher


class Node:
    """A worker, as far as a dispatcher looks at it."""

    def __init__(self, name: str) -> None:
        self.id = name


def random_classes(rng: random.Random) -> list[Any]:
    weights = [1, 1, 2, 3, 5, 10, 0.5, 1.5, 100, 0]
    count = rng.randint(1, 6)
    names = rng.sample(["Alpha", "beta", "Gamma", "User", "User2", "éclair", "Z"], count)
    return [
        type(name, (), {"weight": rng.choice(weights), "fixed_count": rng.choice([0, 0, 0, 1, 3, 7])}) for name in names
    ]


def random_node(rng: random.Random) -> Node:
    return Node(f"{rng.choice(['a', 'b', 'host-c'])}_{rng.randrange(10**6)}")


def run_case(seed: int) -> list[Any]:
    rng = random.Random(seed)
    pauses.seed(seed)
    classes = random_classes(rng)
    nodes = [random_node(rng) for _ in range(rng.randint(1, 5))]
    dispatcher = UsersDispatcher(list(nodes), classes)
    seen: list[Any] = []
    for _ in range(rng.randint(1, 6)):
        only = rng.sample(classes, rng.randint(1, len(classes))) if rng.random() < 0.15 else None
        try:
            dispatcher.new_dispatch(
                rng.choice([0, 1, 2, 5, 17, 60, 200]), rng.choice([0.5, 1, 2.5, 7, 33.3, 1000]), only
            )
        except ValueError as error:
            seen.append(str(error))
            continue
        with contextlib.suppress(gevent.GreenletExit):
            for users in dispatcher:
                seen.append(users)
                if rng.random() < 0.03:
                    nodes.append(random_node(rng))
                    dispatcher.add_worker(nodes[-1])
                elif rng.random() < 0.03 and len(nodes) > 1:
                    dispatcher.remove_worker(nodes.pop(rng.randrange(len(nodes))))
        seen.append(dispatcher.get_current_user_count())
    return seen


if __name__ == "__main__":
    for seed in range(int(sys.argv[1])):
        print(json.dumps(run_case(seed)))
