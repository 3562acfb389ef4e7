"""The runner that runs users for a master and reports to it.

Heartbeats and reports come from the native node, which goes on while a task keeps the interpreter busy; where a suite
has something of its own in their place, they come from greenlets as under Locust.
"""

from __future__ import annotations

import logging
import socket
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import uuid4

import gevent
from gevent.event import Event

from .. import log, runners
from .._run.settling import SETTLING, settle_accounts
from .._run.system_limits import SystemLimits
from .._stats.reports import EXACT_PART
from .._version import version
from ..exception import RPCError
from ..rpc import Message, rpc
from .distributed import DistributedRunner
from .secret import refusal, secret_of_runner, unanswered
from .worker_listeners import listen
from .worker_messages import HANDLERS
from .worker_node import ClientNode

if TYPE_CHECKING:
    from ..env import Environment
    from ..user.users import User

logger = logging.getLogger("locust.runners")
main_logger = logging.getLogger("locust.main")

#: More new lines than this between two looks at the log, and it is sent no more.
_MOST_LOG_LINES = 70
#: Seconds in which failed attempts to connect are said at DEBUG only.
_QUIET_AT_FIRST = 30


class WorkerRunner(DistributedRunner):
    """Runs the users that a master assigns to it. Making one waits for the master."""

    worker_index = -1

    def __init__(self, environment: Environment, master_host: str, master_port: int) -> None:
        super().__init__(environment)
        self.retry = 0
        self.connected = False
        self.last_heartbeat_timestamp: float | None = None
        self.last_received_spawn_timestamp = 0.0
        self.connection_event = Event()
        self._refusal: str | None = None
        self._is_set_up = Event()
        if not environment._has_init_ahead:
            self._is_set_up.set()
        self.client_id = f"{socket.gethostname()}_{uuid4().hex}"
        self.master_host = master_host
        self.master_port = master_port
        self.web_base_path = getattr(environment.parsed_options, "web_base_path", "")
        self.logs: list[str] = []
        self._limits = SystemLimits()
        self._owes_leave = self._has_left = self._has_reported_last = False
        #: Nobody fires `quitting` then, with which the command's workers leave.
        self._is_of_program = not environment._has_init_ahead
        self.client = rpc.Client(master_host, master_port, self.client_id, self)
        self._node = ClientNode(self)
        self.worker_state = runners.STATE_INIT
        self._spawn(self.worker)
        self.connect_to_master()
        self._node.begin()
        if not self._node.beats():
            self._spawn(self.heartbeat)
        self._spawn(self.heartbeat_timeout_checker)
        self._spawn(self.stats_reporter)
        self._spawn(self.logs_reporter)
        listen(self)

    @property
    def worker_state(self) -> str:
        """What the master hears of us with each heartbeat."""
        return self._worker_state

    @worker_state.setter
    def worker_state(self, state: str) -> None:
        self._worker_state = state
        self._node.publish_state(state)

    def _report_usage(self) -> None:
        self._node.publish_usage(self.current_cpu_usage, self.current_memory_usage)
        super()._report_usage()

    def _advice(self) -> Iterator[str]:
        return iter(())  # the master gives it, once for all

    # The connection

    def connect_to_master(self) -> None:
        """Says that we are ready until the master acknowledges it; `ConnectionError` when it never does, or has another
        `--master-secret`."""
        while True:
            self.retry += 1
            self.client.send(Message("client_ready", version, self.client_id))
            try:
                if self.connection_event.wait(timeout=runners.CONNECT_TIMEOUT):
                    if self._refusal:
                        raise ConnectionError(self._refusal)
                    break
            except KeyboardInterrupt:
                sys.exit(1)  # nobody is there yet to be told
            level = logging.DEBUG if self.retry < _QUIET_AT_FIRST / runners.CONNECT_TIMEOUT else logging.INFO
            where = f"{self.master_host}:{self.master_port}{self.web_base_path}"
            tries = f"{self.retry}/{runners.CONNECT_RETRY_COUNT}"
            logger.log(level, f"Failed to connect to master {where}, retry {tries}.")
            if self.retry == 1:
                main_logger.info(f"Waiting for the master at {where}")
                if secret_of_runner(self) is not None:
                    logger.warning(unanswered(where))
            if self.retry > runners.CONNECT_RETRY_COUNT:
                raise ConnectionError()
        self.connected = True

    def _was_refused(self, word: str) -> None:
        """Before we have joined there is nothing to wait for; later the master may be replaced by the right one."""
        text = refusal(f"{self.master_host}:{self.master_port}", word)
        if self.connected:
            logger.error(text)
        else:
            self._refusal = text
            self.connection_event.set()

    def _join_anew(self) -> None:
        """The master that has acknowledged us is not the one that we worked for: it knows nothing of our users."""
        logger.warning(f"The master at {self.master_host}:{self.master_port} has been restarted, joining it anew")
        self.stop()
        if self.stats.num_requests:
            logger.warning(f"{self.stats.num_requests} requests could not be reported to the master before it")
        self.stats.clear_all()
        self.last_received_spawn_timestamp = 0.0
        self.worker_state = runners.STATE_INIT

    def reset_connection(self) -> None:
        """Opens the connection anew; the master knows us by our id."""
        logger.info("Reset connection to master")
        try:
            self._node.reconnect()
        except RPCError as error:
            logger.error(f"Temporary failure when resetting connection: {error}, will retry later.")

    def heartbeat(self) -> NoReturn:
        """A sign of life each second."""
        while True:
            usage = {"current_cpu_usage": self.current_cpu_usage, "current_memory_usage": self.current_memory_usage}
            try:
                self.client.send(Message("heartbeat", {"state": self.worker_state, **usage}, self.client_id))
            except RPCError as error:
                logger.error(f"RPCError found when sending heartbeat: {error}")
                self.reset_connection()
            gevent.sleep(runners.HEARTBEAT_INTERVAL)

    def heartbeat_timeout_checker(self) -> NoReturn:
        """Gives up when the master has been silent for long."""
        while True:
            gevent.sleep(1)
            if self._node.silence_of_master() > runners.MASTER_HEARTBEAT_TIMEOUT:
                logger.error(f"Didn't get heartbeat from master in over {runners.MASTER_HEARTBEAT_TIMEOUT}s")
                self.quit()

    # Messages

    def worker(self) -> NoReturn:
        """Does what the master says, one message after the other."""
        while True:
            try:
                msg = self.client.recv()
            except RPCError as error:
                logger.error(f"RPCError found when receiving from master: {error}")
                continue
            try:
                self.handle_message(msg)
            except Exception:
                logger.exception(f"Cannot handle the message {msg.type} of the master")
                log.unhandled_greenlet_exception = True
            if msg.type == "ack":
                self._is_set_up.wait()  # a test that begins meanwhile finds what listeners of `init` have set up

    def handle_message(self, msg: Message) -> None:
        handler = HANDLERS.get(msg.type)
        if handler is not None:
            handler(self, msg)
        elif not self._hand_on(msg):
            logger.warning(f"Unknown message type received: {msg.type}")

    def send_message(self, msg_type: str, data: Any = None, client_id: str | None = None) -> None:
        """Sends a message to the master."""
        logger.debug(f"Sending {msg_type} message to master")
        self.client.send(Message(msg_type, data, self.client_id))

    # Users

    def start(
        self, user_count: int, spawn_rate: float, wait: bool = False, user_classes: list[type[User]] | None = None
    ) -> None:
        raise NotImplementedError("use start_worker")

    def start_worker(self, user_classes_count: dict[str, int], **kwargs: Any) -> None:
        """Spawns what is missing and stops what is too much of each class, at once."""
        self.target_user_classes_count = user_classes_count
        self.target_user_count = sum(user_classes_count.values())
        self._run.set_target(self.target_user_count)
        for name, count in user_classes_count.items():
            self._run.set_target_of(name, count)
        sources = getattr(self.environment.parsed_options, "source_address", None)
        self._limits.check(self.target_user_count, len(sources or ()))
        self._set_host()
        to_spawn, to_stop = self._difference(user_classes_count)
        # The stop timeout may keep us: those that are missing come first.
        self.spawn_users(to_spawn)
        self.stop_users(to_stop)
        self.spawning_complete(sum(self.user_classes_count.values()))
        self.update_state(runners.STATE_RUNNING)

    def spawning_complete(self, user_count: int) -> None:
        data = {"user_classes_count": self.user_classes_count, "user_count": self.user_count}
        self.client.send(Message("spawning_complete", data, self.client_id))
        self.worker_state = runners.STATE_RUNNING

    def quit(self) -> None:
        """Stops the test and reports what is left of it."""
        self.stop()
        if not self._has_reported_last or self.stats.num_requests or self.errors:
            self._has_reported_last = True
            self._send_last_stats()
        if self._owes_leave:
            self._owes_leave = False
            self._say_goodbye()
        self._stopping.end_greenlets()

    def _leave(self) -> None:
        """At once, if there is nothing to report any more; else `quit` does it, which is about to come."""
        if self.user_count:
            self._owes_leave = True
        else:
            self._say_goodbye()

    def _say_goodbye(self) -> None:
        if self._has_left:
            return
        self._has_left = True
        self.client.send(Message("quit", None, self.client_id))

    # Reports

    def stats_reporter(self) -> NoReturn:
        """Reports every few seconds, also when there is nothing to report."""
        while True:
            self._node.look()
            if not self._node.reports():
                try:
                    self._send_stats()
                except RPCError as error:
                    logger.error(f"Temporary connection lost to master server: {error}, will retry later.")
            gevent.sleep(runners.WORKER_REPORT_INTERVAL)

    def _send_stats(self) -> None:
        if self._node.reports():
            self._node.report_now()
            return
        data: dict[str, Any] = {}
        self.environment.events.report_to_master.fire(client_id=self.client_id, data=data)
        if self.stats._exact_part is not None:
            data[EXACT_PART], self.stats._exact_part = self.stats._exact_part, None
        self.client.send(Message("stats", data, self.client_id))

    def _send_last_stats(self) -> None:
        """With what became of the calls that the end has cut."""
        budget = self._stopping.budget
        settle_accounts(budget.left_for(SETTLING) if budget else SETTLING)
        self._send_stats()

    def logs_reporter(self) -> None:
        """Sends the lines of the log when there are new ones."""
        if runners.WORKER_LOG_REPORT_INTERVAL < 0:
            return
        while True:
            lines = log.get_logs()
            if len(lines) - len(self.logs) > _MOST_LOG_LINES:
                logger.warning(
                    f"The worker attempted to send more than {_MOST_LOG_LINES} log lines in one interval. "
                    "Further log sending was disabled for this worker."
                )
                self._send_logs(log.get_logs())
                return
            if len(lines) > len(self.logs):
                self._send_logs(lines)
            self.logs = lines
            gevent.sleep(runners.WORKER_LOG_REPORT_INTERVAL)

    def _send_logs(self, current_logs: list[str]) -> None:
        self.send_message("logs", {"worker_id": self.client_id, "logs": current_logs})

    def _note_heartbeat(self) -> None:
        self.last_heartbeat_timestamp = time.time()
        self.environment.events.heartbeat_received.fire(
            client_id=self.client_id, timestamp=self.last_heartbeat_timestamp
        )
