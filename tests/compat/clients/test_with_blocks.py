"""The `with` block of `catch_response=True`, and what listeners are told: native while nothing is unusual."""

from tests.kit.programs import both


def test_whatever_a_suite_changes_around_a_call_shows_in_its_outcome(demo):
    """docs/contract/http-client.md §3: fields and methods of response, class and user; listeners."""
    printed = both("clients/with_blocks.py", demo.url)
    assert sum(line.startswith("  told") for line in printed) == 156
    assert "  left" in printed
