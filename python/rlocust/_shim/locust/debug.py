"""Running one user in a debugger: the whole of a test without a runner, a table or a second greenlet."""

from __future__ import annotations

import inspect
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .exception import CatchResponseError

if TYPE_CHECKING:
    from .env import Environment
    from .user.users import User

# Made by the first call and kept: further users run in the same environment.
_env: Environment | None = None

_LONGEST_EXCEPTION = 500


def _print_t(s: object) -> None:
    """One cell of the table."""
    print(str(s), end="\t")


class PrintListener:
    """Prints a line for each request, with the columns asked for; the header is printed when it is made."""

    def __init__(
        self,
        env: Environment,
        include_length: bool = False,
        include_time: bool = False,
        include_context: bool = False,
        include_payload: bool = False,
    ) -> None:
        env.events.request.add_listener(self.on_request)
        self.include_length = "length\t" if include_length else ""
        self.include_time = "time                    \t" if include_time else ""
        self.include_context = "context\t" if include_context else ""
        self.include_payload = "payload\t" if include_payload else ""
        print(
            f"\n{self.include_time}type\t{'name'.ljust(50)}\tresp_ms\t{self.include_length}"
            f"exception\t{self.include_context}\t{self.include_payload}"
        )

    def on_request(
        self,
        request_type: str,
        name: str,
        response_time: float | None,
        response_length: int,
        exception: Any,
        context: dict[str, Any],
        start_time: float | None = None,
        response: Any = None,
        **_kwargs: Any,
    ) -> None:
        if self.include_time:
            _print_t(datetime.fromtimestamp(start_time, tz=UTC) if start_time else "")
        _print_t(request_type)
        _print_t(name.ljust(50))
        _print_t(str(-1 if response_time is None else round(response_time)).ljust(7))
        if self.include_length:
            _print_t(response_length)
        _print_t(_exception_text(exception).ljust(9))
        if self.include_context:
            _print_t(context or "")
        if self.include_payload:
            # Only the responses of FastHttpUser know what was sent.
            _print_t(response._request.payload)
        print()


def _exception_text(exception: Any) -> str:
    if not exception:
        return ""
    text = str(exception) if isinstance(exception, CatchResponseError) else repr(exception)
    return text[:_LONGEST_EXCEPTION]


def run_single_user(
    user_class: type[User],
    include_length: bool = False,
    include_time: bool = False,
    include_context: bool = False,
    include_payload: bool = False,
    loglevel: str | None = "WARNING",
) -> None:
    """Runs one user here and now, and prints its requests.

    Call it at the end of a locustfile::

        if __name__ == "__main__":
            run_single_user(MyUser)

    `sys.argv` is read as the command line would be, so that `--host` and options of the suite work.
    `loglevel=None` leaves logging as it is.
    """
    global _env

    if loglevel is not None:
        from .log import setup_logging

        setup_logging(loglevel)
    if _env is None:
        frame = inspect.stack()[1]
        _env = _make_environment(user_class, os.path.basename(frame.filename))
        PrintListener(_env, include_length, include_time, include_context, include_payload)
        _fire_init(_env)
    _env._filter_tasks_by_tags()
    _env.events.test_start.fire(environment=_env)
    if _env.host:
        user_class.host = _env.host
    user = user_class(_env)
    _env.single_user_instance = user  # type: ignore[attr-defined]
    user.run()


def _make_environment(user_class: type[User], locustfile: str) -> Environment:
    import locust

    from .argument_parser import get_parser
    from .env import Environment

    options = get_parser().parse_args(sys.argv[1:])
    return Environment(
        events=locust.events,
        user_classes=[user_class],
        locustfile=locustfile,
        host=options.host,
        parsed_options=options,
    )


def _fire_init(environment: Environment) -> None:
    from . import log

    environment.events.init.fire(environment=environment, runner=None, web_ui=None)
    if log.unhandled_greenlet_exception:
        # At once, as Locust does: what the suite was to set up is not there.
        os._exit(1)
