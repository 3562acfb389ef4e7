"""The stop of a runner's test: one at a time, whoever asks for it, and left complete.

The methods that suites override (`stop`, `stop_users`, `quit`) are the runner's.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gevent
from gevent import getcurrent
from gevent.event import Event

from .. import _tracebacks, runners
from ..exception import StopTest, StopUser
from . import advice
from .budget import FOR_STUBBORN_ONES, Budget
from .next_turn import end_greenlets
from .user_group import UserGroup

if TYPE_CHECKING:
    from ..runners import Runner

logger = logging.getLogger("locust.runners")


class Stopping:
    """Stops the test of a runner."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._done: Event | None = None
        #: The greenlet that stops the test, while it does.
        self.caller: Any = None
        #: How long the end may take, once a signal asked for it.
        self.budget: Budget | None = None

    @property
    def is_under_way(self) -> bool:
        return self._done is not None

    def wait(self) -> None:
        """Waits for the stop under way, which ends a user that calls this from a task: nothing behind its call runs.

        A user that is ending already, as in its `on_stop`, returns: the stop waits for it.
        """
        is_ending = getcurrent() in self._runner.user_greenlets and _is_ending()
        if self._done is not None and not is_ending:
            self._done.wait()

    def cancel_spawned(self) -> None:
        """Users that were spawned and have not begun never do."""
        users = self._runner.user_greenlets
        for greenlet in [user._greenlet for user in self._runner._users() if user._state is None]:
            if greenlet.gr_frame is None:
                greenlet.kill(block=False)
                users.discard(greenlet)

    def stop_test(self) -> None:
        self.carry_out(self._stop_all)

    def carry_out(self, stop: Callable[[], None]) -> None:
        """Stops the test in this way; who asks for it meanwhile waits."""
        self._done = Event()
        self.caller = getcurrent()
        try:
            stop()
        finally:
            self._done.set()
            self._done = self.caller = None

    def _stop_all(self) -> None:
        """Greenlets that ask for it from within what is to be stopped are ended last, or the test would be left
        half stopped."""
        runner, caller = self._runner, getcurrent()
        runner.environment.events.test_stopping.fire(environment=runner.environment)
        runner.final_user_classes_count = runner.user_classes_count
        runner.update_state(runners.STATE_CLEANUP)
        if self.budget is not None:
            self.cancel_spawned()
        helpers = [each for each in (runner.spawning_greenlet, runner.shape_greenlet) if each is not None]
        end_greenlets((each for each in helpers if each is not caller), budget=self.budget)
        # A shape that ends the test keeps its place until then: no other one may start in between.
        runner.shape_greenlet = caller if caller is runner.shape_greenlet else None
        runner.shape_last_tick = None
        died = runner._users_died  # those that die of being stopped are missed by nobody
        runner.stop_users(runner.user_classes_count)
        if isinstance(runner.user_greenlets, UserGroup):
            runner.user_greenlets.discard_ended()
        runner._users_died = died
        runner._users_dispatcher = None
        runner.update_state(runners.STATE_STOPPED)
        runner.cpu_log_warning()
        if died:
            logger.warning(advice.about_deaths(died, runner.target_user_count))
        _tracebacks.log_counts()
        runner._test_stopped()
        runner.shape_greenlet = None
        if caller in helpers or caller in runner.user_greenlets:
            caller.kill(block=False)

    def end_greenlets(self) -> None:
        """Ends what else the runner does, once nothing is being stopped. The caller ends here if it belongs to it."""
        if self._done is None:
            self._end_now()
        else:
            # Called from the `on_stop` of a user: whoever is stopping it has to get through first.
            gevent.spawn(self._end_after, self._done)

    def _end_now(self) -> None:
        timeout = self.budget.left_to(FOR_STUBBORN_ONES) if self.budget else None
        self._runner.greenlet.kill(block=True, timeout=timeout)
        if getcurrent() in self._runner.user_greenlets:
            gevent.sleep(0)

    def _end_after(self, stopped: Event) -> None:
        stopped.wait()
        self._end_now()


def _is_ending() -> bool:
    """Whether the caller runs while its greenlet handles the exception that ends it."""
    error = sys.exception()
    while error is not None and not isinstance(error, (gevent.GreenletExit, StopUser, StopTest)):
        error = error.__context__
    return error is not None
