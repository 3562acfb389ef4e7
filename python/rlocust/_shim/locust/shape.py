"""Load that follows a script: `LoadTestShape.tick` says how many users there should be now."""

from __future__ import annotations

import time
from abc import ABCMeta, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from .runners import Runner
    from .user.users import User


class LoadTestShapeMeta(ABCMeta):
    """Makes `abstract` a statement about one class: it is not inherited."""

    def __new__(mcs, classname: str, bases: tuple[type, ...], class_dict: dict[str, Any]) -> LoadTestShapeMeta:
        class_dict.setdefault("abstract", False)
        return super().__new__(mcs, classname, bases, class_dict)


class LoadTestShape(metaclass=LoadTestShapeMeta):
    """Load as a function of time: the run asks `tick` about once a second.

    Derive from it in the locustfile::

    class Stairs(LoadTestShape):
        def tick(self):
            step = int(self.get_run_time() // 30)
            return (step + 1) * 10, 10
    """

    runner: Runner | None = None
    """The runner that follows this shape; set when it is created."""

    abstract: ClassVar[bool] = True
    """True for classes that are only there to be derived from."""

    use_common_options: ClassVar[bool] = False
    """True if `tick` itself reads `--users`, `--spawn-rate` and `--run-time`."""

    def __init__(self) -> None:
        self.start_time = time.perf_counter()

    def reset_time(self) -> None:
        """Called when the shape starts: `get_run_time` counts from here."""
        self.start_time = time.perf_counter()

    def get_run_time(self) -> float:
        """Seconds since the shape started."""
        return time.perf_counter() - self.start_time

    def get_current_user_count(self) -> int:
        """How many users there are now, on all nodes."""
        assert self.runner is not None, "the shape has no runner yet"
        return self.runner.user_count

    @abstractmethod
    def tick(self) -> tuple[int, float] | tuple[int, float, list[type[User]] | None] | None:
        """Returns `(users, spawn_rate)`, optionally with the user classes to use, or None to end the test."""
