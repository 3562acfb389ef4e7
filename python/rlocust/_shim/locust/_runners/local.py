"""The runner of a run in one process."""

from __future__ import annotations

import logging
import socket
import traceback
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from .. import _tracebacks, runners
from .._run.system_limits import SystemLimits
from ..rpc import Message
from .base import Runner
from .nodes import WorkerNode

if TYPE_CHECKING:
    from ..env import Environment
    from ..user.users import User

logger = logging.getLogger("locust.runners")


class LocalRunner(Runner):
    """Runs all users in this process."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.worker_index = 0
        self.client_id = f"{socket.gethostname()}_{uuid4().hex}"
        self.worker_count = 1
        self._local_worker_node = WorkerNode(id="local")
        self._limits = SystemLimits()

        def on_user_error(user_instance: Any, exception: BaseException, tb: Any) -> None:
            formatted_tb = "".join(traceback.format_tb(tb))
            self._note_exception_type(formatted_tb, type(exception).__name__)
            self.log_exception("local", _tracebacks.text_of(exception), formatted_tb)

        environment.events.user_error.add_listener(on_user_error)

    def start(
        self, user_count: int, spawn_rate: float, wait: bool = False, user_classes: list[type[User]] | None = None
    ) -> None:
        """Starts the ramp and returns; a ramp that is still going on is given up."""
        if spawn_rate > 100:
            logger.warning(
                "Your selected spawn rate is very high (>100), and this is known to sometimes cause issues. "
                "Do you really need to ramp up that fast?"
            )
        if self.spawning_greenlet:
            self.spawning_greenlet.kill(block=True)
        self.spawning_greenlet = self._spawn(self._start, user_count, spawn_rate, wait=wait, user_classes=user_classes)

    def _start(
        self, user_count: int, spawn_rate: float, wait: bool = False, user_classes: list[type[User]] | None = None
    ) -> None:
        self.target_user_count = user_count
        self._run.set_target(user_count)
        self._limits.check(user_count, len(getattr(self.environment.parsed_options, "source_address", None) or ()))
        if self.state not in (runners.STATE_RUNNING, runners.STATE_SPAWNING):
            self._begin_test()
        if wait and user_count - self.user_count > spawn_rate:
            raise ValueError("wait is True but the amount of users to add is greater than the spawn rate")
        self._set_host()
        if self.state not in (runners.STATE_INIT, runners.STATE_STOPPED):
            self.update_state(runners.STATE_SPAWNING)
        logger.info(f"Ramping to {int(user_count)} users at a rate of {spawn_rate:.2f} per second")
        self._ramp(user_count, spawn_rate, wait, user_classes)
        logger.info(f"All users spawned: {runners._format_user_classes_count_for_log(self.user_classes_count)}")
        self.target_user_classes_count = self.user_classes_count
        self.environment.events.spawning_complete.fire(user_count=sum(self.target_user_classes_count.values()))

    def _ramp(self, user_count: int, spawn_rate: float, wait: bool, user_classes: list[type[User]] | None) -> None:
        """Applies each step of the dispatcher to the users that are there; it also keeps the time."""
        if self._users_dispatcher is None:
            self._users_dispatcher = self.environment.dispatcher_class(
                worker_nodes=[self._local_worker_node], user_classes=self.user_classes
            )
        self._users_dispatcher.new_dispatch(user_count, spawn_rate, self._classes_to_dispatch(user_classes))
        for dispatched_users in self._users_dispatcher:
            target = runners._aggregate_dispatched_users(dispatched_users)
            if logger.isEnabledFor(logging.DEBUG):
                logger.debug(f"Ramping to {runners._format_user_classes_count_for_log(target)}")
            for name, count in target.items():
                self._run.set_target_of(name, count)
            to_spawn, to_stop = self._difference(target)
            if wait:
                # Spawning waits for all users, also for those that are to go.
                self.stop_users(to_stop)
                self.spawn_users(to_spawn, wait=True)
            else:
                self.spawn_users(to_spawn)
                self.stop_users(to_stop)
            self._local_worker_node.user_classes_count = next(iter(dispatched_users.values()))

    def send_message(self, msg_type: str, data: Any = None, client_id: str | None = None) -> None:
        """The only node there is gets the message at once, in the greenlet of the sender."""
        logger.debug("Running locally: sending %s message to self", msg_type)
        if msg_type not in self.custom_messages:
            logger.warning(f"Unknown message type received: {msg_type}")
            return
        listener, _concurrent = self.custom_messages[msg_type]
        listener(environment=self.environment, msg=Message(msg_type, data, "local"))
