"""Users that end the test themselves, many in the same moment."""

import pytest

from tests.kit.programs import both


@pytest.mark.parametrize("stop_timeout", ["0", "2"])
@pytest.mark.parametrize("method", ["quit", "stop"])
def test_nothing_behind_the_call_runs_in_any_user(method: str, stop_timeout: str) -> None:
    """docs/contract/events.md §5.3: code after `quit()` in the caller does not run, whoever else calls it."""
    assert both("stopping/ended_by_all.py", method, stop_timeout) == [
        f"calls 5, behind the call {0 if method == 'quit' else '-'}, behind a switch 0"
    ]
