"""The routes of the web interface that need Python, and what native code asks of it. The others are answered natively,
whether the script computes or not (docs/contract/web.md §1).

Each function takes the interface and a request and gives an answer; Flask's views and the native server both come here.
"""

from __future__ import annotations

import csv
import json
import logging
from io import StringIO
from typing import TYPE_CHECKING, Any

from .. import html, stats
from ..runners import MasterRunner
from ..util.date import format_safe_timestamp
from .hosts import shown
from .messages import Request, Response, csv_response, json_response, text_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..env import Environment
    from ..web import WebUI

    Route = Callable[[WebUI, Request], Response]

logger = logging.getLogger("locust.web")

NO_RUNNER = "Error: Locust Environment does not have any runner"


def answer(web_ui: WebUI, route: Route, request: Request) -> Response:
    """What the route answers; an error is its text, and a line of the log."""
    try:
        return route(web_ui, request)
    except Exception as error:
        code = getattr(error, "code", None)
        status = code if isinstance(code, int) and 400 <= code < 600 else 500
        log_error(request.method, request.path, status, error)
        return text_response(str(error), status)


def log_error(method: str, path: str, status: int, error: Exception) -> None:
    level = logging.DEBUG if status <= 404 else logging.ERROR
    name = getattr(error, "name", type(error).__name__)
    logger.log(level, f"UI got request for {method} {path}, but it resulted in a {status}: {name}")


# Starting and stopping


def swarm(web_ui: WebUI, request: Request) -> Response:
    return json_response(web_ui._control.swarm(request.form))


def stop(web_ui: WebUI, request: Request) -> Response:
    web_ui._control.stop()
    return json_response({"success": True, "message": "Test stopped"})


def reset_stats(web_ui: WebUI, request: Request) -> Response:
    web_ui._control.reset_stats()
    return text_response("ok")


def update_user(web_ui: WebUI, request: Request) -> Response:
    settings = json.loads(b"" if request.is_form else request.body)
    web_ui.environment.update_user_class(settings)
    return json_response({}, 201)


# What the suite's classes say


def tasks(web_ui: WebUI, request: Request) -> Response:
    return json_response(task_ratios(web_ui.environment))


def task_ratios(environment: Environment) -> dict[str, Any]:
    """Of the users that run now."""
    return html.task_ratios(environment, counts_of(environment))


def counts_of(environment: Environment) -> dict[str, int]:
    runner = environment.runner
    if runner is None:
        return {}
    return runner.reported_user_classes_count if isinstance(runner, MasterRunner) else runner.user_classes_count


# Pages


def index_args(web_ui: WebUI, request: Request) -> Response:
    """For the native page."""
    if web_ui.environment.runner is None:
        return text_response(NO_RUNNER, 500)
    web_ui.update_template_args()
    return json_response(web_ui.template_args)


def report_args(web_ui: WebUI, request: Request) -> Response:
    """For the native report."""
    return json_response(html.report_args(web_ui.environment))


def report(web_ui: WebUI, request: Request) -> Response:
    is_download = bool(request.arguments.get("download", ""))
    theme = request.arguments.get("theme", "")
    page = html.get_html_report(web_ui.environment, show_download_link=not is_download, theme=theme)
    response = text_response(page)
    if is_download:
        response.headers.append(
            ("Content-Disposition", f"attachment;filename={file_name(web_ui.environment, '.html')}")
        )
    return response


# The writer of a suite's own


def requests_csv(web_ui: WebUI, request: Request) -> Response:
    return _csv(web_ui, request, "/stats/requests/csv", "requests")


def failures_csv(web_ui: WebUI, request: Request) -> Response:
    return _csv(web_ui, request, "/stats/failures/csv", "failures")


def exceptions_csv(web_ui: WebUI, request: Request) -> Response:
    return _csv(web_ui, request, "/exceptions/csv", "exceptions")


def _csv(web_ui: WebUI, request: Request, path: str, kind: str) -> Response:
    if not web_ui._has_own_csv_writer:
        return native(web_ui, request, path)
    text = StringIO()
    getattr(web_ui.stats_csv_writer, f"{kind}_csv")(csv.writer(text))
    return csv_response(text.getvalue(), file_name(web_ui.environment, f"_{kind}.csv"))


def full_history_csv(web_ui: WebUI, request: Request) -> Response:
    options, writer = web_ui.environment.parsed_options, web_ui.stats_csv_writer
    if not (options and options.stats_history_enabled and isinstance(writer, stats.StatsCSVFileWriter)):
        return native(web_ui, request, "/stats/requests_full_history/csv")
    with open(writer.stats_history_file_name(), encoding="utf-8", newline="") as file:
        return csv_response(file.read(), file_name(web_ui.environment, "_requests_full_history.csv"))


def native(web_ui: WebUI, request: Request, path: str) -> Response:
    """The answer of the native server, which asks nobody for it. Paths have no base path there."""
    server = web_ui._native_server().native
    return Response(*server.answer(request.method, path, request.query, request.headers, request.body))


def file_name(environment: Environment, end: str) -> str:
    """As browsers save what they download."""
    begun = format_safe_timestamp(environment.stats.start_time)
    host = f"_{shown(environment.host)}" if environment.host else ""
    return f"Locust_{begun}_{environment.locustfile}{host}{end}"
