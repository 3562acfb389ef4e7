"""What an interface answers before its environment has a runner: every page is Locust's error for that.

Programs make the interface first, too, and read `web_ui.server.server_port` before they make the runner.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import gevent
from gevent.event import Event
from gevent.pywsgi import WSGIServer

if TYPE_CHECKING:
    from ..web import WebUI

ERROR = b"Error: Locust Environment does not have any runner"


class WithoutRunner:
    """Has the address until there is a runner or `stop` is called."""

    def __init__(self, web_ui: WebUI) -> None:
        self._web_ui = web_ui
        self._stopped = Event()
        host = web_ui.host or ("::" if socket.has_dualstack_ipv6() else "0.0.0.0")
        tls = web_ui._tls_files()
        files = {"certfile": tls[0], "keyfile": tls[1]} if tls else {}
        self._server = WSGIServer((host, web_ui.port), _refuse, log=None, error_log=None, **files)
        self._server.start()  # raises OSError where the address cannot be had

    @property
    def server_host(self) -> str:
        return self._web_ui.host

    @property
    def server_port(self) -> int:
        return int(self._server.server_port)

    @property
    def address(self) -> tuple[str, int]:
        return self.server_host, self.server_port

    def wait_for(self, runner: Event) -> bool:
        """Whether there is one; not where `stop` came first. The address is free then."""
        try:
            gevent.wait([runner, self._stopped], count=1)
        finally:
            self._server.stop(timeout=0)
        return not self._stopped.is_set()

    def stop(self, timeout: float | None = None) -> None:
        self._stopped.set()

    def refresh(self) -> None:
        """Nothing is shown that could have changed."""

    def take_worker_logs(self, workers: Iterable[str]) -> None:
        """Nobody sees them yet."""


def _refuse(_environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("500 Internal Server Error", [("Content-Type", "text/html; charset=utf-8")])
    return [ERROR]
