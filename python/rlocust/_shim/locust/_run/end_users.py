"""How users are ended: those that do nothing at once, the others after their task, the late ones in any case."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import Any

import gevent
from gevent.pool import Group

from ..user.task import LOCUST_STATE_RUNNING, LOCUST_STATE_STOPPING, LOCUST_STATE_WAITING
from ..user.users import User
from .next_turn import end_greenlets, on_next_turn, pass_turn

logger = logging.getLogger("locust.runners")


def end_users(users: Iterable[User], group: Group, timeout: float | None, deadline: float | None = None) -> None:
    """Ends these users of the group.

    :param timeout: seconds to finish a task; without it nobody is waited for
    :param deadline: when a signal lets nobody take longer, on the monotonic clock
    """
    users = list(users)
    if deadline is None and any(user._state is None for user in users):
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
    _kill(at_once, deadline)
    after_task += _end_waiting(waiting)
    gevent.joinall(asked)
    if timeout:
        _wait_for_tasks(after_task, timeout, deadline)
    # The group hears of each end a moment later; the count is to be right now.
    for user in users:
        if user._greenlet.ready():
            group.discard(user._greenlet)


def _has_own_stop(user: User) -> bool:
    """Whether a suite replaced the method that ends a user: then it is called for each of them, as under Locust."""
    return getattr(user.stop, "__func__", None) is not _STOP


#: The method as it was made, whatever is put in its place.
_STOP = User.stop


def _end_waiting(users: list[User]) -> list[Any]:
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
                user._greenlet.throw(gevent.GreenletExit)
            else:
                busy.append(user._greenlet)
                if user._state == LOCUST_STATE_RUNNING:
                    user.stop(force=False)

    if users:
        on_next_turn(end)
    gevent.joinall([greenlet for greenlet in ended if not greenlet.dead])
    return busy


def _kill(greenlets: list[Any], deadline: float | None) -> None:
    """After a signal past the line of those that are about to begin."""
    if deadline is None:
        gevent.killall(greenlets)
    else:
        end_greenlets(greenlets)


def _wait_for_tasks(greenlets: list[Any], timeout: float, deadline: float | None) -> None:
    left = timeout if deadline is None else min(timeout, max(0.0, deadline - time.monotonic()))
    gevent.joinall(greenlets, timeout=left)
    late = [greenlet for greenlet in greenlets if not greenlet.ready()]
    if late:
        logger.info(f"Not all users finished their tasks & terminated in {timeout} seconds. Stopping them...")
        _kill(late, deadline)
