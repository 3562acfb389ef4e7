"""`--processes N`: this program forks into N workers and, unless they are a master's elsewhere, leads them itself.

It forks when everything is imported and read and no thread of ours is there yet. Nobody is left behind: whoever ends
collects its children, and a child whose parent is gone is told so by the system. Not a module of Locust's.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import logging
import os
import signal
import socket
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from typing import Any, NoReturn

import gevent

from rlocust import _engine_log

from .. import argument_parser
from .whole_run import OF_WHOLE_RUN, forget

logger = logging.getLogger("locust.main")

#: Options that shape what one process writes or when a run ends: the parent's alone.
_OF_PARENT = (*OF_WHOLE_RUN, "run_time", "autostart", "csv_prefix", "stats_history_enabled", "html_file")
_PRINTED_BY_PARENT = ("print_stats", "json", "json_file", "profile_json")
#: Seconds for children to end by themselves, after SIGINT, and between two looks at them.
_PATIENCE = 3.0
_MORE_PATIENCE = 10.0
_LOOK = 0.05
#: Of `prctl`: the signal that a process gets when its parent is gone.
_PR_SET_PDEATHSIG = 1


def fork_workers(options: Namespace) -> None:
    """Returns in every process that has a run to do: in each worker, and in the parent where it is their master."""
    count = options.processes if options.processes > 0 else os.cpu_count() or 1
    sys.stdout.flush()
    sys.stderr.flush()
    gc.collect()
    gc.freeze()  # pages that nobody looks through stay shared
    if not options.worker and not options.master_bind_port:
        options.master_bind_port = _kept_free_port(options.master_bind_host)
    children = Children()
    parent = os.getpid()
    for _ in range(count):
        child = gevent.fork()
        if not child:
            _become_worker(options, parent)
            return
        children.running.append(child)
        logging.debug(f"Started child worker with pid #{child}")
    if options.worker:
        children.wait_for_all()
    options.master = True
    options.expect_workers = count
    atexit.register(children.end)
    _children_of_master.append(children)


def _kept_free_port(host: str) -> int:
    """A free port, which the workers are to know. It stays this program's until the master listens: a socket that is
    bound and does not listen keeps others away, but not one that may use its address, too."""
    address = ""
    with contextlib.suppress(OSError):  # the name of an interface is libzmq's business
        if host != "*":
            address = str(socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0][4][0])
    kept = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind((address, 0))
    _kept.append(kept)
    return int(kept.getsockname()[1])


#: Ports that nobody listens on yet.
_kept: list[socket.socket] = []
#: Of this process, where it is the master of children of its own.
_children_of_master: list[Children] = []


def watch_children() -> NoReturn:
    """A greenlet of the master: a child that ends before the run does leaves no zombie and costs a line."""
    while True:
        gevent.sleep(10 * _LOOK)
        for children in _children_of_master:
            children.collect()


def has_lost_a_child() -> bool:
    return any(children.exit_codes for children in _children_of_master)


def _become_worker(options: Namespace, parent: int) -> None:
    _end_with(parent)
    is_of_own_master = not options.worker
    options.worker = True
    forget(options, _OF_PARENT)
    forget(options, _PRINTED_BY_PARENT)
    if is_of_own_master:
        # Under Locust both have to be given.
        presets = argument_parser.default_args_dict()
        if options.master_port == presets["master_port"]:
            options.master_port = options.master_bind_port
        if options.master_host == presets["master_host"] and options.master_bind_host != "*":
            options.master_host = options.master_bind_host
    if not options.skip_log_setup:
        _engine_log.follow()


def _end_with(parent: int) -> None:
    """Linux only; elsewhere a worker notices after a minute that its master is silent."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(1)


class Children:
    """The worker processes of this one."""

    def __init__(self) -> None:
        self.running: list[int] = []
        self.exit_codes: list[int] = []

    def collect(self, is_expected: bool = False) -> None:
        """Takes note of those that have ended."""
        for child in list(self.running):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                self._has_ended(child, status, is_expected)

    def _has_ended(self, child: int, status: int, is_expected: bool) -> None:
        self.running.remove(child)
        code = os.waitstatus_to_exitcode(status)
        self.exit_codes.append(code if code >= 0 else 128 - code)
        if code < 0:
            logger.error(f"The worker process {child} was killed by signal {-code}")
        elif not is_expected:
            logger.warning(f"The worker process {child} has ended with exit code {code}")

    def end(self) -> None:
        """At the end of their master: they are told to quit by it; who does not is ended."""
        for patience, number in ((_PATIENCE, signal.SIGINT), (_MORE_PATIENCE, signal.SIGKILL)):
            if self._have_ended_after(patience):
                break
            for child in self.running:
                logging.debug(f"Sending {number.name} to child with pid {child}")
                _send(child, number)
        self._have_ended_after(_PATIENCE)
        code = max(self.exit_codes, default=0)
        if code > 1:
            logging.error(f"Bad response code from worker children: {code}")

    def _have_ended_after(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        self.collect(is_expected=True)
        while self.running and time.monotonic() < deadline:
            time.sleep(_LOOK)
            self.collect(is_expected=True)
        return not self.running

    def wait_for_all(self) -> NoReturn:
        """What the parent of somebody else's workers does; it ends with the worst of their exit codes."""
        signal.signal(signal.SIGINT, self._on_interrupt())
        signal.signal(signal.SIGTERM, self._pass_on)
        while self.running:
            child, status = os.waitpid(-1, 0)
            if child in self.running:
                self._has_ended(child, status, is_expected=True)
        sys.exit(max(self.exit_codes))

    def _on_interrupt(self) -> Callable[[int, Any], None]:
        """CTRL+C comes to the children, too, which end in order; a second one ends them at once."""
        seen: list[int] = []

        def handle(number: int, frame: Any) -> None:
            seen.append(number)
            if len(seen) > 1:
                for child in self.running:
                    _send(child, signal.SIGKILL)
                sys.exit(1)

        return handle

    def _pass_on(self, number: int, frame: Any) -> None:
        for child in self.running:
            _send(child, signal.Signals(number))


def _send(child: int, number: signal.Signals) -> None:
    try:
        os.kill(child, number)
    except ProcessLookupError:
        pass  # it has ended, and is collected at the next look
