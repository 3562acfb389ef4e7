"""The group of the greenlets of all users. It counts the users of each class as they come and go, and the run hears of
each, so that neither a step of a ramp nor the figures beside the requests need a walk over fifty thousand greenlets."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from gevent.pool import Group

if TYPE_CHECKING:
    from rlocust import _native


class UserGroup(Group):
    """A group of user greenlets, each started with its user as the first argument."""

    def __init__(self, run: _native.Run) -> None:
        super().__init__()
        self._run = run
        # A greenlet that has ended forgets its arguments before the group forgets the greenlet.
        self._classes: dict[Any, str] = {}
        self._running: dict[str, dict[Any, None]] = {}
        #: Whether users that were spawned may begin; once a signal asked for the end, none does.
        self.lets_users_begin = True

    def add(self, greenlet: Any) -> None:
        if greenlet not in self._classes:
            arguments = getattr(greenlet, "args", None)
            name = type(arguments[0]).__name__ if arguments else ""
            self._classes[greenlet] = name
            self._running.setdefault(name, {})[greenlet] = None
            self._run.user_started(name)
        super().add(greenlet)

    def _discard(self, greenlet: Any) -> None:
        super()._discard(greenlet)
        self.user_ends(greenlet)
        name = self._classes.pop(greenlet, None)
        if name is not None:
            self._run.user_ended(name)

    def user_ends(self, greenlet: Any) -> None:
        """Counts a user no longer; its greenlet, which is about to end, is discarded by the loop's next turn."""
        self._running.get(self._classes.get(greenlet, ""), {}).pop(greenlet, None)

    def discard_ended(self) -> None:
        """Those whose users have ended: one that dies of KeyboardInterrupt waits until gevent comes back to it."""
        for greenlet in list(self):
            if greenlet not in self._running.get(self._classes.get(greenlet, ""), {}):
                self.discard(greenlet)

    def count_of(self, class_name: str) -> int:
        """How many users of a class run."""
        return len(self._running.get(class_name, ()))

    def some_of(self, class_name: str, count: int) -> list[Any]:
        """At most so many users of a class, the oldest first."""
        return [greenlet.args[0] for greenlet in islice(self._running.get(class_name, ()), count) if greenlet.args]


UserGroup.__name__ = Group.__name__  # what suites print is what they know
