"""How users are ended: those that do nothing at once, the others after their task, the late ones in any case."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from typing import Any

import gevent
from gevent.pool import Group

from ..user.task import LOCUST_STATE_RUNNING, LOCUST_STATE_STOPPING, LOCUST_STATE_WAITING
from ..user.users import User
from .budget import FOR_LISTENERS, Budget, counted
from .next_turn import end_greenlets, join, on_next_turn, pass_turn

logger = logging.getLogger("locust.runners")


def end_users(users: Iterable[User], group: Group, timeout: float | None, budget: Budget | None = None) -> None:
    """Ends these users of the group.

    :param timeout: seconds to finish a task; without it nobody is waited for
    :param budget: once a signal lets nobody take longer
    """
    users = list(users)
    if budget is None and any(user._state is None for user in users):
        pass_turn()  # who was spawned just now begins, as under Locust
    at_once: list[Any] = []
    waiting: list[User] = []
    after_task: list[Any] = []
    asked: list[Any] = []
    for user in users:
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug(f"Stopping {user._greenlet.name}")
        if user._state != LOCUST_STATE_STOPPING and _has_own_stop(user):
            asked.append(gevent.spawn(user.stop, force=not timeout))
            after_task.append(user._greenlet)
        elif timeout and user._state in (LOCUST_STATE_RUNNING, LOCUST_STATE_STOPPING):
            if user._state == LOCUST_STATE_RUNNING:
                user.stop(force=False)
            after_task.append(user._greenlet)
        elif timeout and user._state == LOCUST_STATE_WAITING:
            waiting.append(user)
        else:
            at_once.append(user._greenlet)
    # One wake-up of the hub for all of them; with a greenlet per kill, ten thousand users take seconds.
    _kill(at_once, budget)
    after_task += _end_waiting(waiting, budget)
    join(asked, budget)
    if timeout:
        _wait_for_tasks(after_task, timeout, budget)
    if budget is not None:
        _warn_of_those_left(users)
    # The group hears of each end a moment later; the count is to be right now.
    for user in users:
        if user._greenlet.ready():
            group.discard(user._greenlet)


def _has_own_stop(user: User) -> bool:
    """Whether a suite replaced the method that ends a user: then it is called for each of them, as under Locust."""
    return getattr(user.stop, "__func__", None) is not _STOP


#: The method as it was made, whatever is put in its place.
_STOP = User.stop


def _end_waiting(users: list[User], budget: Budget | None) -> list[Any]:
    """Ends users that wait between two tasks; returns the greenlets of those that woke meanwhile.

    Looking at a user and ending it are one step of the hub: a kill that comes later would hit users whose wait
    ended in between, and cut the request they have just sent.
    """
    ended: list[Any] = []
    busy: list[Any] = []

    def end() -> None:
        for user in users:
            if user._state == LOCUST_STATE_WAITING:
                ended.append(user._greenlet)
                user._greenlet.throw(budget.exit_of(user._greenlet) if budget else gevent.GreenletExit)
            else:
                busy.append(user._greenlet)
                if user._state == LOCUST_STATE_RUNNING:
                    user.stop(force=False)

    if users:
        on_next_turn(end)
    join(ended, budget)
    return busy


def _kill(greenlets: list[Any], budget: Budget | None) -> None:
    """After a signal past the line of those that are about to begin."""
    if budget is None:
        gevent.killall(greenlets)
    else:
        end_greenlets(greenlets, budget=budget)


def _warn_of_those_left(users: list[User]) -> None:
    """Who swallows what ends it."""
    left = Counter(type(user).__name__ for user in users if not user._greenlet.dead)
    if left:
        logger.warning(f"Abandoned users that did not stop within the shutdown grace period: {counted(left)}")


def _wait_for_tasks(greenlets: list[Any], timeout: float, budget: Budget | None) -> None:
    left = timeout if budget is None else min(timeout, budget.left_to(FOR_LISTENERS))
    gevent.joinall(greenlets, timeout=left)
    late = [greenlet for greenlet in greenlets if not greenlet.ready()]
    if late:
        logger.info(f"Not all users finished their tasks & terminated in {timeout} seconds. Stopping them...")
        _kill(late, budget)
