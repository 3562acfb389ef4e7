"""Users of a Socket.IO server. It has not landed: its names can be imported and derived from; using one says so."""

from __future__ import annotations

from typing import Any

from locust.user.users import User


class SocketIOUser(User):
    """Talks to the server by `self.sio`."""

    abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("rlocust has no SocketIOUser yet")


class SocketIOClient:
    """The client of a `SocketIOUser`, which reports what it does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("rlocust has no SocketIOClient yet")
