"""The Flask app of the web interface, made when a suite first touches `web_ui.app` or a log-in is wanted.

It is a real app with Locust's blueprint: every route of Locust is a thin view on the native answer, so that hooks,
blueprints, `url_for` and log-ins of suites work. While there is none, Flask is not imported.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
from functools import wraps
from typing import TYPE_CHECKING, Any

from . import routes, wsgi
from .messages import Form, Request, Response
from .pages import page_loader, policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..web import WebUI
    from .routes import Route

logger = logging.getLogger("locust.web")

#: Locust's routes by endpoint (docs/contract/web.md §1): those answered in Python …
PYTHON_VIEWS: dict[str, tuple[str, str, Route]] = {
    "swarm": ("POST", "/swarm", routes.swarm),
    "stop": ("POST", "/stop", routes.stop),
    "reset_stats": ("POST", "/stats/reset", routes.reset_stats),
    "stats_report": ("GET", "/stats/report", routes.report),
    "request_stats_csv": ("GET", "/stats/requests/csv", routes.requests_csv),
    "request_stats_full_history_csv": ("GET", "/stats/requests_full_history/csv", routes.full_history_csv),
    "failures_stats_csv": ("GET", "/stats/failures/csv", routes.failures_csv),
    "exceptions_csv": ("GET", "/exceptions/csv", routes.exceptions_csv),
    "tasks": ("GET", "/tasks", routes.tasks),
    "update_user": ("POST", "/user", routes.update_user),
}
#: … and those that native code answers.
NATIVE_VIEWS = {
    "request_stats": "/stats/requests",
    "exceptions": "/exceptions",
    "logs": "/logs",
    "get_worker_count": "/worker-count",
}
#: Native routes that a rule of the suite's takes.
TAKEN_BY_RULES = ("/metrics", "/healthz")


def stay_at_host(response: Any) -> Any:
    """A redirect to this server names no host: the one in the request is what its sender has written there."""
    import flask

    location, here = response.headers.get("Location", ""), flask.request.host_url
    if location.startswith(here):
        response.headers["Location"] = "/" + location.removeprefix(here)
    return response


class FlaskSide:
    """The app, and the way from the native server into it."""

    def __init__(self, web_ui: WebUI) -> None:
        import flask

        self._web_ui = web_ui
        self.app = flask.Flask("locust.web", root_path=os.path.dirname(os.path.dirname(__file__)))
        self.app.debug = True  # as Locust's: readable JSON, errors that reach a test client
        self.app.jinja_env.add_extension("jinja2.ext.do")
        self.app.jinja_loader = page_loader(web_ui.build_path)
        if web_ui.build_path:
            self.app.template_folder = web_ui.build_path
        self.login_manager = self._make_login_manager() if web_ui.web_login else None
        self.app.register_blueprint(self._blueprint())
        self.app.after_request(stay_at_host)

    def _make_login_manager(self) -> Any:
        import flask_login

        manager = flask_login.LoginManager()
        manager.init_app(self.app)
        manager.login_view = "locust.login"
        return manager

    def _blueprint(self) -> Any:
        import flask

        blueprint = flask.Blueprint("locust", "locust.web", url_prefix=self._web_ui.web_base_path or None)

        @blueprint.errorhandler(Exception)
        def show_error(error: Exception) -> Any:
            status = getattr(error, "code", None) or 500
            routes.log_error(flask.request.method, flask.request.path, status, error)
            return flask.make_response(str(error), status)

        protected = self._web_ui.auth_required_if_enabled
        blueprint.add_url_rule("/", "index", protected(named("index", self._index)))
        blueprint.add_url_rule("/login", "login", named("login", self._login))
        blueprint.add_url_rule("/assets/<path:path>", "send_assets", self._send_assets)
        for endpoint, (method, rule, route) in PYTHON_VIEWS.items():
            blueprint.add_url_rule(rule, endpoint, protected(self._python_view(endpoint, route)), methods=[method])
        for endpoint, rule in NATIVE_VIEWS.items():
            blueprint.add_url_rule(rule, endpoint, protected(self._native_view(endpoint, rule)))
        return blueprint

    # Views

    def _index(self) -> Any:
        import flask

        if self._web_ui.environment.runner is None:
            return flask.make_response(routes.NO_RUNNER, 500)
        self._web_ui.update_template_args()
        nonce = secrets.token_urlsafe(16)
        page = flask.render_template("index.html", template_args=self._web_ui.template_args, script_nonce=nonce)
        response = flask.make_response(page)
        if not self._web_ui.build_path:
            response.headers["Content-Security-Policy"] = policy(nonce)
        return response

    def _login(self) -> Any:
        import flask

        if not self._web_ui.web_login:
            return flask.redirect(flask.url_for("locust.index"))
        args = self._web_ui.auth_args
        args["error"] = flask.session.get("auth_error")  # type: ignore[typeddict-item]
        args["info"] = flask.session.get("auth_info")  # type: ignore[typeddict-item]
        return flask.render_template("auth.html", auth_args=args, auth_title=args.get("title", "Locust"))

    def _send_assets(self, path: str) -> Any:
        import flask

        if self._web_ui.build_path:
            folder = os.path.abspath(os.path.join(self._web_ui.build_path, "assets"))
            if os.path.exists(os.path.join(folder, path)):
                return flask.send_from_directory(folder, path)
        return self._native(f"/assets/{path}")

    def _python_view(self, endpoint: str, route: Route) -> Callable[[], Any]:
        return named(endpoint, lambda: _to_flask(route(self._web_ui, _from_flask())))

    def _native_view(self, endpoint: str, rule: str) -> Callable[[], Any]:
        return named(endpoint, lambda: self._native(rule))

    def _native(self, path: str) -> Any:
        return _to_flask(routes.native(self._web_ui, _from_flask(), path))

    # The way in

    def answer(self, request: Request) -> Response:
        return wsgi.call(self.app, request, self._server())

    def _server(self) -> dict[str, Any]:
        web_ui = self._web_ui
        scheme = "https" if web_ui._tls_files() else "http"
        return {
            "SERVER_NAME": web_ui.host or "localhost",
            "SERVER_PORT": str(web_ui.port),
            "wsgi.url_scheme": scheme,
        }

    def is_logged_in(self, request: Request) -> bool:
        import flask_login

        with contextlib.suppress(Exception), self.app.request_context(wsgi.environ(request, self._server())):
            return bool(flask_login.current_user.is_authenticated)
        return False

    def taken_paths(self) -> list[str]:
        """Native routes that are the suite's, by its rules."""
        rules = {rule.rule for rule in self.app.url_map.iter_rules()}
        return [path for path in TAKEN_BY_RULES if path in rules]


