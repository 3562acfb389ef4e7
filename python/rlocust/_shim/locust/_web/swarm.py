"""Starting and stopping tests from the web interface: the form of `POST /swarm`, and the time limit of a test.

Fields are applied in the order in which they come: after a mistake, what came before it stays
(docs/contract/web.md §2).
"""

from __future__ import annotations

import logging
import math
import time
from argparse import Namespace
from typing import TYPE_CHECKING, Any

import gevent

from .. import runners
from .._run import debugger
from ..log import greenlet_exception_logger
from ..util.timespan import parse_timespan
from .hosts import Host, shown
from .options import secret_options, shown_options

if TYPE_CHECKING:
    from ..web import WebUI
    from .messages import Form

logger = logging.getLogger("locust.web")

BAD_RUN_TIME = "Valid run_time formats are : 20, 20s, 3m, 2h, 1h20m, 3h30m10s, etc."
BAD_FIGURES = "Missing or invalid user_count or spawn_rate from /swarm request"
NO_CLASSES = "UserClass picker is active but there are no available UserClasses"
#: The choice of no shape.
DEFAULT_SHAPE = "Default"


class Refused(Exception):
    """Why a test is not started, in one line."""


class Control:
    """Starts, edits and stops the tests of one web interface. The limit of a test's time is kept here."""

    def __init__(self, web_ui: WebUI) -> None:
        self._web_ui = web_ui
        self._environment = web_ui.environment
        self._starting: gevent.Greenlet | None = None
        self._limit: gevent.Greenlet | None = None

    def swarm(self, form: Form) -> dict[str, Any]:
        """What `/swarm` answers: also a refusal is an answer."""
        try:
            answer = self._swarm(form)
            is_started = True
        except Refused as refusal:
            logger.error(str(refusal))
            answer, is_started = {"message": str(refusal)}, False
        return {"success": is_started, "host": shown(self._environment.host), **answer}

    def _swarm(self, form: Form) -> dict[str, Any]:
        chosen = self._choose_classes(form) if self._web_ui.userclass_picker_is_active else None
        figures = Fields(self._web_ui, form).apply()
        runner = self._environment.runner
        if runner is None:
            raise Refused("No runner")
        shape = self._environment.shape_class
        if shape:
            runner.start_shape()
            return {"message": f"Swarming started using shape class '{type(shape).__name__}'"}
        self._forget_last_start()
        if not figures.are_valid:
            raise Refused(BAD_FIGURES)
        self._starting = self._spawn(runner.start, figures.user_count, figures.spawn_rate)
        answer: dict[str, Any] = {"message": "Swarming started"}
        if figures.run_time:
            self._limit = gevent.spawn(self._end_at, time.perf_counter() + figures.run_time)
            self._limit.link_exception(greenlet_exception_logger(logger))
            answer["run_time"] = figures.run_time
        if chosen is not None:
            answer["user_classes"] = sorted(chosen)
        return answer

    def stop(self) -> None:
        """Returns when the users have ended."""
        self._forget_last_start()
        if self._environment.runner is not None:
            self._environment.runner.stop()

    def reset_stats(self) -> None:
        self._environment.events.reset_stats.fire()
        runner = self._environment.runner
        if runner is not None:
            runner.stats.reset_all()
            runner.exceptions = {}

    def _spawn(self, function: Any, *args: Any) -> gevent.Greenlet:
        greenlet = gevent.spawn(function, *args)
        greenlet.link_exception(greenlet_exception_logger(logger))
        return greenlet

    def _forget_last_start(self) -> None:
        starting, self._starting = self._starting, None
        limit, self._limit = self._limit, None
        if starting is not None:
            starting.kill(block=True)
        if limit is not None:
            limit.kill(block=False)

    def _end_at(self, due: float) -> None:
        def wait(due: float) -> None:
            gevent.get_hub().loop.update_now()  # which stands still while Python computes
            gevent.sleep(max(0.0, due - time.perf_counter()))

        debugger.wait_until(due, wait)
        self._limit = None
        if self._environment.runner is not None:
            self._environment.runner.stop()

    def _choose_classes(self, form: Form) -> list[str]:
        """The classes that the form names, those of the test under way, or all; and the shape."""
        environment = self._environment
        available = environment.available_user_classes
        if not available:
            raise Refused(NO_CLASSES)
        named = form.all_of("user_classes")
        is_running = environment.runner is not None and environment.runner.state == runners.STATE_RUNNING
        if named:
            chosen = {name: item for name, item in available.items() if name in named}
            if not chosen:
                raise Refused(f"no user class of this name: {', '.join(named)} (there are {', '.join(available)})")
        elif is_running:
            chosen = {name: item for name, item in available.items() if item in environment.user_classes}
        else:
            chosen = dict(available)
        environment.user_classes = list(chosen.values())
        if environment.locustfile is None:
            environment.locustfile = ",".join(environment.user_classes_by_name)
        environment._remove_user_classes_with_weight_zero()
        environment._validate_user_class_name_uniqueness()
        self._choose_shape(form.get("shape_class", DEFAULT_SHAPE))
        return list(chosen)

    def _choose_shape(self, name: str) -> None:
        environment = self._environment
        shape = None if name == DEFAULT_SHAPE else (environment.available_shape_classes or {})[name]
        if shape is not None:
            shape.runner = environment.runner
        environment.shape_class = shape
        environment._validate_shape_class_instance()


