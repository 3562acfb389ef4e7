"""Attributes of objects whose values live in the engine. Suites read and write them as if they stood in the object."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rlocust._live import LiveDict
from rlocust._live_counts import CountsDict

if TYPE_CHECKING:
    from .entry import StatsEntry


class Attributes(LiveDict[str, Any]):
    """The attributes of an object as its `__dict__` has them under Locust."""

    def __init__(self, owner: Any, read: Callable[[], dict[str, Any]]) -> None:
        super().__init__()
        self._owner = owner
        self._read = read
        self._pull()

    def _pull(self) -> None:
        rows = self._read()
        self._clear_quietly()
        dict.update(self, rows)

    def _put(self, key: str, value: Any) -> None:
        setattr(self._owner, key, value)

    def _drop(self, key: str) -> None:
        delattr(self._owner, key)

    def _empty(self) -> None:
        """What the engine keeps cannot be taken away."""


#: What we keep in an object where Locust keeps its values.
_HIDDEN = frozenset(
    {"_native", "_total", "_entries", "_errors", "_keeps_cache", "_merge_report", "_exact_part", "_mirrors"}
)


def _locusts_attributes(row: Any) -> dict[str, Any]:
    """The attributes of an object whose values live in the engine, as Locust's has them."""
    own: Any = object.__getstate__(row) or {}  # the real `__dict__`
    rest = {name: value for name, value in own.items() if name not in _HIDDEN}
    return {name: getattr(row, name) for name in row._shown} | rest


#: For `vars()` and `__dict__`.
dict_as_locusts: Any = property(lambda row: Attributes(row, lambda: _locusts_attributes(row)))


def state_of_copy(row: Any) -> dict[str, Any]:
    """For copies and pickles, which hold the values of their moment and are in no recorder."""
    plain = _locusts_attributes(row).items()
    return {name: value.copy() if isinstance(value, LiveDict) else value for name, value in plain}


def set_state(row: Any, state: dict[str, Any]) -> None:
    for name, value in state.items():
        setattr(row, name, value)


def engine_sum(name: str, doc: str) -> Any:
    """A sum that lives in the engine."""

    def read(entry: StatsEntry) -> Any:
        return getattr(entry._native, name)

    def write(entry: StatsEntry, value: Any) -> None:
        setattr(entry._native, name, value)

    return property(read, write, doc=doc)


def engine_counts(name: str, doc: str) -> Any:
    """A counting dict that lives in the engine."""

    def read(entry: StatsEntry) -> Any:
        counts = entry._mirrors.get(name) if entry._mirrors else None
        if counts is None:
            native = entry._native
            counts = CountsDict(lambda: native.counts(name), lambda counts: native.set_counts(name, counts))
            if entry._mirrors is None:
                entry._mirrors = weakref.WeakValueDictionary()
            entry._mirrors[name] = counts
        counts._pull()
        return counts

    def write(entry: StatsEntry, value: Any) -> None:
        rows = dict(value)
        if entry._mirrors and (replaced := entry._mirrors.pop(name, None)) is not None:
            replaced.leave()
        entry._native.set_counts(name, rows)

    return property(read, write, doc=doc)
