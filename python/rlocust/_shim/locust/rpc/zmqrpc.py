"""The sockets of master and worker. Distributed runs have not landed, so both refuse to open."""

from __future__ import annotations


class BaseSocket:
    def __init__(self, sock_type: int, ipv4_only: bool) -> None:
        raise NotImplementedError("rlocust cannot connect to other nodes yet; run it as one process for now")


class Server(BaseSocket):
    """The master's end."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(0, False)


class Client(BaseSocket):
    """A worker's end."""

    def __init__(self, host: str, port: int, identity: str) -> None:
        super().__init__(0, False)
