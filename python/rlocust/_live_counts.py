"""Dicts that are read and written as a whole, and counting ones, which hear of the first sample."""

from __future__ import annotations

import weakref
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from rlocust import _native

from ._live import K, LiveDict, V


class WholeDict(LiveDict[K, V]):
    """A small one that is read and written as a whole."""

    def __init__(self, read: Callable[[], dict[K, V]], write: Callable[[dict[K, V]], None]) -> None:
        super().__init__()
        self._read: Callable[[], dict[K, V]] | None = read
        self._write = write

    def _pull(self) -> None:
        if self._read is None:
            return
        rows = self._read()
        self._clear_quietly()
        dict.update(self, rows)

    def _push(self) -> None:
        if self._read is not None:
            self._write({key: dict.__getitem__(self, key) for key in dict.__iter__(self)})

    def _put(self, key: K, value: V) -> None:
        self._push()

    def _drop(self, key: K) -> None:
        self._push()

    def _empty(self) -> None:
        self._push()

    def leave(self) -> None:
        """From now on this is a dict of what was there."""
        self._pull()
        self._read = None


class CountsDict(WholeDict[K, int], defaultdict[K, int]):  # type: ignore[misc]
    """A counting one; a key that is not there counts as 0, and is there once it was asked for with brackets."""

    def __init__(self, read: Callable[[], dict[K, int]], write: Callable[[dict[K, int]], None]) -> None:
        super().__init__(read, write)
        self.default_factory = int

    def __missing__(self, key: K) -> int:
        self[key] = 0
        return 0

    def _pull(self) -> None:
        super()._pull()
        if not self._known():
            _Waiting.add(self)

    def _like(self, rows: dict[K, int]) -> dict[K, int]:
        return defaultdict(int, rows)

    def __reduce__(self) -> Any:
        return (defaultdict, (int, self._fresh()))


class _Waiting:
    """Empty dicts that somebody holds. While there are any, the engine calls `refresh` after every sample."""

    dicts: dict[int, weakref.ref[Any]] = {}  # noqa: RUF012

    @classmethod
    def add(cls, counts: CountsDict[Any]) -> None:
        known = id(counts)
        if known not in cls.dicts:
            cls.dicts[known] = weakref.ref(counts, lambda _: cls.remove(known))
            _native.refresh_after_samples(refresh)

    @classmethod
    def remove(cls, known: int) -> None:
        cls.dicts.pop(known, None)
        if not cls.dicts:
            _native.refresh_after_samples(None)


def refresh() -> None:
    for known, reference in list(_Waiting.dicts.items()):
        counts = reference()
        if counts is None or len(counts):
            _Waiting.remove(known)
