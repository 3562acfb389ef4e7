"""Every route of Locust's interface in every state of a test: the answers of real Locust, asked live, and ours, key by
key (docs/contract/web.md).
"""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.kit.page import Answer, Page, both_pages
from tests.kit.places import LOCUSTFILES
from tests.kit.programs import NOT_INSTALLED
from tests.kit.tools import LOCUST
from tests.kit.waiting import until

FILES = LOCUSTFILES / "web"
NUMBER, TEXT = "a number", "a text"

pytestmark = pytest.mark.skipif(not LOCUST.is_installed, reason=NOT_INSTALLED)

READ = [
    "/stats/requests",
    "/exceptions",
    "/tasks",
    "/logs",
    "/worker-count",
    "/stats/requests/csv",
    "/stats/failures/csv",
    "/exceptions/csv",
    "/stats/requests_full_history/csv",
    "/login",
    "/stats/report?download=1",
]
WRONG = [
    ("GET", "/swarm"),
    ("GET", "/stop"),
    ("GET", "/stats/reset"),
    ("POST", "/tasks"),
    ("GET", "/nothing"),
    ("GET", "/user"),
]


def shape(value: Any) -> Any:
    """Keys and types; lists as the shapes of their elements, each once."""
    if isinstance(value, dict) and any(key.startswith("response_time_percentile_") for key in value):
        # Those of the last seconds are null where nothing came, which is a matter of moments.
        value = {key: each or 0 for key, each in value.items()}
    if isinstance(value, dict) and any(re.search(r"_[0-9a-f]{32}$", key) for key in value):
        return {}  # by the names of workers, which send every ten seconds
    if isinstance(value, dict):
        return {key: shape(each) for key, each in sorted(value.items())}
    if isinstance(value, list):
        shapes: list[Any] = []
        for each in map(shape, value):
            if each not in shapes:
                shapes.append(each)
        return shapes
    if isinstance(value, bool) or value is None:
        return value
    return NUMBER if isinstance(value, (int, float)) else TEXT


def described(answer: Answer) -> dict[str, Any]:
    """Of an answer what scripts rely on: status, headers, and of JSON the keys and types, of CSV the header."""
    kind = answer.headers.get("content-type", "").replace(" ", "")
    said: dict[str, Any] = {"status": answer.status}
    if answer.status < 300:
        said["kind"] = kind.replace("text/csv;charset=utf-8", "text/csv")
    for name in ("location", "content-disposition", "allow"):
        if name in answer.headers:
            value = re.sub(r"\d{4}-\d\d-\d\d-\d\dh\d\d", "MINUTE", answer.headers[name])
            said[name] = ", ".join(sorted(value.split(", ")))
    if kind == "application/json":
        said["json"] = shape(answer.json())
        said["layout"] = answer.text.startswith("{\n  ") and answer.text.endswith("}\n")
    elif kind.startswith("text/csv"):
        said["head"] = answer.text.splitlines()[0]
    return said


def compare(pages: tuple[Page, Page], ask: Callable[[Page], Any], what: str) -> Any:
    theirs, ours = (ask(page) for page in pages)
    assert ours == theirs, f"{what}\n  Locust:  {theirs}\n  rlocust: {ours}"
    return ours


def compare_routes(pages: tuple[Page, Page], state: str) -> None:
    for path in READ:
        compare(pages, lambda page, path=path: described(page.get(path)), f"{path} when {state}")


def figures_of(page: Page) -> dict[str, Any]:
    """What stands in the figures whatever the speed: names in their order, states, users."""
    stats = page.stats()
    return {
        "rows": [(row["method"], row["name"], row["avg_content_length"]) for row in stats["stats"]],
        "errors": [(row["method"], row["name"], row["error"]) for row in stats["errors"]],
        "state": stats["state"],
        "users": stats["user_count"],
        "percentiles": sorted(stats["current_response_time_percentiles"]),
        "ratios": page.get("/tasks").json(),
        "exceptions": [(row["msg"], row["nodes"]) for row in page.get("/exceptions").json()["exceptions"]],
    }


def is_complete(page: Page) -> bool:
    """Every row, error and exception of the suite is there: a reset leaves the rows, and takes the other two."""
    stats = page.stats()
    return len(stats["stats"]) == 4 and bool(stats["errors"]) and bool(page.get("/exceptions").json()["exceptions"])


def said_at_start(page: Page) -> list[str]:
    lines = page.process.stderr.splitlines()
    return [
        line.split(": ", 1)[1] for line in lines if any(word in line for word in ("OPTIONS", "ENVIRONMENT", "RESET"))
    ]


def bare_prefix(page: Page) -> tuple[int, bool]:
    answer = page.get("/load")
    return answer.status, answer.headers["location"].endswith("/load/")


MISTAKES: list[dict[str, Any]] = [
    {},
    {"user_count": "abc", "spawn_rate": 1},
    {"user_count": 1, "spawn_rate": "x"},
    {"user_count": 1, "spawn_rate": 0},
    {"user_count": -1, "spawn_rate": 1},
    {"user_count": 1, "spawn_rate": "nan"},
    {"user_count": 1, "spawn_rate": "inf"},
    {"user_count": 1},
    {"user_count": 1, "spawn_rate": 1, "run_time": "5x"},
    {"host": "http://<b>kept", "user_count": "1.5"},
]

