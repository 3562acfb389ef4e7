"""What serves a web interface: the native server, and its lifetime as a greenlet sees it. `web_ui.server` is one of
these while the page is there.
"""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING

from gevent.event import Event

from rlocust import _native

from .. import log, stats

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..env import Environment
    from ..web import WebUI

logger = logging.getLogger("locust.web")


class Server:
    """Serves one interface from `serve_forever` until `stop`. Native answers can be had before and after."""

    def __init__(self, web_ui: WebUI) -> None:
        environment = web_ui.environment
        runner = environment.runner
        assert runner is not None, "there is no runner whose page this could be"
        self._web_ui = web_ui
        settings = _native.RunSettings(environment.parsed_options, stats)
        number = environment._interfaces.number_of(web_ui)
        self.native = _native.WebServer(runner._run, settings, environment, web_ui.web_base_path, number)
        self._run = runner._run
        self._stopped = Event()

    @property
    def server_host(self) -> str:
        return self._web_ui.host

    @property
    def server_port(self) -> int:
        """The port; the one that the system chose where 0 was asked for."""
        return self.native.port

    @property
    def address(self) -> tuple[str, int]:
        return self.server_host, self.server_port

    def serve_forever(self, port: int) -> None:
        """Raises OSError where the address cannot be had."""
        web_ui = self._web_ui
        self.native.bind(web_ui.host, port, web_ui._tls_files())
        self._run.start()  # the page lives on its ticks; where outputs have started it, this does nothing
        self.refresh()
        self.take_worker_logs(web_ui.environment.worker_logs)
        log.add_reader(self)
        self.native.start()
        if web_ui.port == 0:
            logger.info(f"The web interface listens on port {self.server_port}")
        try:
            self._stopped.wait()
        finally:
            self.native.stop()

    def stop(self, timeout: float | None = None) -> None:
        self._stopped.set()

    def refresh(self) -> None:
        """What may have changed since: who the run is, and what a suite has taken over."""
        web_ui = self._web_ui
        self.native.refresh(web_ui.environment, settings_of(web_ui.environment))
        self.native.require_login(web_ui.web_login)
        self.native.route_through_python(web_ui._is_python_asked, web_ui._taken_paths())

    def take_worker_logs(self, workers: Iterable[str]) -> None:
        for worker in workers:
            self.native.set_worker_logs(worker, self._web_ui.environment.worker_logs.get(worker))

    def take_line(self, created: float, level: str, name: str, line: str) -> None:
        self.native.log(created, level, name, line)


def settings_of(environment: Environment) -> _native.RunSettings | None:
    """None while the form has left something among the options that they cannot be."""
    with contextlib.suppress(TypeError, ValueError):
        return _native.RunSettings(environment.parsed_options, stats)
    return None
