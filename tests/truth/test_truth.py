"""Reported times against an independent probe's, and the account against the server's count: short forms of
`make truth` and `make accounting`, with limits loose enough for a busy machine."""

import pytest

from bench import accounting
from bench.truth import run as truth

pytestmark = pytest.mark.timeout(240)
LOOSE = 2.0
ATTEMPTS = 3  # another busy program can spoil a round, but none can make a wrong figure right


@pytest.mark.parametrize("variant", ["rlocust HttpUser", "rlocust FastHttpUser"])
@pytest.mark.parametrize("load", truth.LOADS, ids=lambda load: load.name)
def test_reported_times_are_those_a_probe_sees(load: truth.Load, variant: str) -> None:
    rows = []
    for _ in range(ATTEMPTS):
        rows.append(truth.measure(variant, load, seconds=12))
        if all(1 / LOOSE <= rows[-1][f"{percent}_ratio"] <= LOOSE for percent in ("p50", "p95")):
            return
    pytest.fail(f"reported and seen differ by more than {LOOSE:g} times: {rows}")


@pytest.mark.parametrize("way", accounting.WAYS)
def test_what_was_sent_is_what_the_server_received(way: str) -> None:
    row = accounting.one_run(way)
    assert row["exact"], row
    assert row["account"]["ok"] > 0
