"""The web interfaces of an environment: nearly always one. A request that native code hands to the script carries the
number of the interface that was asked, so that each answers its own, with its own log-in and its own Flask app.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from ..web import WebUI


class Interfaces:
    """Those that are still in use, by number; the first is 1."""

    def __init__(self) -> None:
        self._by_number: WeakValueDictionary[int, WebUI] = WeakValueDictionary()
        self._last = 0

    def add(self, web_ui: WebUI) -> None:
        self._last += 1
        self._by_number[self._last] = web_ui

    def number_of(self, web_ui: WebUI) -> int:
        return next(number for number, each in self._by_number.items() if each is web_ui)

    def find(self, number: int) -> WebUI | None:
        return self._by_number.get(number)

    def all(self) -> list[WebUI]:
        return list(self._by_number.values())