class Fields:
    """The fields of the form, taken over into the environment and its options."""

    def __init__(self, web_ui: WebUI, form: Form) -> None:
        self._environment = web_ui.environment
        self._form = form
        self._secrets = secret_options(web_ui.environment)
        self._shown = shown_options(web_ui.environment)
        # The options themselves, where there are some: suites see what was edited.
        self._options: dict[str, Any] = vars(web_ui.environment.parsed_options or Namespace())
        self.user_count: int | None = None
        self.spawn_rate: float | None = None
        self.run_time: int | None = None

    def apply(self) -> Fields:
        self._refuse_hidden()
        for name, value in self._form.items():
            own = getattr(self, f"_apply_{name}", None)
            if name in FIELDS and own is not None:
                own(value)
            elif name in self._options and not (name in self._secrets and not value):
                # A secret's value is not shown, so an empty field means: as it is.
                self._options[name] = self._read(name, value)
        return self

    def _refuse_hidden(self) -> None:
        """Options such as `--html` and `--exit-code-on-error` are the command line's: whoever reaches the page could
        overwrite files or turn a failed run good."""
        hidden = [name for name, _ in self._form.items() if name in self._options and name not in self._shown | OPEN]
        if hidden:
            raise Refused(f"{hidden[0]} cannot be set from the web interface: set it on the command line")

    @property
    def are_valid(self) -> bool:
        if self.user_count is None or self.spawn_rate is None:
            return False
        return self.user_count >= 0 and self.spawn_rate > 0 and math.isfinite(self.spawn_rate)

    def _read(self, name: str, value: str) -> Any:
        current = self._options[name]
        try:
            return self._like(current, name, value)
        except (TypeError, ValueError):
            raise Refused(f"Invalid {name} value: {value!r} (must be a value like {current!r})") from None

    def _like(self, current: Any, name: str, value: str) -> Any:
        """The value as the type that the option has now."""
        if isinstance(current, bool):
            return value == "true"
        if current is None:
            return value
        if isinstance(current, list):
            words = value.split(",") if "," in value else self._form.all_of(name)
            is_of_numbers = all(isinstance(item, int) for item in current)
            return [int(word) for word in words] if is_of_numbers else words
        return type(current)(value)

    def _apply_user_count(self, value: str) -> None:
        try:
            self.user_count = int(value)
        except ValueError:
            raise Refused(f"Invalid user_count value: {value!r} (must be an integer)") from None
        self._options["num_users"] = self.user_count

    def _apply_spawn_rate(self, value: str) -> None:
        try:
            self.spawn_rate = float(value)
        except ValueError:
            raise Refused(f"Invalid spawn_rate value: {value!r} (must be a number)") from None
        self._options["spawn_rate"] = self.spawn_rate

    def _apply_host(self, value: str) -> None:
        # Pages and reports show it.
        host = Host(self._environment).meant_by(value.replace("<", "").replace(">", ""))
        self._environment.host = self._options["host"] = host

    def _apply_user_classes(self, value: str) -> None:
        self._options["user_classes"] = self._form.all_of("user_classes")

    def _apply_run_time(self, value: str) -> None:
        if not value:
            return
        try:
            self.run_time = self._options["run_time"] = parse_timespan(value)
        except ValueError:
            raise Refused(BAD_RUN_TIME) from None

    def _apply_profile(self, value: str) -> None:
        self._environment.profile = self._options["profile"] = value or None


#: Fields with a meaning of their own.
FIELDS = ("user_count", "spawn_rate", "host", "user_classes", "run_time", "profile")
OPEN = {*FIELDS, "shape_class"}
