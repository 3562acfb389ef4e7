"""Which route answers a request that the native server hands on: native code's own questions, Locust's routes, the API,
and, once there is a Flask app, everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from . import api, routes
from .messages import Request, Response, json_response

if TYPE_CHECKING:
    from ..web import WebUI
    from .routes import Route

#: Asked by native code for its own answers: no client's path begins without a slash.
QUESTIONS: dict[str, Route] = {
    "_page_args": routes.index_args,
    "_report_args": routes.report_args,
    "_form": api.form,
    "_tasks": api.tasks,
    "_start": api.start,
    "_edit": api.edit,
    "_stop": api.stop,
    "_reset": api.reset,
}

#: By method and path below the base path, the routes of Locust that come here where there is no Flask app.
LOCUSTS: dict[tuple[str, str], Route] = {
    ("POST", "/swarm"): routes.swarm,
    ("POST", "/stop"): routes.stop,
    ("POST", "/stats/reset"): routes.reset_stats,
    ("POST", "/user"): routes.update_user,
    ("GET", "/tasks"): routes.tasks,
    ("GET", "/stats/report"): routes.report,
    ("GET", "/stats/requests/csv"): routes.requests_csv,
    ("GET", "/stats/failures/csv"): routes.failures_csv,
    ("GET", "/exceptions/csv"): routes.exceptions_csv,
    ("GET", "/stats/requests_full_history/csv"): routes.full_history_csv,
}


def handle(web_ui: WebUI, request: Request) -> Response:
    """The answer to one request, in whichever greenlet calls."""
    if request.path == "_authorized":
        return authorized(web_ui, request)
    if question := QUESTIONS.get(request.path):
        return api.answer(web_ui, question, request)
    if web_ui._flask is not None:
        return web_ui._flask.answer(request)
    path = unquote(request.path).removeprefix(web_ui.web_base_path)
    if path == "/login":
        return Response(302, [("Location", f"{web_ui.web_base_path}/")], b"")
    if route := LOCUSTS.get(("GET" if request.method == "HEAD" else request.method, path)):
        return routes.answer(web_ui, route, request)
    return routes.native(web_ui, request, path)


def authorized(web_ui: WebUI, request: Request) -> Response:
    """Whether the client of these headers has logged in; asked for what is answered natively."""
    if not web_ui.web_login or web_ui._flask is None or web_ui._flask.is_logged_in(request):
        return Response(204, [], b"")
    return json_response({"success": False, "message": "log in first"}, 401)
