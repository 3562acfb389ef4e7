"""The sockets of master and worker. Distributed runs have not landed, so both refuse to open."""

from __future__ import annotations


class BaseSocket:
    def __init__(self, *args: object, **kwargs: object) -> None:
        raise NotImplementedError("rlocust cannot connect to other nodes yet; run it as one process for now")


class Server(BaseSocket):
    """`Server(host, port)`: the master's end."""


class Client(BaseSocket):
    """`Client(host, port, identity)`: a worker's end."""
