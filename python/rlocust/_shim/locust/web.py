"""The web interface: `environment.web_ui`, what suites add to it, and its start and end.

The page and most of its routes are served natively, whatever the script does. What needs Python comes as an order to
the script thread. Flask is imported when a suite first touches `app`, or when a log-in is wanted. The parts lie in
`_web`.
"""

from __future__ import annotations

import logging
from functools import wraps
from typing import TYPE_CHECKING, Any, TypedDict

import gevent
from gevent.event import Event

from . import log, stats
from ._web import handler, page_args
from ._web.server import Server
from ._web.swarm import Control
from .log import greenlet_exception_logger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ._web.flask_app import FlaskSide
    from ._web.messages import Request, Response
    from ._web.without_runner import WithoutRunner
    from .env import Environment
    from .stats import StatsCSV

logger = logging.getLogger(__name__)
greenlet_exception_handler = greenlet_exception_logger(logger)

#: Seconds for which Locust keeps an answer of `/stats/requests`; ours are fresh.
DEFAULT_CACHE_TIME = 2.0

HOST_IS_REQUIRED = False
"""Suites set it so that a test cannot be started without a host."""


class InputField(TypedDict, total=False):
    """A field of a custom log-in form."""

    label: str
    name: str
    type: str | None
    default_value: bool | str | None
    choices: list[str] | None
    is_secret: bool | None
    is_required: bool | None
    is_multiple: bool | None


class CustomForm(TypedDict, total=False):
    """A log-in form of the suite's own."""

    inputs: list[InputField] | None
    callback_url: str
    submit_button_text: str | None


class AuthProvider(TypedDict, total=False):
    """A button that leads to another service to log in."""

    label: str | None
    callback_url: str
    icon_url: str | None


class AuthArgs(TypedDict, total=False):
    """What the log-in page shows."""

    custom_form: CustomForm
    auth_providers: list[AuthProvider]
    username_password_callback: str
    error: str
    info: str
    title: str


