"""The group of the greenlets of all users. The run hears of each user that starts and ends, so that the figures
beside the requests need no walk over ten thousand greenlets."""

from __future__ import annotations

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

    def add(self, greenlet: Any) -> None:
        if greenlet not in self._classes:
            arguments = getattr(greenlet, "args", None)
            name = type(arguments[0]).__name__ if arguments else ""
            self._classes[greenlet] = name
            self._run.user_started(name)
        super().add(greenlet)

    def _discard(self, greenlet: Any) -> None:
        super()._discard(greenlet)
        name = self._classes.pop(greenlet, None)
        if name is not None:
            self._run.user_ended(name)


UserGroup.__name__ = Group.__name__  # what suites print is what they know
