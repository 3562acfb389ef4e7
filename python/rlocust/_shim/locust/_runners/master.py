"""The runner that leads workers: it deals users out over them, follows their state and adds up what they report.

Who is alive, and the sums, are the native node's business; what to do about it is decided here. A ramp runs in a
greenlet of its own, so that messages are heard meanwhile, and a new one ends the one before.
"""

from __future__ import annotations

import logging
import math
import os
import re
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, NoReturn

import gevent
from gevent import getcurrent

from .. import runners
from .._run.budget import FOR_LISTENERS
from .._run.next_turn import end_greenlets
from .._stats.reports import EXACT_PART
from ..exception import RPCError, RPCReceiveError
from ..rpc import Message, rpc
from .base import Runner
from .distributed import DistributedRunner
from .master_messages import HANDLERS
from .master_node import MasterNode
from .nodes import WorkerNode, WorkerNodes
from .options_to_send import options_to_send

if TYPE_CHECKING:
    from ..env import Environment
    from ..user.users import User

logger = logging.getLogger("locust.runners")

#: Seconds that workers get for their last reports, beside the time that their users may take.
_FOR_LAST_REPORTS = 5.0
#: Seconds that they get to stop a test, beside that time.
_TO_STOP = 60.0
#: Seconds between two looks at whether workers have done what they were told.
_LOOK = 0.01
#: Seconds between two times that the counts of users are published.
_PUBLISH_INTERVAL = 0.25


