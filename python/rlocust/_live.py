"""Dicts that show native data and write changes back to it.

Locust's statistics are plain dicts that suites read, iterate and now and then edit. Ours live in the engine; a
`LiveDict` brings itself up to date before every read and hands every edit on. Iterating gives a copy, so a sample
that arrives meanwhile does not break the loop. Code in C looks into a dict without asking: so an attribute brings its
dict up to date before it gives it out, and one that is kept while it is empty hears of the first sample (the encoder of
`json` asks for `items()` as soon as there is anything).
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, ValuesView
from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class LiveDict(dict[K, V]):
    """Subclasses say how to read (`_pull`) and how to write (`_put`, `_drop`, `_empty`)."""

    def _pull(self) -> None:
        raise NotImplementedError

    def _put(self, key: K, value: V) -> None:
        raise NotImplementedError

    def _drop(self, key: K) -> None:
        raise NotImplementedError

    def _empty(self) -> None:
        raise NotImplementedError

    def _fresh(self) -> dict[K, V]:
        """A plain copy of what is there now."""
        self._pull()
        copy: dict[K, V] = {}
        for key in super().__iter__():
            copy[key] = super().__getitem__(key)
        return copy

    def __getitem__(self, key: K) -> V:
        self._pull()
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._pull()
        return super().__contains__(key)

    def __len__(self) -> int:
        self._pull()
        return super().__len__()

    def __iter__(self) -> Iterator[K]:
        return iter(self._fresh())

    def __reversed__(self) -> Iterator[K]:
        return reversed(self._fresh())

    def __eq__(self, other: object) -> bool:
        return self._fresh() == (other._fresh() if isinstance(other, LiveDict) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None

    def _like(self, rows: dict[K, V]) -> dict[K, V]:
        """These rows as the dict that Locust has here."""
        return rows

    def __repr__(self) -> str:
        return repr(self.copy())

    def __or__(self, other: Any) -> Any:
        return self.copy() | other

    def __ror__(self, other: Any) -> Any:
        return other | self._fresh()

    def __copy__(self) -> dict[K, V]:
        return self.copy()

    def __reduce__(self) -> Any:
        return (dict, (self._fresh(),))

    def keys(self) -> KeysView[K]:  # type: ignore[override]
        return self._fresh().keys()

    def values(self) -> ValuesView[V]:  # type: ignore[override]
        return self._fresh().values()

    def items(self) -> ItemsView[K, V]:  # type: ignore[override]
        return self._fresh().items()

    def get(self, key: K, default: Any = None) -> Any:
        self._pull()
        return super().get(key, default)

    def copy(self) -> dict[K, V]:
        return self._like(self._fresh())

    def __setitem__(self, key: K, value: V) -> None:
        self._pull()
        super().__setitem__(key, value)
        self._put(key, value)

    def __delitem__(self, key: K) -> None:
        self._pull()
        super().__delitem__(key)
        self._drop(key)

    def setdefault(self, key: K, default: Any = None) -> Any:
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self, key: K, *default: Any) -> Any:
        if key not in self:
            if default:
                return default[0]
            raise KeyError(key)
        value = self[key]
        del self[key]
        return value

    def popitem(self, last: bool = True) -> tuple[K, V]:
        items = list(self._fresh().items())
        if not items:
            raise KeyError("popitem(): dictionary is empty")
        key, value = items[-1 if last else 0]
        del self[key]
        return key, value

    def update(self, *others: Any, **named: Any) -> None:
        for key, value in dict(*others, **named).items():
            self[key] = value

    def __ior__(self, other: Any) -> Any:
        self.update(other)
        return self

    def clear(self) -> None:
        super().clear()
        self._empty()

    def _set_quietly(self, key: K, value: V) -> None:
        super().__setitem__(key, value)

    def _clear_quietly(self) -> None:
        super().clear()

    def _known(self) -> int:
        return super().__len__()
