"""Keys pressed while a test runs. This has not landed: its names can be imported, and using them says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn


class InitError(Exception):
    """The terminal does not let its keys be read one by one."""


def get_poller() -> Any:
    _refuse()


def input_listener(key_to_func_map: dict[str, Callable[[], Any]]) -> Callable[[], None]:
    _refuse()


def _refuse() -> NoReturn:
    raise NotImplementedError("rlocust does not listen to keys yet")
