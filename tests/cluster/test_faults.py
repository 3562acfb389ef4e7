"""Faults of clusters: `make cluster` plays each with Locust's own, beside real Locust.

A fault that names a time is played twice: what must hold in the end holds on a busy machine, its bounds on a quiet one.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.cluster.faults.listed import FAULTS
from tests.cluster.faults.scene import Fault, Scene
from tests.kit.targets import Target
from tests.kit.tools import LOCUST, RLOCUST

#: Played in every run of the tests; the others nightly.
QUICK = {"rebalanced", "busy", "restarted", "lost", "twins", "child_killed", "endless", "idlers"}


def _in_its_time(fault: Fault) -> Any:
    return pytest.param(fault, id=str(fault), marks=[] if str(fault) in QUICK else [pytest.mark.nightly])


@pytest.mark.timeout(300)
@pytest.mark.parametrize("fault", [_in_its_time(fault) for fault in FAULTS])
def test_what_must_hold_holds(fault: Fault, demo: Target, tmp_path: Path) -> None:
    fault.play(Scene(RLOCUST, RLOCUST, demo, tmp_path, is_timed=False))


@pytest.mark.clock
@pytest.mark.timeout(300)
@pytest.mark.parametrize("fault", [_in_its_time(fault) for fault in FAULTS if fault.is_timed])
def test_what_must_hold_holds_in_its_time(fault: Fault, demo: Target, tmp_path: Path) -> None:
    fault.play(Scene(RLOCUST, RLOCUST, demo, tmp_path))


@pytest.mark.nightly
@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if str(fault) in ("killed", "late", "delayed", "reset")], ids=str
)
def test_real_locust_stands_the_faults_that_it_stands(fault: Fault, demo: Target, tmp_path: Path) -> None:
    """The rig itself: what it calls wrong is wrong with the nodes."""
    fault.play(Scene(LOCUST, LOCUST, demo, tmp_path))
