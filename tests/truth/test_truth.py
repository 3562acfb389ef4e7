"""Reported times against the wire's and an independent probe's, and the account against the server's count: short forms
of `make truth` and `make accounting`."""

import json
from itertools import product

import pytest

from bench import accounting
from bench.truth import run as truth
from bench.truth import wire
from bench.truth.loads import Load

#: What is promised: p50 and p95 of the same requests on the wire, also on a busy machine.
PROMISED = 1.1
#: The probe's requests are others than the users': a busy machine lets both wait, each for itself.
LOOSE = 2.0
LOADS = [*truth.CONTRAST, Load(0, 500, 0.5, rate=500), Load(0, 500, 0.5, rate=100, server=("--tls",))]
CELLS = list(product(LOADS, ["rlocust HttpUser", "rlocust FastHttpUser"]))
#: Each load by one of both clients, each client under half of the loads; the other cells at night.
FIRST = [CELLS[at] for at in (0, 3, 4, 7)]


@pytest.mark.clock
@pytest.mark.parametrize(
    ("load", "variant"),
    [
        pytest.param(*cell, id=f"{cell[0].name}, {cell[1]}", marks=[] if cell in FIRST else pytest.mark.nightly)
        for cell in CELLS
    ],
)
def test_reported_times_are_those_of_the_wire_and_the_probe(load: Load, variant: str) -> None:
    if load.rate and not wire.may_capture():
        pytest.skip("users who begin together queue in the server, which only a capture shows: root and tcpdump")
    rows = {row["way"]: row for row in truth.measure(variant, load, seconds=8)}
    assert all(is_true(load, rows, percent) for percent in ("p50", "p95")), measured(rows)


def measured(rows: dict[str, truth.Row]) -> str:
    """The ratios of what is reported, and how busy who was."""
    shown = ("p50_wire_ratio", "p95_wire_ratio", "p50_probe_ratio", "p95_probe_ratio", "server_busy", "io_busy")
    return "; ".join(f"{way}: " + ", ".join(f"{key} {row.get(key)}" for key in shown) for way, row in rows.items())


def is_true(load: Load, rows: dict[str, truth.Row], percent: str) -> bool:
    """Both ways have to be there: a missing one proves nothing. New connections are held against the probe's only where
    users begin spread: it does not meet the queue of those who begin together, the wire does.
    """
    kept, opened = rows["kept"], rows["opened"]
    probed = [kept] if load.rate else [kept, opened]
    captured = [kept, opened] if wire.may_capture() else []
    return all(lies_within(LOOSE, row, f"{percent}_probe_ratio") for row in probed) and all(
        lies_within(PROMISED, row, f"{percent}_wire_ratio") for row in captured
    )


def lies_within(factor: float, row: truth.Row, ratio: str) -> bool:
    """Not where it was not measured: a capture that lost packets has no times."""
    return 1 / factor <= row.get(ratio, 0.0) <= factor


# Each way and each behaviour of the server once by the engine, each behaviour once by the Python libraries;
# `make accounting` runs all of them, a hundred runs in all.
BY_ENGINE = [
    (way, accounting.SERVERS[at % len(accounting.SERVERS)], "engine") for at, way in enumerate(accounting.WAYS)
]
BY_PYTHON = [
    (way, server, "python") for way, server in zip(accounting.WAYS, reversed(accounting.SERVERS), strict=False)
]

#: How much such a run does is the machine's affair.
BY_TIME = ("run time", "run time, tasks finish", "shape")


@pytest.mark.parametrize(("way", "server", "road"), BY_ENGINE + BY_PYTHON)
def test_every_call_and_every_attempt_is_in_the_account(way: str, server: str, road: str) -> None:
    row = accounting.one_run(way, server, road)
    assert row["exact"], json.dumps(row)
    assert row["account"]["ok"] > 0 or way in BY_TIME, json.dumps(row)