EDITED = {
    "user_count": 2,
    "spawn_rate": "50.5",
    "host": "",
    "profile": "some load",
    "run_time": "1h20m",
    "text": "other",
    "nothing": "7",
    "count": "8",
    "ratio": "1.25",
    "is_on": "true",
    "words": ["x", "y"],
    "numbers": "5,6",
    "choice": "blue",
    "hidden": "seen",
    "unknown": "ignored",
}


def test_the_answers_of_every_route_are_locusts_from_the_idle_page_to_the_second_test() -> None:
    """docs/contract/web.md §1, §2 and §4: idle, mistakes, running, edited, reset, stopped, started anew."""
    with both_pages(FILES / "plain.py", "--stop-timeout", "5") as pages:
        compare(pages, lambda page: page.template_args(), "template args when idle")
        compare_routes(pages, "idle")
        for method, path in WRONG:
            compare(pages, lambda page, m=method, p=path: described(page.ask(m, p)), f"{method} {path}")
        for mistake in MISTAKES:
            compare(pages, lambda page, form=mistake: page.swarm(**form), f"/swarm {mistake}")

        compare(pages, lambda page: page.swarm(**EDITED), "the start")
        for each in pages:
            each.wait_for("running", 2)
            until("all rows are there", lambda page=each: is_complete(page), every=0.1)
        compare(pages, figures_of, "the figures of a running test")
        compare_routes(pages, "running")
        compare(pages, lambda page: described(page.post("/swarm", {"user_count": "4", "spawn_rate": "10"})), "an edit")
        for each in pages:
            each.wait_for("running", 4)
        compare(pages, lambda page: page.post("/stats/reset").text, "a reset")
        for each in pages:
            until("the rows are there again", lambda page=each: is_complete(page), every=0.1)
        compare(pages, lambda page: page.post("/stop").json(), "the stop")
        for each in pages:
            each.wait_for("stopped", 0)
        compare_routes(pages, "stopped")
        compare(pages, lambda page: page.post("/stop").json(), "a second stop")
        compare(pages, lambda page: page.swarm(user_count=1, spawn_rate=1, host="http://third"), "a second start")
        for each in pages:
            each.wait_for("running", 1)
        compare(pages, said_at_start, "what the suite was told")
        compare(pages, lambda page: shape({**page.template_args(), "history": []}), "template args when running")


def test_a_user_class_is_edited_by_json_alone() -> None:
    """`POST /user`: docs/contract/web.md §1."""
    with both_pages(FILES / "plain.py") as pages:
        for value in (
            {"user_class_name": "First", "host": "http://edited", "weight": 4, "tasks": ["fail"]},
            {"user_class_name": "Nobody"},
        ):
            compare(pages, lambda page, sent=value: described(page.post_json("/user", sent)), f"/user {value}")
        compare(pages, lambda page: page.post("/user", {"user_class_name": "First"}).status, "a form")
        compare(pages, lambda page: page.template_args()["users"], "the classes afterwards")
        for each in pages:
            each.process.wait_for("UI got request for POST /user, but it resulted in a 500: JSONDecodeError")


def test_classes_and_shapes_are_picked_below_a_base_path() -> None:
    """`--class-picker`: docs/contract/web.md §2 and §3."""
    with both_pages(FILES / "shaped.py", "--class-picker", base="/load") as pages:
        compare(pages, lambda page: page.template_args(), "template args of the picker")
        compare_routes(pages, "idle")
        for each in pages:
            each.base = ""
        compare(pages, bare_prefix, "the bare prefix")
        compare(pages, lambda page: page.get("/tasks").status, "outside the prefix")
        for each in pages:
            each.base = "/load"
        start = {"user_count": 1, "spawn_rate": 1, "user_classes": "Worker"}
        compare(pages, lambda page: page.swarm(**start), "one class")
        for each in pages:
            each.wait_for("running", 1)
        compare(pages, lambda page: page.get("/tasks").json(), "the class that runs")
        compare(pages, lambda page: page.swarm(user_count=2, spawn_rate=5), "an edit keeps it")
        for each in pages:
            each.wait_for("running", 2)
            each.post("/stop")
        compare(pages, lambda page: page.swarm(user_count=2, spawn_rate=5), "none named: all of them")
        for each in pages:
            each.wait_for("running", 2)
            each.post("/stop")
        compare(pages, lambda page: page.swarm(**start, shape_class="TwoUsers"), "a shape")
        for each in pages:
            each.wait_for("running", 2)
        compare(pages, lambda page: described(page.post("/swarm", {**start, "shape_class": "None"})), "no such shape")


def test_a_shape_is_followed_and_a_second_start_is_ignored() -> None:
    with both_pages(FILES / "shaped.py", "-u", "5", "--run-time", "9") as pages:
        compare(pages, lambda page: page.template_args(), "template args with a shape")
        for what in ("the start", "a second start"):
            compare(pages, lambda page: page.swarm(user_count=7, spawn_rate=1), what)
            for each in pages:
                each.wait_for("running", 2)
        for each in pages:
            each.process.wait_for("There is an ongoing shape test running. Editing is disabled")
        compare(pages, lambda page: page.post("/stop").json(), "the stop")
        compare(pages, lambda page: page.wait_for("stopped", 0)["state"], "stopped")
