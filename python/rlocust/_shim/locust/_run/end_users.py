"""How users are ended: those that do nothing at once, the others after their task, the late ones in any case."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import gevent
from gevent.event import Event
from gevent.pool import Group

from ..user.task import LOCUST_STATE_RUNNING, LOCUST_STATE_STOPPING, LOCUST_STATE_WAITING
from ..user.users import User

logger = logging.getLogger("locust.runners")


def end_users(users: Iterable[User], group: Group, timeout: float | None) -> None:
    """Ends these users of the group.

    :param timeout: seconds to finish a task; without it nobody is waited for
    """
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
    gevent.killall(at_once)
    ended, busy = _end_waiting(waiting)
    at_once += ended
    after_task += busy
    gevent.joinall(asked)
    if timeout:
        _wait_for_tasks(after_task, timeout)
    # The group hears of each end a moment later; the count is to be right now.
    for greenlet in (*at_once, *after_task):
        if greenlet.ready():
            group.discard(greenlet)


def _has_own_stop(user: User) -> bool:
    """Whether a suite replaced the method that ends a user: then it is called for each of them, as under Locust."""
    return getattr(user.stop, "__func__", None) is not _STOP


#: The method as it was made, whatever is put in its place.
_STOP = User.stop


def _end_waiting(users: list[User]) -> tuple[list[Any], list[Any]]:
    """Ends users that wait between two tasks; returns their greenlets, and those of users that woke meanwhile.

    Looking at a user and ending it are one step of the hub: a kill that comes later would hit users whose wait
    ended in between, and cut the request they have just sent.
    """
    ended: list[Any] = []
    busy: list[Any] = []
    done = Event()

    def end() -> None:
        for user in users:
            if user._state == LOCUST_STATE_WAITING:
                ended.append(user._greenlet)
                user._greenlet.throw(gevent.GreenletExit)
            else:
                busy.append(user._greenlet)
                if user._state == LOCUST_STATE_RUNNING:
                    user.stop(force=False)
        done.set()

    if users:
        gevent.get_hub().loop.run_callback(end)
        done.wait()
    gevent.joinall(ended)
    return ended, busy


def _wait_for_tasks(greenlets: list[Any], timeout: float) -> None:
    gevent.joinall(greenlets, timeout=timeout)
    late = [greenlet for greenlet in greenlets if not greenlet.ready()]
    if late:
        logger.info(f"Not all users finished their tasks & terminated in {timeout} seconds. Stopping them...")
        gevent.killall(late)
