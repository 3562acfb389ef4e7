"""One run of the program with the web interface: the page comes up, and tests are started from it, or at once with
`--autostart`. What headless runs have in common with it is theirs (`headless`); the lines are Locust's.
"""

from __future__ import annotations

import logging
import os
import sys
import webbrowser
from argparse import Namespace
from typing import TYPE_CHECKING, Any

import gevent

from .. import argument_parser, runners
from ..input_events import input_listener, user_count_keys
from .headless import HeadlessRun

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..env import Environment
    from ..web import WebUI
    from .outputs import RunOutputs

logger = logging.getLogger("locust.main")


class WebRun(HeadlessRun):
    """A run with a web page, which lasts until CTRL+C, or with `--autoquit` for so long after the test."""

    has_tested = False

    @classmethod
    def prepare(cls, environment: Environment, options: Namespace, outputs: RunOutputs) -> None:
        """Makes the interface: listeners of `init` add to it before it serves anything."""
        if options.web_base_path and not options.web_base_path.startswith("/"):
            logger.error(
                f"Invalid format for --web-base-path argument ({options.web_base_path}): "
                "the url path must start with a slash."
            )
            sys.exit(1)
        logger.info(f"Starting web interface at {url_of(options)}, press enter to open your default browser.")
        if options.class_picker:
            logger.debug("Locust is running with the UserClass Picker Enabled")
        try:
            environment.create_web_ui(
                host=host_of(options),
                port=options.web_port,
                web_base_path=options.web_base_path,
                web_login=options.web_login,
                tls_cert=options.tls_cert,
                tls_key=options.tls_key,
                stats_csv_writer=outputs.csv_writer,
                delayed_start=True,
                userclass_picker_is_active=options.class_picker,
                build_path=options.build_path,
            )
        except ModuleNotFoundError as error:  # Flask, for a log-in or a build of the page
            argument_parser.complain(str(error))

    @property
    def web_ui(self) -> WebUI:
        web_ui = self.environment.web_ui
        assert web_ui is not None, "made before the run began"
        return web_ui

    @property
    def prints_tables(self) -> bool:
        return bool(self.options.print_stats) and not (self.options.only_summary or self.options.tui)

    def show_on_terminal(self) -> None:
        """The page shows the run; a view beside it only where it was asked for."""
        if self.options.tui:
            self.show_full_screen()

    def own_keys(self) -> dict[str, Callable[[], None]]:
        return {"\r": self.start_by_key, "\n": self.start_by_key}

    def load(self) -> str:
        users = self.options.num_users or 1
        return "the shape" if self.environment.shape_class else f"{users} user{'s' * (users != 1)}"

    def start_by_key(self) -> None:
        """As `--autostart` does, where no test runs."""
        if self.runner.state in (runners.STATE_INIT, runners.STATE_STOPPED):
            self.is_limit_armed = False
            self.start_at_once()

    def start(self) -> None:
        self.begin()
        self.web_ui.start()
        if self.options.autostart:
            self.start_at_once()
        elif self.options.tui:
            logger.info(f"Enter starts {self.load()}; page {url_of(self.options)}")
        if not self.options.tui:  # which has its own
            self.spawn(input_listener({**user_count_keys(self.runner), "\r": self.open_page, "\n": self.open_page}))

    def start_test(self) -> None:
        if self.environment.shape_class:
            self.spawn(self.start_shape)
        else:
            self.log_limit()
            self.spawn(self.start_users)

    def over(self, reason: str) -> None:
        """The test is over, the page is not."""
        logger.info(f"{reason}, stopping test")
        self.runner.stop()
        if self.options.autoquit == -1:
            logger.info("--autoquit not specified, leaving web ui running indefinitely")
            return
        logger.debug(f"Autoquit time limit set to {self.options.autoquit} seconds")
        gevent.sleep(self.options.autoquit)
        logger.info("--autoquit time reached, shutting down")
        self.end()

    def end(self) -> None:
        self.runner.quit()
        self.web_ui.stop()

    def abort(self) -> None:
        self.runner.stop()

    def has_quit(self) -> bool:
        return False

    def awaited(self) -> Any:
        return self.web_ui.greenlet

    def wait(self) -> None:
        super().wait()
        self.has_tested = self.runner.state != runners.STATE_INIT

    def warn_if_nothing_was_tested(self) -> None:
        if self.has_tested:
            super().warn_if_nothing_was_tested()

    def open_page(self) -> None:
        webbrowser.open_new_tab(url_of(self.options))


def host_of(options: Namespace) -> str:
    """`*` means all addresses, as in `--master-bind-host`."""
    return "" if options.web_host == "*" else options.web_host


def url_of(options: Namespace) -> str:
    """As it is logged; a display name stands for all addresses."""
    host = host_of(options)
    if not host and options.web_host_display_name:
        return str(options.web_host_display_name)
    scheme = "https" if options.tls_cert and options.tls_key else "http"
    anywhere = "localhost" if os.name == "nt" else "0.0.0.0"
    return f"{scheme}://{host or anywhere}:{options.web_port}{options.web_base_path}"