def named(endpoint: str, view: Callable[..., Any]) -> Callable[..., Any]:
    """A view with the name of its endpoint; its answers are fresh, so there is nothing for `clear_cache` to clear."""

    @wraps(view)
    def called(**values: Any) -> Any:
        return view(**values)

    called.__name__ = called.__qualname__ = endpoint
    called.clear_cache = lambda: None  # type: ignore[attr-defined]
    return called


def auth_required(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view that only those see who have logged in."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        import flask
        import flask_login

        try:
            flask.session["auth_error"] = flask.session["auth_info"] = None
            return flask_login.login_required(view)(*args, **kwargs)
        except Exception as error:
            logger.exception("Locust auth exception")
            return (
                f"Locust auth exception: {error}<br/><br/>See https://docs.locust.io/en/stable/extending-locust.html"
                "#adding-authentication-to-the-web-ui for configuring authentication, or disable login by removing "
                "--web-login argument."
            )

    return guarded


def _from_flask() -> Request:
    import flask

    asked = flask.request
    request = Request(
        asked.method, asked.path, asked.query_string.decode(errors="replace"), list(asked.headers.items())
    )
    if request.is_form:
        request.form = Form([(name, value) for name, values in asked.form.lists() for value in values])
    else:
        request.body = asked.get_data(cache=True)
    return request


def _to_flask(response: Response) -> Any:
    import flask

    made = flask.current_app.response_class(response.body, response.status)
    made.headers.clear()
    for name, value in response.headers:
        made.headers.add(name, value)
    made.headers["Content-Length"] = str(len(response.body))
    return made
