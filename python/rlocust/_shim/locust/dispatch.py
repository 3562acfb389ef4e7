"""Which users start or stop next, and on which worker.

`UsersDispatcher` is an iterator. `new_dispatch` sets a target; every step then yields what each worker should
run, `{worker_id: {class_name: count}}`, and waits before the next one so that the spawn rate is kept. A suite
may pass a subclass as `Environment(dispatcher_class=...)` and override how users are chosen or placed.
"""

from __future__ import annotations

import itertools
import math
import time
from collections import Counter
from collections.abc import Iterator
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import gevent

from rlocust._native import UserPlan

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    Users = dict[str, dict[str, int]]


def _kl_generator(users: Iterable[tuple[str, float]]) -> Generator[str | None]:
    """The names of `(name, weight)` pairs without end, each as often as it weighs; `None` if nobody weighs anything."""
    plan = UserPlan([(name, weight) for name, weight in users if weight > 0])
    while True:
        yield plan.next_user()


class UsersDispatcher(Iterator[Any]):
    """Deals users out over the workers, a batch at a time.

    Users of classes with a `fixed_count` come first, the others follow their weights; workers take turns. Going
    down, the users that came last leave first. The order goes on where it stopped over all ramps of a test.

    :param worker_nodes: objects with an `id`
    :param user_classes: the user classes of the test
    """

    def __init__(self, worker_nodes: list[Any], user_classes: list[Any]) -> None:
        assert len(user_classes) > 0
        assert len(set(user_classes)) == len(user_classes)

        self._worker_nodes = worker_nodes
        self._sort_workers()
        self._original_user_classes = sorted(user_classes, key=attrgetter("__name__"))
        self._user_classes = list(self._original_user_classes)

        # Where a dispatch is going, and how fast.
        self._target_user_count = 0
        self._spawn_rate = 0.0
        self._user_count_per_dispatch_iteration = 0
        self._wait_between_dispatch = 0.0

        # Who runs what. `_active_users` remembers the order of arrival.
        self._users_on_workers: Users = self._no_users(worker_nodes)
        self._initial_users_on_workers: Users = self._fast_users_on_workers_copy(self._users_on_workers)
        self._current_user_count = self.get_current_user_count()
        self._active_users: list[tuple[Any, str]] = []

        # Who comes next, and where.
        self._try_dispatch_fixed = True
        self._no_user_to_spawn = False
        self._user_generator: Iterator[str | None] = self._user_gen()
        self._worker_node_generator: Iterator[Any] = itertools.cycle(self._worker_nodes)

        self._dispatcher_generator: Iterator[Users] = iter(())
        self._dispatch_iteration_durations: list[float] = []
        self._dispatch_in_progress = False
        self._rebalance = False

    def new_dispatch(self, target_user_count: int, spawn_rate: float, user_classes: list[Any] | None = None) -> None:
        """Set a new target; the steps towards it come from the iterator.

        A list of `user_classes` that differs from the last one starts their order anew.
        """
        if target_user_count < 0:
            raise ValueError(f"target_user_count must be >= 0, got {target_user_count}")
        if spawn_rate <= 0:
            raise ValueError(f"spawn_rate must be > 0, got {spawn_rate}")
        if not math.isfinite(spawn_rate):
            raise ValueError(f"spawn_rate must be a finite number, got {spawn_rate}")

        if user_classes is not None:
            by_name = sorted(user_classes, key=attrgetter("__name__"))
            if by_name != self._user_classes:
                self._user_classes = by_name
                self._user_generator = self._user_gen()

        self._target_user_count = target_user_count
        self._spawn_rate = spawn_rate
        batch = max(1, math.floor(spawn_rate))
        self._user_count_per_dispatch_iteration = batch
        self._wait_between_dispatch = batch / spawn_rate

        self._initial_users_on_workers = self._users_on_workers
        self._users_on_workers = self._fast_users_on_workers_copy(self._users_on_workers)
        self._current_user_count = self.get_current_user_count()
        self._dispatch_iteration_durations.clear()
        self._dispatcher_generator = self._dispatcher()

    def __next__(self) -> Users:
        return self._fast_users_on_workers_copy(next(self._dispatcher_generator))

    def get_current_user_count(self) -> int:
        """Users on all workers together."""
        return sum(sum(users.values()) for users in self._users_on_workers.values())

    @property
    def dispatch_in_progress(self) -> bool:
        """Whether the target of the last `new_dispatch` is still ahead."""
        return self._dispatch_in_progress

    @property
    def dispatch_iteration_durations(self) -> list[float]:
        """Seconds that each step of this dispatch took, without the pause after it."""
        return self._dispatch_iteration_durations

    def add_worker(self, worker_node: Any) -> None:
        """A worker joined: the next step deals all users out again, over the new set of workers."""
        self._worker_nodes.append(worker_node)
        self._sort_workers()
        self._prepare_rebalance()

    def remove_worker(self, worker_node: Any) -> None:
        """A worker left: the next step gives its users to the others."""
        self._worker_nodes = [node for node in self._worker_nodes if node.id != worker_node.id]
        if self._worker_nodes:
            self._prepare_rebalance()

    def _dispatcher(self) -> Generator[Users]:
        self._dispatch_in_progress = True
        rebalanced = self._rebalance
        yield from self._rebalanced_users()
        if self._current_user_count == self._target_user_count:
            if not rebalanced:
                yield self._initial_users_on_workers
        else:
            yield from self._steps(
                self._add_users_on_workers, lambda: self._target_user_count - self._current_user_count
            )
            yield from self._steps(
                self._remove_users_from_workers, lambda: self._current_user_count - self._target_user_count
            )
        self._dispatch_in_progress = False

    def _steps(self, step: Any, distance: Any) -> Generator[Users]:
        while distance() > 0:
            started = time.perf_counter()
            yield step()
            yield from self._rebalanced_users()
            # Forgotten before the pause: a new target may end this dispatch in the midst of it.
            nobody_left, self._no_user_to_spawn = self._no_user_to_spawn, False
            self._pause_after(time.perf_counter() - started)
            if nobody_left:
                return

    def _rebalanced_users(self) -> Generator[Users]:
        if self._rebalance:
            self._rebalance = False
            yield self._users_on_workers

    def _pause_after(self, duration: float) -> None:
        """Waits what is left of the pause; not after the last step."""
        self._dispatch_iteration_durations.append(duration)
        if self._current_user_count != self._target_user_count:
            gevent.sleep(max(0.0, self._wait_between_dispatch - duration))

    def _add_users_on_workers(self) -> Users:
        """One step up. Ends early when nobody is left to start (only fixed classes, all there)."""
        goal = min(self._current_user_count + self._user_count_per_dispatch_iteration, self._target_user_count)
        for user in self._user_generator:
            if not user:
                self._no_user_to_spawn = True
                break
            worker_node = next(self._worker_node_generator)
            self._users_on_workers[worker_node.id][user] += 1
            self._active_users.append((worker_node, user))
            self._current_user_count += 1
            if self._current_user_count >= goal:
                break
        return self._users_on_workers

    def _remove_users_from_workers(self) -> Users:
        """One step down: the users that came last leave first."""
        goal = max(self._current_user_count - self._user_count_per_dispatch_iteration, self._target_user_count)
        while self._active_users and self._current_user_count > goal:
            worker_node, user = self._active_users.pop()
            self._users_on_workers[worker_node.id][user] -= 1
            self._current_user_count -= 1
            self._try_dispatch_fixed = True
        return self._users_on_workers

    def _user_gen(self) -> Iterator[str | None]:
        """Names of the classes whose users come next, without end; `None` when there is nobody to start."""
        weighted = UserPlan([(cls.__name__, cls.weight) for cls in self._user_classes if not cls.fixed_count])
        while True:
            if self._try_dispatch_fixed:
                self._try_dispatch_fixed = False
                yield from self._missing_fixed_users()
            else:
                yield weighted.next_user()

    def _missing_fixed_users(self) -> Iterator[str | None]:
        missing = {
            cls.__name__: cls.fixed_count - self._get_user_current_count(cls.__name__)
            for cls in self._user_classes
            if cls.fixed_count
        }
        plan = UserPlan(list(missing.items()))
        for _ in range(sum(count for count in missing.values() if count > 0)):
            yield plan.next_user()

    def _get_user_current_count(self, user: str) -> int:
        return sum(users.get(user, 0) for users in self._users_on_workers.values())

    def _sort_workers(self) -> None:
        """Order of the turns: first workers of all hosts, then second ones. The host is the id up to the first `_`."""
        seen: Counter[str] = Counter()
        for node in sorted(self._worker_nodes, key=attrgetter("id")):
            host = node.id.split("_")[0]
            node._index_within_host = seen[host]
            seen[host] += 1
        self._worker_nodes = sorted(self._worker_nodes, key=attrgetter("_index_within_host", "id"))

    def _prepare_rebalance(self) -> None:
        """Deals the running users out again, as if from zero and without pauses."""
        self._users_on_workers = self._no_users(self._worker_nodes)
        self._try_dispatch_fixed = True
        (
            self._users_on_workers,
            self._user_generator,
            self._worker_node_generator,
            self._active_users,
        ) = self._distribute_users(self._current_user_count)
        self._rebalance = True

    def _distribute_users(
        self, target_user_count: int
    ) -> tuple[Users, Iterator[str | None], Iterator[Any], list[tuple[Any, str]]]:
        """Users for every worker from zero, with the two generators to go on with and the order of arrival."""
        user_gen = self._user_gen()
        worker_gen = itertools.cycle(self._worker_nodes)
        users_on_workers = self._no_users(self._worker_nodes)
        active_users: list[tuple[Any, str]] = []
        while len(active_users) < target_user_count:
            user = next(user_gen)
            if not user:
                break
            worker_node = next(worker_gen)
            users_on_workers[worker_node.id][user] += 1
            active_users.append((worker_node, user))
        return users_on_workers, user_gen, worker_gen, active_users

    def _no_users(self, worker_nodes: list[Any]) -> Users:
        names = [cls.__name__ for cls in self._original_user_classes]
        return {node.id: dict.fromkeys(names, 0) for node in worker_nodes}

    @staticmethod
    def _fast_users_on_workers_copy(users_on_workers: Users) -> Users:
        return {worker_id: users.copy() for worker_id, users in users_on_workers.items()}
