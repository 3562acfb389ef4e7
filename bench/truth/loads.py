"""The loads of the truth rig: what users do, how they begin, and what kind of server they ask."""

from dataclasses import dataclass
from itertools import product

SPREAD = 3.0  # seconds within which users have begun that do not begin at a rate


@dataclass(frozen=True)
class Load:
    """Each task asks once and burns CPU, then the user waits."""

    burn_ms: int
    users: int
    wait: float
    #: Users begun a second, so many together at the beginning of each second; 0: at random moments of the first three.
    rate: int = 0
    #: Options of server.py.
    server: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        beginning = "at once" if self.rate >= self.users else f"{self.rate} a second"
        parts = [f"{self.burn_ms} ms of CPU, {self.users} users, wait {self.wait:g} s"]
        parts += [beginning] * bool(self.rate) + [SERVERS[self.server]] * bool(self.server)
        return ", ".join(parts)

    @property
    def keeps(self) -> bool:
        """Connections are kept."""
        return "--close" not in self.server

    @property
    def scheme(self) -> str:
        return "https" if "--tls" in self.server else "http"

    @property
    def start(self) -> float:
        return 0.0 if self.rate else SPREAD


SERVERS = {(): "", ("--close",): "closing", ("--tls",): "TLS", ("--tls", "--close"): "TLS, closing"}
GRID = list(product((0, 1, 5), (50, 500), (0.0, 0.5)))
STEADY = [Load(*cell) for cell in GRID]
AT_ONCE = [Load(*cell, rate=cell[1]) for cell in GRID]
#: Users who arrive while others are at work, at each kind of server.
RAMPS = [Load(0, 500, 0.5, rate, server) for rate, server in product((10, 100, 500), SERVERS)]
LOADS = list(dict.fromkeys(STEADY + AT_ONCE + RAMPS))
#: Where Locust is measured beside, for contrast, and what docs/truth.md shows beside.
CONTRAST = [Load(5, 50, 0.0), Load(0, 500, 0.5)]