class MasterRunner(DistributedRunner):
    """Leads workers; has no users of its own."""

    def __init__(self, environment: Environment, master_bind_host: str, master_bind_port: int) -> None:
        super().__init__(environment)
        self.master_bind_host = master_bind_host
        self.master_bind_port = master_bind_port
        self.spawn_rate = 0.0
        self.spawning_completed = False
        self.worker_indexes: dict[str, int] = {}
        self.worker_index_max = 0
        self.clients = WorkerNodes()
        self._is_dealt_anew = self._is_quitting = False
        self._published_at = 0.0
        self.server = self._open_server()
        self._node = MasterNode(self)
        self._spawn(self.heartbeat_worker)
        self._hearer = self._spawn(self.client_listener)
        # After those of the locustfile, as all listeners of runners.
        environment.events.worker_report.add_listener(self._note_users)
        self._own_listeners.append(self._note_users)
        environment.events.quitting.add_listener(lambda **_: self.quit())

    def _open_server(self) -> rpc.Server:
        try:
            server = rpc.Server(self.master_bind_host, self.master_bind_port, self)
        except RPCError as error:
            if "Address already in use" not in str(error):
                raise
            port = str(self.master_bind_port)
            where = port if self.master_bind_host == "*" else f"{self.master_bind_host}:{port}"
            logger.error(
                f"The Locust master port ({where}) was busy. Close any applications using that port - "
                f"perhaps an old instance of Locust master is still running? ({error})"
            )
            sys.exit(1)
        return server

    # What is known of the workers

    @property
    def user_count(self) -> int:
        """Users on all workers, as they have reported them."""
        return sum(worker.user_count for worker in self.clients.values())

    @property
    def worker_count(self) -> int:
        return len(self._active_workers())

    def _active_workers(self) -> list[WorkerNode]:
        return self.clients.ready + self.clients.spawning + self.clients.running

    @property
    def reported_user_classes_count(self) -> dict[str, int]:
        total: Counter[str] = Counter()
        for worker in self._active_workers():
            for name, count in worker.user_classes_count.items():
                total[name] += count
        return total

    def get_worker_index(self, client_id: str) -> int:
        """The number of a worker, by the order of first contact; it keeps it as long as the master lives."""
        if client_id not in self.worker_indexes:
            self.worker_indexes[client_id] = self.worker_index_max
            self.worker_index_max += 1
        return self.worker_indexes[client_id]

    def rebalancing_enabled(self) -> bool:
        return bool(getattr(self.environment.parsed_options, "enable_rebalancing", False))

    def cpu_log_warning(self) -> bool:
        was_own = Runner.cpu_log_warning(self)
        if self.worker_cpu_warning_emitted:
            logger.warning("CPU usage threshold was exceeded on workers during the test!")
        return was_own or self.worker_cpu_warning_emitted

    # Tests

    def start(
        self, user_count: int, spawn_rate: float, wait: bool = False, user_classes: list[type[User]] | None = None
    ) -> None:
        """Ramps the workers to `user_count` users in all; returns when that is done or a later ramp took its place."""
        self.spawning_completed = False
        self.target_user_count = user_count
        self._run.set_target(user_count)
        workers = self._active_workers()
        if not workers:
            logger.warning("You can't start a distributed test before at least one worker processes has connected")
            return
        options_to_send(self.environment)  # a value that cannot travel is no reason to begin
        self._set_host()
        self.spawn_rate = spawn_rate
        if self._users_dispatcher is None:
            self._users_dispatcher = self.environment.dispatcher_class(
                worker_nodes=workers, user_classes=self.user_classes
            )
        logger.info(
            f"Sending spawn jobs of {math.trunc(user_count)} users at {spawn_rate:.2f} spawn rate "
            f"to {len(workers)} ready workers"
        )
        if spawn_rate / len(workers) > 100:
            logger.warning(
                "Your selected spawn rate is very high (>100/worker), and this is known to sometimes cause issues. "
                "Do you really need to ramp up that fast?"
            )
        if self.state not in (runners.STATE_RUNNING, runners.STATE_SPAWNING):
            self._begin_test()
            if self.environment.shape_class:
                self.environment.shape_class.reset_time()
        if self._is_quitting or self._users_dispatcher is None:
            return  # a listener has ended the test that was to begin
        self._begin_ramp(user_count, spawn_rate, user_classes)

    def _begin_ramp(self, user_count: int, spawn_rate: float, user_classes: list[type[User]] | None) -> None:
        assert self._users_dispatcher is not None
        self.update_state(runners.STATE_SPAWNING)
        before = self.spawning_greenlet
        if before is not None and before is not getcurrent():
            before.kill(block=True)
        self._users_dispatcher.new_dispatch(user_count, spawn_rate, self._classes_to_dispatch(user_classes))
        self.spawning_greenlet = ramp = self._spawn(self._ramp)
        ramp.join()

    def _ramp(self) -> None:
        dispatcher = self._users_dispatcher
        assert dispatcher is not None
        self._is_dealt_anew = False
        for dispatched_users in dispatcher:
            self._send_targets(dispatched_users)
            self.target_user_classes_count = runners._aggregate_dispatched_users(dispatched_users)
        user_count = sum(self.target_user_classes_count.values())
        have_reported = self._wait_for_users(user_count)
        self._publish_users()
        self.environment.events.spawning_complete.fire(user_count=user_count)
        self.send_message("spawning_complete", data={"user_count": user_count})
        self.spawning_completed = True
        how = (
            "All users spawned"
            if have_reported
            else "Spawning is complete and report waittime is expired, but not all reports received from workers"
        )
        reported = self.reported_user_classes_count
        logger.info(f"{how}: {runners._format_user_classes_count_for_log(reported)}")
        if self._is_dealt_anew:
            self._workers_changed()  # somebody came or went while we waited

    def _send_targets(self, dispatched_users: dict[str, dict[str, int]]) -> None:
        environment = self.environment
        options = options_to_send(environment)
        total = runners._aggregate_dispatched_users(dispatched_users)
        for name, count in total.items():
            self._run.set_target_of(name, count)
        logger.debug(
            "Sending spawn messages for %g total users to %i worker(s)", sum(total.values()), len(dispatched_users)
        )
        for worker_id, user_classes_count in dispatched_users.items():
            data = {
                "timestamp": time.time(),
                "user_classes_count": user_classes_count,
                "host": environment.host,
                "stop_timeout": environment.stop_timeout,
                "parsed_options": options,
            }
            self.server.send_to_client(Message("spawn", data, worker_id))
        if logger.isEnabledFor(logging.DEBUG):
            reported = runners._format_user_classes_count_for_log(self.reported_user_classes_count)
            logger.debug(f"Currently spawned users: {reported}")

    def _wait_for_users(self, user_count: int) -> bool:
        """Until the workers have reported as many users; whether they have, in the time they get."""
        deadline = time.monotonic() + self._wait_for_workers_report_after_ramp_up()
        while self.user_count != user_count:
            if time.monotonic() >= deadline:
                return False
            gevent.sleep(_LOOK)
        return True

    def _wait_for_workers_report_after_ramp_up(self) -> float:
        """Seconds; the variable may name a multiple of the interval of reports."""
        text = os.getenv("LOCUST_WAIT_FOR_WORKERS_REPORT_AFTER_RAMP_UP", "1.0")
        multiple = re.fullmatch(r"(\d+(?:\.\d+)?) *\* *WORKER_REPORT_INTERVAL", text)
        return float(multiple[1]) * runners.WORKER_REPORT_INTERVAL if multiple else float(text)

    def stop(self, send_stop_to_client: bool = True) -> None:
        """Stops the test on all workers and waits until their users have ended."""
        if self._stopping.is_under_way:
            if getcurrent() not in self.greenlet:  # those must hear the workers meanwhile
                self._stopping.wait()
            return
        if self.state in (runners.STATE_INIT, runners.STATE_STOPPED, runners.STATE_STOPPING):
            return
        logger.debug("Stopping...")
        self._stopping.carry_out(lambda: self._stop(send_stop_to_client))

    def _stop(self, sends_stop: bool) -> None:
        self.environment.events.test_stopping.fire(environment=self.environment)
        self.final_user_classes_count = dict(self.reported_user_classes_count)
        self.update_state(runners.STATE_STOPPING)
        caller = getcurrent()
        helpers = [each for each in (self.spawning_greenlet, self.shape_greenlet) if each is not None]
        end_greenlets((each for each in helpers if each is not caller), budget=self._stopping.budget)
        self.shape_greenlet = self.shape_last_tick = None
        self._users_dispatcher = None
        if sends_stop:
            for worker in self.clients.all:
                logger.debug(f"Sending stop message to worker {worker.id}")
                self.server.send_to_client(Message("stop", None, worker.id))
            if not self._wait_until(lambda: self.user_count == 0, self.environment.stop_timeout + _TO_STOP):
                logger.error("Timeout waiting for all workers to stop")
        self._publish_users()
        self._test_stopped()

    def _wait_until(self, is_done: Any, seconds: float) -> bool:
        """Whether it is done in time; there is less of it once a signal asked for the end."""
        budget = self._stopping.budget
        deadline = time.monotonic() + (min(seconds, budget.left_to(FOR_LISTENERS)) if budget else seconds)
        while not is_done():
            if time.monotonic() >= deadline:
                return False
            gevent.sleep(_LOOK)
        return True

    def quit(self) -> None:
        """Stops the test, has all workers quit, and ends when their last reports are in."""
        if self._is_quitting:
            return
        if getcurrent() is self._hearer and self.worker_count:
            gevent.spawn(self.quit)  # the last reports have to be heard
            return
        self._is_quitting = True
        self.stop(send_stop_to_client=False)
        logger.debug("Quitting...")
        for worker in self.clients.all:
            logger.debug(f"Sending quit message to worker {worker.id} (index {self.get_worker_index(worker.id)})")
            self.server.send_to_client(Message("quit", None, worker.id))
        self._wait_until(lambda: not self.worker_count, self.environment.stop_timeout + _FOR_LAST_REPORTS)
        self._node.settle()
        self._stopping.end_greenlets()

    def check_stopped(self) -> None:
        """The test has stopped once all workers are ready again, or none is there."""
        # After every message, for however many workers: the first one that is active is nearly always the answer.
        workers = self.clients.all
        is_ready_again = self.state == runners.STATE_STOPPING and all(
            worker.state == runners.STATE_INIT for worker in workers
        )
        active = (runners.STATE_RUNNING, runners.STATE_SPAWNING, runners.STATE_INIT)
        if is_ready_again or not any(worker.state in active for worker in workers):
            self.update_state(runners.STATE_STOPPED)

    # Workers come and go

    def _take_in(self, worker: WorkerNode) -> None:
        self.clients[worker.id] = worker
        self._deal_in(worker)

    def _deal_in(self, worker: WorkerNode) -> None:
        """It gets its share from the next step on."""
        if self._users_dispatcher is not None:
            self._users_dispatcher.add_worker(worker)
            self._is_dealt_anew = True

    def _deal_out(self, worker: WorkerNode) -> None:
        """A missing one has been dealt out already."""
        if self._users_dispatcher is not None and worker.state != runners.STATE_MISSING:
            self._users_dispatcher.remove_worker(worker)
            self._is_dealt_anew = True

    def _let_go(self, worker: WorkerNode, is_lost: bool = False) -> None:
        del self.clients[worker.id]
        self._node.forget(worker.id, is_lost)
        self._deal_out(worker)

    def _workers_changed(self) -> None:
        """Deals the users out anew, unless a ramp is about to."""
        dispatcher = self._users_dispatcher
        if dispatcher is None or dispatcher.dispatch_in_progress or self.state != runners.STATE_RUNNING:
            return
        self._spawn(self.start, self.target_user_count, self.spawn_rate)

    def heartbeat_worker(self) -> NoReturn:
        """Looks after workers that have gone silent, and after the connection."""
        while True:
            gevent.sleep(runners.HEARTBEAT_INTERVAL)
            if self.connection_broken:
                self.reset_connection()
                continue
            self._publish_users()
            self._node.look()

    def reset_connection(self) -> None:
        logger.info("Resetting RPC server and all worker connections.")
        try:
            self.server.close(linger=0)
            self.server = rpc.Server(self.master_bind_host, self.master_bind_port, self)
        except RPCError as error:
            logger.error(f"Temporary failure when resetting connection: {error}, will retry later.")
            return
        self._node = MasterNode(self)
        self.connection_broken = False

    def _worker_is_missing(self, worker: WorkerNode) -> None:
        logger.info(f"Worker {worker.id} failed to send heartbeat, setting state to missing.")
        self._deal_out(worker)
        worker.state = runners.STATE_MISSING
        worker.user_classes_count = {}
        if self.worker_count == 0:
            logger.info("The last worker went missing, stopping test.")
            self.stop()
            self.check_stopped()
        elif self.rebalancing_enabled() and self.spawning_completed:
            self._workers_changed()

    def _remove_dead(self, worker: WorkerNode) -> None:
        """It has been missing for long: its users are given to the others."""
        self._let_go(worker, is_lost=True)
        self._workers_changed()

    def _last_worker_quit(self) -> None:
        logger.info("The last worker quit, stopping test.")
        self.stop()
        if getattr(self.environment.parsed_options, "headless", False):
            self.quit()

    # Messages

    def client_listener(self) -> NoReturn:
        """Handles what workers send, one message after the other."""
        while True:
            try:
                client_id, msg = self.server.recv_from_client()
            except RPCReceiveError as error:
                self._cannot_read(error)
                continue
            except RPCError as error:
                logger.error(f"RPCError: {error}. Will reset RPC server.")
                self.connection_broken = True
                gevent.sleep(runners.FALLBACK_INTERVAL)
                continue
            try:
                self.handle_message(client_id, msg)
            except Exception:
                logger.exception(f"Cannot handle the message {msg.type} of worker {msg.node_id}")

    def _cannot_read(self, error: RPCReceiveError) -> None:
        if error.addr in self.clients:
            logger.error(f"RPCError when receiving from client: {error}. Will reset client {error.addr}.")
            self.server.send_to_client(Message("reconnect", None, str(error.addr)))
        else:
            logger.error(f"Unrecognized message detected: {error}" + (f" from {error.addr}" if error.addr else ""))

    def handle_message(self, client_id: str, msg: Message) -> None:
        """Does what the message asks for; `client_id` is the connection, `msg.node_id` what the worker calls itself."""
        handler = HANDLERS.get(msg.type)
        if handler is not None:
            handler(self, client_id, msg)
        elif not self._hand_on(msg):
            logger.warning(
                f"Unknown message type received from worker {msg.node_id} "
                f"(index {self.get_worker_index(msg.node_id)}): {msg.type}"
            )
        self.check_stopped()

    def _report_came(self, msg: Message) -> None:
        if self._node.has_merged(msg):
            self._note_users(msg.node_id, msg.data)
        else:
            self.stats._exact_part = msg.data.pop(EXACT_PART, None)
            self.environment.events.worker_report.fire(client_id=msg.node_id, data=msg.data)
            self.stats._exact_part = None

    def _note_users(self, client_id: str, data: dict[str, Any]) -> None:
        worker = self.clients.get(client_id)
        if worker is None:
            logger.info("Discarded report from unrecognized worker %s", client_id)
            return
        worker.user_classes_count = dict(data["user_classes_count"])
        if time.monotonic() - self._published_at >= _PUBLISH_INTERVAL:
            self._publish_users()

    def _publish_users(self) -> None:
        """For everybody outside Python."""
        self._published_at = time.monotonic()
        self._run.set_user_counts(dict(self.reported_user_classes_count))

    def send_message(self, msg_type: str, data: Any = None, client_id: str | None = None) -> None:
        """Sends a message to one worker, or to all."""
        for worker_id in [client_id] if client_id else list(self.clients):
            logger.debug(f"Sending {msg_type} message to worker {worker_id}")
            self.server.send_to_client(Message(msg_type, data, worker_id))
