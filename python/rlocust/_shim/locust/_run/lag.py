"""Watches how late users are, and says so once a run: what was late, and whose doing it is. Not a module of Locust's.

Lag is held against the cycle of the users: the time they have lived, all together, by the requests they made.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rlocust import _native

from .. import stats

if TYPE_CHECKING:
    from ..runners import Runner


class LagMonitor:
    """Counts users' time; looks at the cores of this machine when it is asked for a warning."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.cores = _native.CoreMonitor()
        self.user_seconds = 0.0
        self.users = 0
        self.noted = time.monotonic()

    def note(self) -> None:
        """To be called about once a second while users live."""
        now, users = time.monotonic(), self.runner.user_count
        self.user_seconds += max(users, self.users) * (now - self.noted)
        self.noted, self.users = now, users

    def warning(self) -> str | None:
        """What the lag so far means; None where it is small."""
        self.note()
        return stats.get_lag_warning(self.runner.stats, self.user_seconds, self.cores)
