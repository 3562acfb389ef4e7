"""The wheel that `make wheel` has built."""

from pathlib import Path

import pytest

from tests.kit.places import ROOT


@pytest.fixture(scope="session")
def wheel() -> Path:
    found = sorted((ROOT / "dist").glob("rlocust-*.whl"))
    if not found:
        pytest.skip("no wheel in dist: `make wheel` builds it")
    assert len(found) == 1, "one wheel serves every Python"
    return found[0]
