"""An event of a stream."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """What a server said: its type (`message` where it gave none), its data, and the last id that the stream gave."""

    event: str
    data: str
    id: str
    #: When its last bytes came, of `time.perf_counter()`.
    arrived: float

    def json(self) -> Any:
        """The data, read as JSON."""
        return json.loads(self.data)
