"""What the kernel says of connections on 127.0.0.1: which bytes and which ends have reached the other side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

TABLE = Path("/proc/net/tcp")
ESTABLISHED, FIN_WAIT2, TIME_WAIT, CLOSE, CLOSE_WAIT, LISTEN = 0x01, 0x05, 0x06, 0x07, 0x08, 0x0A
#: Of an end that has nothing under way; what has ended by a reset is no longer in the table.
QUIET = (ESTABLISHED, FIN_WAIT2, TIME_WAIT, CLOSE, CLOSE_WAIT, LISTEN)


def _connections(port: int) -> Iterator[tuple[int, int, int]]:
    """State, bytes sent and not acknowledged, bytes received and not read, of each end at this port."""
    end = f":{port:04X}"
    for line in TABLE.read_text().splitlines()[1:]:
        _, local, _, state, queues, *_ = line.split()
        if local.endswith(end):
            sent, received = queues.split(":")
            yield int(state, 16), int(sent, 16), int(received, 16)


def has_read_all(_host: str, port: int) -> bool:
    """Whether the program at this port has read all that reached it."""
    return not any(received for _, _, received in _connections(port))


def has_arrived(port: int) -> bool:
    """Whether all that was sent from this port, the end of connections included, is with the other side."""
    return all(state == LISTEN or (state in QUIET and not sent) for state, sent, _ in _connections(port))
