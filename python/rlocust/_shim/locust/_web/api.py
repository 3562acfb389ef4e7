"""The routes of `/api/v1` that need Python: the start form, and starting, editing, stopping and resetting by JSON. What
they do is what `/swarm`, `/stop` and `/stats/reset` do; mistakes have the status of a mistake.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .. import runners
from . import page_args, routes
from .messages import Form, Request, Response, json_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..web import WebUI
    from .routes import Route

#: States in which a test is under way.
ACTIVE = (runners.STATE_SPAWNING, runners.STATE_RUNNING)


def _is_whole(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and value >= 0 and value % 1 == 0


def _is_rate(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and value > 0


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_time(value: Any) -> bool:
    return _is_text(value) or (_is_whole(value) and value < 1_000_000)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


#: What the fields of a start and an edit may be.
KINDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "user_count": ("a whole number from 0 on", _is_whole),
    "spawn_rate": ("a number above 0", _is_rate),
    "host": ("a text", _is_text),
    "run_time": ("seconds, or a text like `1h20m`", _is_time),
    "profile": ("a text", _is_text),
    "user_classes": ("a list of names", _are_texts),
    "shape_class": ("a name", _is_text),
    "options": ("an object", lambda value: isinstance(value, dict)),
}


class BadBody(Exception):
    """The body is not what the route takes, in one line."""


def answer(web_ui: WebUI, route: Route, request: Request) -> Response:
    """What the route answers; an error is JSON, too."""
    try:
        return route(web_ui, request)
    except BadBody as error:
        return _message(400, str(error))
    except Exception as error:
        routes.log_error(request.method, request.path, 500, error)
        return _message(500, f"{type(error).__name__}: {error}")


def form(web_ui: WebUI, request: Request) -> Response:
    return json_response(page_args.form(web_ui))


def tasks(web_ui: WebUI, request: Request) -> Response:
    """As `/tasks`, with the users of each class that run and that should."""
    environment = web_ui.environment
    target = environment.runner.target_user_classes_count if environment.runner else {}
    counts = {"running": routes.counts_of(environment), "target": target}
    return json_response({**routes.task_ratios(environment), "user_classes": counts})


def start(web_ui: WebUI, request: Request) -> Response:
    runner = web_ui.environment.runner
    if runner is not None and runner.state in ACTIVE:
        return _message(409, f"a test is {runner.state}: edit it, or stop it first")
    return _swarm(web_ui, request)


def edit(web_ui: WebUI, request: Request) -> Response:
    runner = web_ui.environment.runner
    if runner is None or runner.state not in ACTIVE:
        return _message(409, "no test is running that could be edited: start one")
    return _swarm(web_ui, request)


def stop(web_ui: WebUI, request: Request) -> Response:
    """`now` ends the users without waiting for the task in hand."""
    environment, patience = web_ui.environment, web_ui.environment.stop_timeout
    now = _body(request).get("now", False)
    if not isinstance(now, bool):
        raise BadBody(f"`now` is `{json.dumps(now)}`: give true or false")
    if now:
        environment.stop_timeout = 0.0
        if environment.runner is not None and environment.runner._stopping.is_under_way:
            environment.runner.user_greenlets.kill(block=False)
    try:
        web_ui._control.stop()
    finally:
        environment.stop_timeout = patience
    return _message(200, "Test stopped")


def reset(web_ui: WebUI, request: Request) -> Response:
    _body(request)
    web_ui._control.reset_stats()
    return _message(200, "Statistics reset")


def _swarm(web_ui: WebUI, request: Request) -> Response:
    outcome = web_ui._control.swarm(Form(_fields(_load(_body(request)))))
    return json_response(outcome, 200 if outcome["success"] else 400)


def _body(request: Request) -> dict[str, Any]:
    try:
        value = json.loads(request.body or b"{}")
    except ValueError as error:
        raise BadBody(f"the body is no JSON: {error}") from None
    if not isinstance(value, dict):
        raise BadBody("the body must be a JSON object")
    return value


def _load(body: dict[str, Any]) -> dict[str, Any]:
    """A start or an edit whose fields are of their kinds; what is null is left out."""
    given = {name: value for name, value in body.items() if value is not None}
    for name, (kind, is_it) in KINDS.items():
        if name in given and not is_it(given[name]):
            raise BadBody(f"`{name}` is `{json.dumps(given[name])}`: give {kind}")
    for name in ("user_count", "run_time"):  # 5.0 is a whole number in JSON
        if isinstance(given.get(name), float):
            given[name] = int(given[name])
    return given


def _fields(body: dict[str, Any]) -> list[tuple[str, str]]:
    """The same as fields of the form."""
    options = body.pop("options", {})
    # What has a meaning of its own comes last, as options cannot be called so.
    pairs = [*options.items(), *body.items()]
    return [(name, _text(each)) for name, value in pairs for each in _values(value) if each is not None]


def _values(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _message(status: int, text: str) -> Response:
    return json_response({"success": status < 400, "message": text}, status)
