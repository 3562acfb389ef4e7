"""Rows 3, 4, 5 and 21 of the promise: validation, JSON, grouping, the fast client."""

import pytest

from tests.kit.runs import Goal, run_example
from tests.kit.targets import Nginx, Target
from tests.kit.tools import Run, Tool


def each(count: int, *names: str) -> Goal:
    return Goal(names=dict.fromkeys(names, count))


GROUPS = each(4, "/echo/blog?id=[id]", "/echo/news/[page]", "/echo/shop/[article]", "/echo/shop")


def assert_only_these_fail(ended: Run, errors: set[str]) -> None:
    """Rows named in the errors fail each time, all others never."""
    report = ended.report
    assert set(report.errors) == errors
    failing = {error.split(": ", 1)[0] for error in errors}
    assert report.failures == {row: count for row, count in report.counts.items() if row in failing}
    assert {error.split(": ", 1)[0]: count for error, count in report.errors.items()} == report.failures
    assert ended.exit_code == 1


def test_the_file_decides_what_is_a_success(tool: Tool, demo: Target) -> None:
    """Row 3, docs/contract/http-client.md §2: text, elapsed time, a 404 that is right, a 200 that is wrong."""
    ended = run_example(tool, "validation.py", demo.url)
    assert ended.report.names == {"GET /text", "GET /delay/50", "GET /status/404", "GET /json"}
    assert_only_these_fail(
        ended,
        {
            "GET /delay/50: slower than 20 ms",
            "GET /json: this page should be closed to strangers",
        },
    )
    assert ended.report.rows["GET", "/delay/50"].shortest >= 50
    received = demo.received()
    assert {row.removeprefix("GET "): count for row, count in ended.report.counts.items()} == received.paths


def test_a_page_that_is_not_there_fails_by_its_status(tool: Tool, web_server: Nginx) -> None:
    """Row 3 against nginx, which has no /delay: unless the file decides, the status does."""
    report = run_example(tool, "validation.py", web_server.url).report
    late = report.errors.pop("GET /delay/50: slower than 20 ms", 0)  # on a busy machine nginx, too, may take so long
    assert report.errors == {
        "GET /delay/50: HTTPError('404 Client Error: Not Found for url: /delay/50')": report.counts["GET /delay/50"]
        - late,
        "GET /json: this page should be closed to strangers": report.counts["GET /json"],
    }


def test_json_is_sent_read_and_its_faults_are_failures(tool: Tool, demo: Target) -> None:
    """Row 4: `json=`, `response.json()`, JSONDecodeError and KeyError."""
    ended = run_example(tool, "json_api.py", demo.url, users=9, goal=each(1, "/items", "/text", "/json"))
    assert ended.report.names == {"POST /items", "GET /text", "GET /json"}
    assert_only_these_fail(
        ended,
        {
            "GET /text: Response could not be decoded as JSON",
            "GET /json: Response did not contain the key 'greeting'",
        },
    )


def test_many_addresses_make_one_row(tool: Tool, demo: Target) -> None:
    """Row 5, docs/contract/http-client.md §5: name by argument, by attribute, by block; afterwards the path again."""
    ended = run_example(tool, "grouping.py", demo.url, users=9, goal=GROUPS)
    check_groups(ended, demo)


def test_grouping_holds_against_nginx(tool: Tool, web_server: Nginx) -> None:
    """Row 5, another server, which ends connections after ten requests."""
    ended = run_example(tool, "grouping.py", web_server.url, users=9, goal=GROUPS)
    check_groups(ended, web_server)


def check_groups(ended: Run, target: Target) -> None:
    counts, received = ended.report.counts, target.received()
    assert set(counts) == {
        "GET /echo/blog?id=[id]",
        "GET /echo/news/[page]",
        "GET /echo/shop/[article]",
        "POST /echo/shop/[article]",
        "GET /echo/shop",
    }
    assert counts["GET /echo/blog?id=[id]"] == received.paths["/echo/blog"]
    assert counts["GET /echo/news/[page]"] == received.under("/echo/news/")
    assert counts["GET /echo/news/[page]"] % 3 == 0
    assert counts["GET /echo/shop/[article]"] + counts["POST /echo/shop/[article]"] == received.under("/echo/shop/")
    assert counts["GET /echo/shop"] == received.paths["/echo/shop"] == counts["POST /echo/shop/[article]"]
    assert (ended.exit_code, ended.report.errors) == (0, {})


@pytest.mark.parametrize("chosen", [[], ["FastUser"]])
def test_the_fast_client_does_the_same_calls(tool: Tool, demo: Target, chosen: list[str]) -> None:
    """Row 21, docs/contract/http-client.md §3 and §4: both imports, its own failure texts, the verdict overruled."""
    goal = each(2, *(["/text"] if chosen else ["/text", "/json"]))
    ended = run_example(tool, "fast_client.py", demo.url, *chosen, users=4, goal=goal)
    fast = {"GET /text", "POST /items", "GET /status/404"}
    if chosen:
        assert (ended.report.names, ended.report.errors, ended.exit_code) == (fast, {}, 0)
    else:
        assert ended.report.names == fast | {"GET /json", "GET /status/500"}
        assert_only_these_fail(ended, {"GET /status/500: LocustBadStatusCode(code=500)"})
    assert {row.split()[1]: count for row, count in ended.report.counts.items()} == demo.received().paths
