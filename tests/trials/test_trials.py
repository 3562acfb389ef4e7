"""Small locustfiles of the kinds in which trials found faults: they end the run from somewhere, listen to reports, or
add to the web interface. Each runs under both programs, one after the other, at night; a few have their outcome here.

A locustfile of `pages` says in `# asks:` which paths a client asks, `METHOD:` before those that are no GET.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kit.page import page
from tests.kit.ports import free_port
from tests.kit.tools import LOCUST, RLOCUST, Tool, run

HERE = Path(__file__).with_name("locustfiles")
FILES = sorted(path.relative_to(HERE).with_suffix("").as_posix() for path in HERE.glob("*/*.py"))
USERS = ["--headless", "--only-summary", "-u", "3", "-r", "100", "-L", "CRITICAL"]
#: Of an answer, beside its status and its text.
HEADERS = ("content-type", "content-disposition", "location", "x-signed", "set-cookie")

OUTCOMES: dict[str, Any] = {
    "quits/by_all_users_at_once": (0, ["quit with 0"]),
    "quits/exit_code_in_quitting": (3, ["quit with 3"]),
    "quits/in_a_request_listener": (0, ["quit with 0", "ten"]),
    "quits/in_spawning_complete": (0, ["quit with 0", "users: 3"]),
    "quits/reschedule": (0, ["nine", "quit with 0"]),
    "reports/own_data_in_reports": (0, ["some True"]),
    "reports/error_in_worker_report": (2, ["True"]),
    "pages/packed_by_the_route": [("GET /own", 200, "text/plain; charset=utf-8", "packed by the route " * 50)],
    "pages/empty": [
        ("GET /own", 204, "text/html; charset=utf-8", ""),
        ("HEAD /full", 200, "text/html; charset=utf-8", ""),
        ("DELETE /own", 204, "text/html; charset=utf-8", ""),
    ],
}
#: docs/contract/differences.md, B: `runner.quit()` inside a task. Their outcome stands above.
LOCUST_NEVER_ENDS = {"quits/in_a_request_listener", "quits/in_spawning_complete", "quits/reschedule"}


def outcome(tool: Tool, name: str) -> Any:
    file = HERE / f"{name}.py"
    if name.startswith("pages/"):
        return list(answers(tool, file))
    ended = run(tool, "-f", file, *USERS, *(nodes() if name.startswith("reports/") else []))
    return ended.exit_code, sorted(ended.stdout.splitlines())


def nodes() -> list[str]:
    """A master and a worker."""
    port = str(free_port())
    where = ["--master-bind-host", "127.0.0.1", "--master-bind-port", port, "--master-port", port]
    return ["--processes", "1", *where]


def answers(tool: Tool, file: Path) -> Iterator[Any]:
    """What a client that takes packed answers and keeps cookies gets, read to its end."""
    import requests

    asked = re.search(r"(?m)^# asks: (.*)$", file.read_text())
    assert asked, f"{file.name} says not what is asked of it"
    with page(tool, file) as there, requests.Session() as client:
        for each in asked[1].split():
            method, _, path = each.rpartition(":")
            method = method or "GET"
            answer = client.request(method, f"http://127.0.0.1:{there.port}{path}", allow_redirects=False)
            if path == "/stats/requests":
                text = ",".join(sorted(answer.json()))
            else:
                text = answer.text
            headers = [answer.headers[name] for name in HEADERS if name in answer.headers]
            yield (f"{method} {path}", answer.status_code, *headers, text)


@pytest.mark.parametrize("name", OUTCOMES)
def test_ends_and_answers_as_it_should(name: str) -> None:
    assert outcome(RLOCUST, name) == OUTCOMES[name]


@pytest.mark.nightly
@pytest.mark.parametrize("name", sorted({*FILES} - LOCUST_NEVER_ENDS))
def test_gives_what_locust_gives(name: str) -> None:
    if not LOCUST.is_installed:
        pytest.skip(f"real Locust is not installed at {LOCUST.command[0]} (set LOCUST_PYTHON)")
    assert outcome(RLOCUST, name) == outcome(LOCUST, name)
