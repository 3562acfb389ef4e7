"""Which calls the engine carries, and which the Python libraries: every line of docs/http-roads.md, run."""

import pytest

from tests.kit.places import ROOT
from tests.kit.programs import both, printed_json

DOCUMENT = ROOT / "docs" / "http-roads.md"


def test_each_line_of_the_tables_is_true(demo):
    """docs/contract/http-client.md §1 and §4; a replaced original closes the native roads until it is back."""
    lines = printed_json("roads.py", demo.url, str(DOCUMENT))
    assert len(lines) == sum(line.startswith("| `") for line in DOCUMENT.read_text().splitlines()) > 100
    assert [line for line in lines if line[2] != line[3]] == []


def test_what_the_native_roads_look_at_stands_in_the_tables():
    """Nobody adds a check without a line that proves it."""
    lines = printed_json("originals.py")
    text = DOCUMENT.read_text()
    assert [name for name in lines if f"`{name}`" not in text] == []


def test_a_replacement_anywhere_closes_the_native_road_at_once():
    """Classes are looked at once they have changed, modules where an entry stood last: neither misses a change."""
    places, wrong = printed_json("clients/replacements.py")
    assert places >= 50
    assert wrong == []


@pytest.mark.parametrize("tool", ["responses", "vcr", "opentelemetry"])
def test_tools_that_replace_parts_of_requests_see_the_calls(demo, tool):
    """docs/http-roads.md, "While something is replaced": `responses` answers, `vcr` records and replays,
    OpenTelemetry's instrumentation makes spans."""
    pytest.importorskip({"opentelemetry": "opentelemetry.instrumentation.requests"}.get(tool, tool))
    assert (
        printed_json("replacing_tools.py", tool, demo.url)
        == {
            "responses": {"while": ["canned", 418, 1], "python_timed": 1, "after": 200, "server": 1},
            "vcr": {"recorded": 1, "replayed": [200, True], "python_timed": 2, "server": 1},
            "opentelemetry": {"spans": ["GET", "POST"], "statuses": [200, 200], "python_timed": 2, "after": 0},
        }[tool]
    )


def test_a_replaced_send_is_called_as_requests_calls_it(demo):
    printed = both("clients/patched_adapter.py", demo.url)
    assert printed[0] == "GET /text ['cert', 'proxies', 'stream', 'timeout', 'verify']"
