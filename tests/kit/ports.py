"""Ports for servers that cannot be given port 0."""

import socket

_kept: list[socket.socket] = []


def free_port() -> int:
    """A port that refuses connections until a server of the caller's listens there.

    It stays this process's: while a socket is bound to it the kernel gives it to no connection and to no socket that
    asks for port 0. Only a socket that may use an address, too (`SO_REUSEADDR`, as servers set it) can be bound to it.
    """
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind(("", 0))
    _kept.append(kept)
    return int(kept.getsockname()[1])


def takes_connections(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
