"""Every pairing of Locust and rlocust nodes gives one true result: `make cluster` runs each twenty times."""

from pathlib import Path
from typing import Any

import pytest

from tests.cluster import pairings
from tests.cluster.pairings import PAIRINGS, Pairing
from tests.cluster.versions import EARLIER, locust_of
from tests.kit.targets import Target
from tests.kit.tools import LOCUST, RLOCUST

#: Reports come often enough for a short run to have several.
QUICK = {"RIG_REPORT": "0.5"}


def _in_its_time(pairing: Pairing) -> Any:
    """Our workers under each master, and a mixed cluster of ours, which have the wire both ways; the others nightly."""
    is_mixed = pairing.master is RLOCUST and set(pairing.workers) == {LOCUST, RLOCUST}
    is_quick = is_mixed or LOCUST not in pairing.workers
    return pytest.param(pairing, id=str(pairing), marks=[] if is_quick else [pytest.mark.nightly])


@pytest.mark.timeout(300)
@pytest.mark.parametrize("pairing", [_in_its_time(pairing) for pairing in PAIRINGS])
def test_what_the_nodes_count_is_what_the_server_counted(pairing: Pairing, demo: Target, tmp_path: Path) -> None:
    verdict = pairings.run(pairing, demo, tmp_path, env=QUICK)
    assert not any(verdict.values()), {what: wrong for what, wrong in verdict.items() if wrong}


@pytest.mark.nightly
@pytest.mark.timeout(900)  # the first use makes an environment
@pytest.mark.parametrize("minor", EARLIER)
@pytest.mark.parametrize("is_master", [False, True], ids=["as a worker", "as the master"])
def test_earlier_locusts_pair_with_ours(minor: str, is_master: bool, demo: Target, tmp_path: Path) -> None:
    earlier = locust_of(minor)
    pairing = Pairing(earlier, [RLOCUST] * 2) if is_master else Pairing(RLOCUST, [earlier] * 2)
    verdict = pairings.run(pairing, demo, tmp_path, env=QUICK | {"PYTHONPATH": ""})
    assert not any(verdict.values()), {what: wrong for what, wrong in verdict.items() if wrong}
