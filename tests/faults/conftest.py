"""All tests of this folder carry the mark `faults`: `make faults` runs them, with those of the same mark elsewhere."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.places import TESTS
from tests.kit.processes import running

HERE = TESTS / "faults"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in Path(item.path).parents:
            item.add_marker(pytest.mark.faults)


@pytest.fixture(scope="session")
def hostile() -> Iterator[str]:
    """The URL of a server whose answers have no end; `/fine` has one."""
    with running([sys.executable, str(HERE / "hostile_server.py")]) as process:
        process.wait_for("\n")
        yield process.stdout.strip()
