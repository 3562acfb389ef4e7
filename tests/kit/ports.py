"""Ports for servers that cannot be given port 0."""

import random
import socket
from pathlib import Path

LOWEST, HIGHEST = 10_000, 65_535
RESERVED: dict[int, socket.socket] = {}


def free_port() -> int:
    """A port nothing listens on, which no connection and no other call takes while this process lives.

    The kernel gives outgoing connections, and servers that ask for port 0, a port of its own range: one found
    there can be gone before it is used. Raises `LookupError` when every other port is taken.
    """
    candidates = outside_the_kernels_range()
    random.SystemRandom().shuffle(candidates)
    for port in candidates:
        if _reserved(port):
            if _can_be_bound(port):
                return port
            RESERVED.pop(port).close()
    raise LookupError(f"no port of {LOWEST} to {HIGHEST} outside the kernel's own range is free")


def outside_the_kernels_range() -> list[int]:
    first, last = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    return [port for port in range(LOWEST, HIGHEST + 1) if not first <= port <= last]


def _reserved(port: int) -> bool:
    """Whether the port is now this call's: its name among the abstract sockets goes to one process only."""
    if port in RESERVED:
        return False
    name = socket.socket(socket.AF_UNIX)
    try:
        name.bind(f"\0rlocust-test-port-{port}")
    except OSError:
        name.close()
        return False
    RESERVED[port] = name
    return True


def _can_be_bound(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True


def takes_connections(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
