"""Users of a Socket.IO server: `self.sio` is python-socketio's client, whose connecting, sending and receiving are
reported.

`connect` and `call` are timed; what is sent (`WSS`, `WSE`) and received (`WSR`) has no answer to wait for, and its
response time is 0. A suite that knows more overrides `on_message` of the client.
"""

from __future__ import annotations

from typing import Any, ClassVar

import gevent

from locust.event import EventHook
from locust.user.users import User
from rlocust._extras import hinted

with hinted():
    import socketio


class SocketIOClient(socketio.Client):
    """python-socketio's client, which reports what it does."""

    def __init__(self, request_event: EventHook, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request_event = request_event

    def connect(self, *args: Any, **kwargs: Any) -> None:
        """Connects; the time until the server has taken all namespaces counts."""
        with self.request_event.measure("WS", "connect"):
            super().connect(*args, **kwargs)

    def send(self, data: Any, namespace: Any = None, callback: Any = None, name: str = "Unnamed") -> None:
        """Sends a message, which has no name of its own."""
        failure = _failure_of(super().send, data, namespace, callback)
        self._report("WSS", name, data, failure)

    def emit(self, event: Any, data: Any = None, namespace: Any = None, callback: Any = None) -> None:
        """Sends an event, and waits for nothing."""
        failure = _failure_of(super().emit, event, data, namespace, callback)
        self._report("WSE", str(event), data, failure)

    def call(self, event: Any, data: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Sends an event and waits for its acknowledgement, which is returned."""
        with self.request_event.measure("WSC", event):
            return super().call(event, data, *args, **kwargs)

    def on_message(self, event: str, data: str) -> None:
        """Called for each event received that has no handler of the suite's; override it to report more."""
        self._report("WSR", event, data, None)

    def _report(self, request_type: str, name: str, data: Any, failure: Exception | None) -> None:
        self.request_event.fire(
            request_type=request_type,
            name=name,
            response_time=0,
            response_length=len(data or []),
            exception=failure,
            context={},
        )


class SocketIOUser(User):
    """Talks to the server by `self.sio`; `options` are those of `socketio.Client`."""

    abstract = True
    options: ClassVar[dict[str, Any]] = {}
    sio: SocketIOClient

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sio = SocketIOClient(self.environment.events.request, **self.options)
        self.sio_greenlet = gevent.spawn(self.sio.wait)
        self.sio.on("*", self.sio.on_message)


def _failure_of(call: Any, *args: Any) -> Exception | None:
    try:
        call(*args)
    except Exception as error:
        return error
    return None
