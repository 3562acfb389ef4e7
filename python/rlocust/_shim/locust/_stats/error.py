"""A failure that occurred once or more."""

from __future__ import annotations

import copyreg
from typing import TYPE_CHECKING, Any

from rlocust import _native

from .. import stats as locust_stats
from .attributes import dict_as_locusts, engine_sum, set_state, state_of_copy
from .patchable import Patchable

if TYPE_CHECKING:
    from .reports import StatsErrorDict


class StatsError(metaclass=Patchable):
    """A failure that occurred once or more: equal method, name and text are one row."""

    _shown = ("method", "name", "error", "occurrences", "first_seen", "last_seen")

    __dict__ = dict_as_locusts
    __getstate__ = state_of_copy

    def __reduce__(self) -> Any:
        return copyreg.__newobj__, (type(self),), self.__getstate__()  # type: ignore[attr-defined]

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._native = _native.ErrorRow(state["method"], state["name"], state["error"])
        set_state(self, state)

    def __init__(
        self,
        method: str,
        name: str,
        error: Exception | str | None,
        occurrences: int = 0,
        first_seen: float | None = None,
        last_seen: float | None = None,
    ) -> None:
        self.method = method
        self.name = name
        self.error = error
        self._native = _native.ErrorRow(method, name, error)
        self.occurrences = occurrences
        self.first_seen = first_seen
        self.last_seen = last_seen

    @classmethod
    def _around(cls, native: Any, error: Any) -> StatsError:
        row = cls.__new__(cls)
        row.method = native.method
        row.name = native.name
        row.error = error
        row._native = native
        return row

    occurrences: int = engine_sum("occurrences", "How often.")
    first_seen: float | None = engine_sum("first_seen", "When first, in Unix seconds.")
    last_seen: float | None = engine_sum("last_seen", "When last, in Unix seconds.")

    @classmethod
    def parse_error(cls, error: Exception | str | None) -> str:
        """The text of an error. Memory addresses are masked, so that they do not make rows of their own."""
        return _native.error_text(error)

    @classmethod
    def create_key(cls, method: str, name: str, error: Exception | str | None) -> str:
        key = f"{method}.{name}.{cls.parse_error(error)!r}"
        return locust_stats.hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()

    def occurred(self) -> None:
        self._native.occurred(locust_stats.time.time())

    def to_name(self) -> str:
        """The line of the error report. Locust's own wrapper class is not shown."""
        return f"{self.method} {self.name}: {_native.shown_error(self.error)}"

    def to_dict(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "name": self.name,
            "error": self.parse_error(self.error),
            "occurrences": self.occurrences,
            "first_seen": self.first_seen,
            "last_seen": self.last_seen,
        }

    def serialize(self) -> StatsErrorDict:
        return {
            "name": self.name,
            "method": self.method,
            "error": self.parse_error(self.error),
            "occurrences": self.occurrences,
            "first_seen": self.first_seen,
            "last_seen": self.last_seen,
        }

    @classmethod
    def unserialize(cls, data: StatsErrorDict) -> StatsError:
        times = data.get("first_seen"), data.get("last_seen")
        return cls(data["method"], data["name"], data["error"], data["occurrences"], *times)