class WebUI:
    """The web interface of an environment: the page to start, watch and stop tests on, and its routes.

    Listeners of `events.init` get it as `web_ui`, before anything is served::

        @events.init.add_listener
        def add_page(environment, web_ui, **kwargs):
            if web_ui:
                @web_ui.app.route("/added")
                def added():
                    return "Another page"
    """

    greenlet: gevent.Greenlet | None = None
    """The greenlet that serves the page; it ends when the interface is stopped."""

    server: Server | WithoutRunner | None = None
    """Serves the page, from the moment the greenlet has begun; `server.server_port` is its port."""

    template_args: dict[str, Any]
    """What the page is told when it is opened. Suites add `extended_tabs`, `extended_tables`, `extended_csv_files`."""

    auth_args: AuthArgs
    """What the log-in page shows."""

    def __init__(
        self,
        environment: Environment,
        host: str,
        port: int,
        web_base_path: str | None = None,
        web_login: bool = False,
        tls_cert: str | None = None,
        tls_key: str | None = None,
        stats_csv_writer: StatsCSV | None = None,
        delayed_start: bool = False,
        userclass_picker_is_active: bool = False,
        build_path: str | None = None,
    ) -> None:
        """Serves at once, in a greenlet of its own; with `delayed_start` not before `start` is called.

        :param web_login: put a log-in before everything; the suite says who may
        :param tls_cert: path of a certificate; with `tls_key` the page is served over HTTPS
        :param build_path: folder with another build of Locust's page
        """
        environment.web_ui = self
        environment._interfaces.add(self)
        self.environment = environment
        self.host = host
        self.port = port
        self.web_base_path = (web_base_path or "").rstrip("/")
        self.web_login = web_login
        self.tls_cert = tls_cert
        self.tls_key = tls_key
        self.stats_csv_writer = stats_csv_writer or stats.StatsCSV(environment, stats.PERCENTILES_TO_REPORT)
        self.userclass_picker_is_active = userclass_picker_is_active
        self.build_path = build_path or None
        self.template_args = {}
        self.auth_args = {}
        self._control = Control(self)
        self._flask: FlaskSide | None = None
        self._server: Server | None = None
        self._has_runner = Event()
        if web_login or build_path:
            self._make_app()
        if environment.runner:
            self._runner_was_made()
            self.update_template_args()
        if not delayed_start:
            self.start()

    @property
    def app(self) -> Any:
        """The Flask app, for routes, blueprints and hooks of a suite's own. It is made when it is first asked for; from
        then on every route of the interface goes through it.
        """
        return self._make_app().app

    def _make_app(self) -> FlaskSide:
        if self._flask is None:
            try:
                from ._web.flask_app import FlaskSide

                self._flask = FlaskSide(self)
            except ModuleNotFoundError as error:
                if error.name not in ("flask", "flask_login"):
                    raise
                text = "the Flask app of the web interface needs Flask and Flask-Login: pip install 'rlocust[flask]'"
                raise ModuleNotFoundError(text, name=error.name) from None
            if self.server is not None:
                gevent.spawn(self.server.refresh)  # a turn later: by then the suite has added what it adds
        return self._flask

    @property
    def login_manager(self) -> Any:
        """Flask-Login's manager, with `--web-login` only."""
        if not self.web_login:
            raise AttributeError("The login_manager is only available with --web-login.\n")
        return self._make_app().login_manager

    @login_manager.setter
    def login_manager(self, manager: Any) -> None:
        self._make_app().login_manager = manager

    def _tls_files(self) -> tuple[str, str] | None:
        return (self.tls_cert, self.tls_key) if self.tls_cert and self.tls_key else None

    # Start and end

    def start(self) -> None:
        """Serves the page in a greenlet of its own."""
        self.greenlet = gevent.spawn(self._serve)
        self.greenlet.link_exception(greenlet_exception_handler)

    def start_server(self) -> None:
        """Serves the page until `stop` is called; without a runner Locust's error in its place."""
        port = self.port
        if not self._has_runner.is_set():
            from ._web.without_runner import WithoutRunner

            self.server = waiting = WithoutRunner(self)
            port = waiting.server_port
            if not waiting.wait_for(self._has_runner):
                return
        self.server = self._native_server()
        self.server.serve_forever(port)

    def stop(self) -> None:
        """Ends the page; the greenlet ends with it."""
        if self.server is not None:
            self.server.stop()
            self._server = None  # another start makes another one
        elif self.greenlet is not None:
            self.greenlet.kill(block=False)

    def _serve(self) -> None:
        try:
            self.start_server()
        except (OSError, ValueError) as error:  # the address, or the files of the certificate
            where = f"{self.host or '*'}:{self.port}"
            logger.error(f"Cannot serve the web interface at {where}: {error}\nhint: --web-port takes another port")
            log.unhandled_greenlet_exception = True

    def _runner_was_made(self) -> None:
        self._native_server()  # before the run begins: it follows it from there
        self._has_runner.set()

    def _workers_have_logged(self, workers: Iterable[str]) -> None:
        if self.server is not None:
            self.server.take_worker_logs(workers)

    def _native_server(self) -> Server:
        """Also for those who ask it without serving anything."""
        if self._server is None:
            self._server = Server(self)
        return self._server

    # Pages

    def update_template_args(self) -> None:
        """Brings `template_args` up to date; what a suite has added stays."""
        self.template_args = {**self.template_args, **page_args.template_args(self)}

    def auth_required_if_enabled(self, view_func: Callable[..., Any]) -> Callable[..., Any]:
        """For views of a suite's own: with `--web-login` only those see them who have logged in::

        @web_ui.app.route("/my_custom_route")
        @web_ui.auth_required_if_enabled
        def my_custom_route():
            return "custom response"
        """

        @wraps(view_func)
        def view(*args: Any, **kwargs: Any) -> Any:
            if not self.web_login:
                return view_func(*args, **kwargs)
            from ._web.flask_app import auth_required

            return auth_required(view_func)(*args, **kwargs)

        return view

    # What the native server asks

    def _answer(self, request: Request) -> Response:
        try:
            return handler.handle(self, request)
        finally:
            if self.server is not None:
                self.server.refresh()

    @property
    def _is_python_asked(self) -> bool:
        """Whether Locust's routes are answered here: there is a Flask app, or a suite's own writer of CSV."""
        return self._flask is not None or self._has_own_csv_writer

    @property
    def _has_own_csv_writer(self) -> bool:
        return stats.has_own_csv_writer() or type(self.stats_csv_writer) not in (
            stats.StatsCSV,
            stats.StatsCSVFileWriter,
        )

    def _taken_paths(self) -> list[str]:
        """Native paths that are answered here, too."""
        taken = self._flask.taken_paths() if self._flask else []
        return [*taken, "/assets"] if self.build_path else taken
