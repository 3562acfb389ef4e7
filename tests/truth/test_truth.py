"""Reported times against an independent probe's, and the account against the server's count: short forms of
`make truth` and `make accounting`, with limits loose enough for a busy machine."""

import pytest

from bench import accounting
from bench.truth import run as truth
from bench.truth.loads import Load

pytestmark = pytest.mark.timeout(240)
LOOSE = 2.0
LOADS = [*truth.CONTRAST, Load(0, 500, 0.5, rate=500)]
ATTEMPTS = 3  # another busy program can spoil a round, but none can make a wrong figure right


@pytest.mark.parametrize("variant", ["rlocust HttpUser", "rlocust FastHttpUser"])
@pytest.mark.parametrize("load", LOADS, ids=lambda load: load.name)
def test_reported_times_are_those_a_probe_sees(load: Load, variant: str) -> None:
    rows = []
    for _ in range(ATTEMPTS):
        rows.append({row["way"]: row for row in truth.measure(variant, load, seconds=12)})
        if all(is_true(load, rows[-1], percent) for percent in ("p50", "p95")):
            return
    pytest.fail(f"reported and seen differ by more than {LOOSE:g} times: {rows}")


def is_true(load: Load, rows: dict[str, truth.Row], percent: str) -> bool:
    """Also of new connections, if it is no more than what the probe saw or, where users begin together, a plain client
    that asked as often at once: where the machine is busy the server has a queue, which the probe meets now and then.
    """
    kept, opened, *together = (rows[way][f"{percent}_ratio"] for way in ways_of(load))
    return 1 / LOOSE <= kept <= LOOSE and min([opened, *together]) <= LOOSE


def ways_of(load: Load) -> tuple[str, ...]:
    """Those that a measurement has to have: a missing one proves nothing."""
    return ("kept", "opened", "together") if load.rate else ("kept", "opened")


# Each way and each behaviour of the server once by the engine, each behaviour once by the Python libraries;
# `make accounting` runs all of them, a hundred runs in all.
BY_ENGINE = [
    (way, accounting.SERVERS[at % len(accounting.SERVERS)], "engine") for at, way in enumerate(accounting.WAYS)
]
BY_PYTHON = [
    (way, server, "python") for way, server in zip(accounting.WAYS, reversed(accounting.SERVERS), strict=False)
]


@pytest.mark.parametrize(("way", "server", "road"), BY_ENGINE + BY_PYTHON)
def test_every_call_and_every_attempt_is_in_the_account(way: str, server: str, road: str) -> None:
    row = accounting.one_run(way, server, road)
    assert row["exact"], row
    assert row["account"]["ok"] > 0
