"""What to write today instead of what Locust gave up years ago, and what brings a package that is missing. Not a module
of Locust's.

Old files fail here exactly as they fail under Locust 2.47; the line that follows the error says how to go on. Where
Locust ignores an old attribute without a word, a warning says so.
"""

from __future__ import annotations

import dis
import re
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

from rlocust import _extras

from ._run.advice import _holders
from .event import Events
from .user import TaskSet, User

CLASSES = {"Locust": "User", "HttpLocust": "HttpUser", "FastHttpLocust": "FastHttpUser"}

NAMES = {
    "FastHttpLocust": "derive from `FastHttpUser`",
    "TaskSequence": "derive from `SequentialTaskSet`",
    "seq_task": "derive from `SequentialTaskSet`, which takes its `@task` methods in the order in which they stand",
    "InterruptTaskSet": "write `from locust.exception import InterruptTaskSet`",
    "ResponseError": "write `from locust.exception import ResponseError`",
    "InterruptLocust": "write `from locust.exception import InterruptTaskSet`",
    "LocustRunner": "write `from locust.runners import Runner`",
    "LocalLocustRunner": "write `from locust.runners import LocalRunner`",
    "MasterLocustRunner": "write `from locust.runners import MasterRunner`",
    "SlaveLocustRunner": "write `from locust.runners import WorkerRunner`",
    "locust_runner": "listeners of `events.init` are given the `runner`; users have `self.environment.runner`",
    "global_stats": "listeners of `events.init` are given the `environment`; its figures are `environment.stats`",
}

#: By module and name: words that mean something else elsewhere.
MEMBERS = {
    ("locust.web", "app"): "listeners of `events.init` are given the `web_ui`; its Flask app is `web_ui.app`",
}

MODULES = {
    "locust.core": "write `from locust import HttpUser, TaskSet, User, task`",
    "locust.wait_time": "write `from locust import between, constant, constant_pacing`",
    "locust.events": "write `from locust import events`",
    "locust.sequential_taskset": "write `from locust import SequentialTaskSet`",
}

ON_REQUEST = "write `@events.request.add_listener`: one event for both, `exception` is None where a request succeeded"

_FIRE = "events.request.fire(request_type=..., name=..., response_time=..., response_length=..., context={}, exception="
#: By old event: what a suite writes that fires it.
FIRED = {
    "request_success": f"write `{_FIRE}None)`: one event for both",
    "request_failure": f"write `{_FIRE}error)`: one event for both",
}

EVENTS = {
    "request_success": ON_REQUEST,
    "request_failure": ON_REQUEST,
    "locust_error": "write `events.user_error`; its listeners are given `user_instance`",
    "hatch_complete": "write `events.spawning_complete`",
    "locust_start_hatching": "write `events.test_start`",
    "locust_stop_hatching": "write `events.test_stop`",
    "master_start_hatching": "write `events.test_start`",
    "master_stop_hatching": "write `events.test_stop`",
    "slave_report": "write `events.worker_report`",
}


_said: set[str] = set()


def first_hint(error: BaseException) -> str | None:
    """The same for errors that come again and again while users run: each line once."""
    line = hint(error)
    if line is None or line in _said:
        return None
    _said.add(line)
    return line


def hint(error: BaseException) -> str | None:
    """The line for an error that an old name caused; None for every other error."""
    advice = _advice_on(error)
    return f"hint: {advice}" if advice else None


def _advice_on(error: BaseException) -> str | None:
    if isinstance(error, ModuleNotFoundError):
        return MODULES.get(error.name or "") or _about_package(error)
    if isinstance(error, ImportError):
        return _about_import(str(error), error.name)
    if isinstance(error, AttributeError):
        if isinstance(error.obj, Events):
            name = error.name or ""
            return FIRED[name] if name in FIRED and _is_followed_by("fire", error) else EVENTS.get(name)
        if isinstance(error.obj, ModuleType):
            return _about_member(error.obj.__name__, error.name or "")
        if error.name == "locust" and isinstance(error.obj, (User, TaskSet)):
            return "write `self.user` in a task set, and `self` in a task of the user itself"
    return None


def _about_package(error: ModuleNotFoundError) -> str | None:
    is_said = any("hint: " in note for note in getattr(error, "__notes__", ()))
    return None if is_said else _extras.advice(error)


def _is_followed_by(attribute: str, error: AttributeError) -> bool:
    """Whether the code asks what is missing for this attribute next: `missing.fire`."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    if frame is None:
        return False
    later = (step for step in dis.get_instructions(frame.tb_frame.f_code) if step.offset > frame.tb_lasti)
    return next((step.argval for step in later if step.opname != "CACHE"), None) == attribute


def _about_import(text: str, module: str | None) -> str | None:
    renamed = re.match(r"The (\w+) class has been renamed", text)
    if renamed:
        new = CLASSES.get(renamed[1], "User")
        return f"derive from `{new}` and set `tasks` instead of `task_set`, `wait_time` instead of `min_wait`"
    missing = re.match(r"cannot import name '(\w+)'", text)
    return _about_member(module or "", missing[1]) if missing else None


def _about_member(module: str, name: str) -> str | None:
    if module.split(".")[0] != "locust":
        return None
    return MEMBERS.get((module, name)) or NAMES.get(name)


def about_attributes(user_classes: Iterable[type[User]]) -> Iterator[str]:
    """Attributes that were a user's tasks and waits once and are not looked at today."""
    classes = list(user_classes)
    for user_class in classes:
        task_set = getattr(user_class, "task_set", None)
        if isinstance(task_set, type) and not user_class.tasks:
            yield f"{user_class.__name__}.task_set is not looked at; hint: write `tasks = [{task_set.__name__}]`"
    if not any(user_class.wait_time for user_class in classes):
        return  # the one way in which the old attributes still count
    for holder in _holders(classes):
        old = [name for name in ("min_wait", "max_wait", "wait_function") if getattr(holder, name, None) is not None]
        if old:
            yield f"{holder.__name__}.{' and '.join(old)}: not looked at; hint: write `{_wait_today(holder)}`"


def _wait_today(holder: Any) -> str:
    shortest, longest = holder.min_wait, holder.max_wait
    if not isinstance(shortest, (int, float)) or not isinstance(longest, (int, float)):
        return "wait_time = between(1, 5)"
    return f"wait_time = between({shortest / 1000:g}, {longest / 1000:g})"
