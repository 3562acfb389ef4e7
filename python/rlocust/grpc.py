"""gRPC users that keep their generated stubs, whose calls are timed on the I/O threads and counted like requests.

    from rlocust.grpc import GrpcUser

    class Visitor(GrpcUser):
        host = "localhost:50051"
        stub_class = GreeterStub

        @task
        def greet(self):
            self.stub.Greet(HelloRequest(name="world"), timeout=5)

Import it where `locust` may be imported: it does so. It needs grpcio, as the stubs do: `pip install "rlocust[grpc]"`.
What is counted as what, and what is not here: docs/grpc.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import rlocust
from rlocust._extras import hinted

rlocust.install()

with hinted():
    from rlocust._grpc.channel import GrpcChannel
    from rlocust._grpc.errors import GrpcError

from locust.exception import LocustError  # noqa: E402

from locust import User  # noqa: E402

if TYPE_CHECKING:
    from locust.env import Environment

__all__ = ["GrpcChannel", "GrpcError", "GrpcUser"]


class GrpcUser(User):
    """A user with a `channel` for generated stubs, and the `stub` of its `stub_class`. Whatever ends it closes both."""

    abstract = True

    stub_class: Callable[[Any], Any] | None = None
    """The stub that `self.stub` is one of, if there is one alone; others are made of `self.channel`."""

    stub: Any
    channel: GrpcChannel

    connect_timeout: float = 20.0
    """Seconds from the first packet until calls can be sent."""

    timeout: float | None = None
    """Seconds that a call may take, unless it is told otherwise; `None` is no limit."""

    max_receive_message_length: int = 4 * 1024 * 1024
    """Bytes of one message that comes; -1 is no limit."""

    max_send_message_length: int = -1
    """Bytes of one message that is sent; -1 is no limit."""

    verify: bool | str = True
    """As of `requests`: whether certificates are checked, or the file with those to trust."""

    cert: str | tuple[str, str] | None = None
    """As of `requests`: the client's certificate, or certificate and key."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        if self.host is None:
            raise LocustError('You must specify the host: `host = "localhost:50051"` or --host')
        self.channel = GrpcChannel(self)
        if self.stub_class is not None:
            self.stub = self.stub_class(self.channel)

    def run(self) -> None:  # type: ignore[misc]
        try:
            super().run()
        finally:
            self.channel.close()
