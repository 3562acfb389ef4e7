"""What the system grants a run: open files and local ports. Looked at before the first user starts; what is too little
costs one line, which names the limit, its value and the remedy. Not a module of Locust's, which raises the first only.
"""

from __future__ import annotations

import logging

logger = logging.getLogger("locust.main")

#: Open files of the run itself, beside those of the users: log files, the hub, modules.
SPARE_FILES = 100
#: As many as Locust asks the system for.
LEAST_FILES = 10_000
PORT_RANGE = "/proc/sys/net/ipv4/ip_local_port_range"
#: What the range can be widened to: below are the ports of services that only root may open.
WIDEST_RANGE = (1024, 65535)


def raise_file_limit(users: int) -> None:
    """Every user holds connections: takes what the system grants, and asks for more where that is too little."""
    try:
        import resource
    except ImportError:  # not there on Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max(LEAST_FILES, users + SPARE_FILES)
    limits = [(hard, hard)]
    if hard != resource.RLIM_INFINITY and hard < wanted:
        limits.insert(0, (wanted, wanted))  # root may
    for new in limits:
        if new == (soft, hard):
            return
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, new)
            return
        except (ValueError, OSError) as error:
            logger.debug(f"Cannot set the limit of open files to {new[0]}: {error}")


class SystemLimits:
    """What one runner has been warned of."""

    def __init__(self) -> None:
        self._most_users = 0
        self._warned: set[str] = set()

    def check(self, users: int, source_addresses: int = 1) -> None:
        """To be called with each target: warns once of each limit that is too low for as many users."""
        if users <= self._most_users:
            return
        self._most_users = users
        for limit, line in (("files", about_files(users)), ("ports", about_ports(users, source_addresses))):
            if line and limit not in self._warned:
                self._warned.add(limit)
                logger.warning(line)


def about_files(users: int) -> str | None:
    try:
        import resource
    except ImportError:
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = users + SPARE_FILES
    if soft == resource.RLIM_INFINITY or needed <= soft:
        return None
    return (
        f"Only {soft} files may be open, too few for a connection of each of {users} users: "
        f"allow more by `ulimit -n {needed}`"
    )


def about_ports(users: int, source_addresses: int = 1) -> str | None:
    ports = _local_ports()
    addresses = max(1, source_addresses)
    if ports is None or users <= ports * addresses:
        return None
    first, last = WIDEST_RANGE
    most = last - first + 1
    remedy = f'widen it by `sysctl -w net.ipv4.ip_local_port_range="{first} {last}"`'
    if users > most * addresses:
        remedy += f" and give {-(-users // most)} addresses of this machine by --source-address"
    of_each = f" for each of {addresses} addresses" if addresses > 1 else ""
    return (
        f"net.ipv4.ip_local_port_range has {ports} ports{of_each}, too few for a connection of each of {users} users "
        f"to one host: {remedy}"
    )


def _local_ports() -> int | None:
    """How many ports the system has for connections from one address to one host; None where it does not say."""
    try:
        with open(PORT_RANGE) as file:
            first, last = map(int, file.read().split())
    except (OSError, ValueError):
        return None
    return last - first + 1
