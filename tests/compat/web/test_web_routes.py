"""Every route of Locust's interface in every state of a test: the answers of rlocust, and those that real Locust gave,
key by key (docs/contract/web.md).
"""

from typing import Any

from tests.compat.web.answers import described, figures_of, first_error_at, routes, shape, wait_for_all_rows
from tests.compat.web.talks import Talk, talk_as_with_locust
from tests.kit.page import Page

WRONG = [
    ("GET", "/swarm"),
    ("GET", "/stop"),
    ("GET", "/stats/reset"),
    ("POST", "/tasks"),
    ("GET", "/nothing"),
    ("GET", "/user"),
]


def said_at_start(there: Page) -> list[str]:
    lines = there.process.stderr.splitlines()
    return [
        line.split(": ", 1)[1] for line in lines if any(word in line for word in ("OPTIONS", "ENVIRONMENT", "RESET"))
    ]


def bare_prefix(there: Page) -> tuple[int, bool]:
    answer = there.get("/load")
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
    "unknown": "ignored",
}


def plain_from_idle_to_second_test(there: Page) -> Talk:
    yield "template args when idle", there.template_args()
    yield from routes(there, "idle")
    for method, path in WRONG:
        yield f"{method} {path}", described(there.ask(method, path))
    for mistake in MISTAKES:
        yield f"/swarm {mistake}", there.swarm(**mistake)

    yield f"the start {EDITED}", there.swarm(**EDITED)
    there.wait_for("running", 2)
    wait_for_all_rows(there)
    yield "the figures of a running test", figures_of(there)
    yield from routes(there, "running")
    yield "an edit", described(there.post("/swarm", {"user_count": "4", "spawn_rate": "10"}))
    there.wait_for("running", 4)
    before = first_error_at(there)
    yield "a reset", there.post("/stats/reset").text
    wait_for_all_rows(there, errors_since=before)
    yield "the stop", there.post("/stop").json()
    there.wait_for("stopped", 0)
    yield from routes(there, "stopped")
    yield "a second stop", there.post("/stop").json()
    yield "a second start", there.swarm(user_count=1, spawn_rate=1, host="http://third")
    there.wait_for("running", 1)
    yield "what the suite was told", said_at_start(there)
    yield "template args when running", shape({**there.template_args(), "history": []})


def test_the_answers_of_every_route_are_locusts_from_the_idle_page_to_the_second_test() -> None:
    """docs/contract/web.md §1, §2 and §4: idle, mistakes, running, edited, reset, stopped, started anew."""
    talk_as_with_locust(plain_from_idle_to_second_test, "plain.py", "--stop-timeout", "30", sources=(said_at_start,))


def edited_user_class(there: Page) -> Talk:
    for value in (
        {"user_class_name": "First", "host": "http://edited", "weight": 4, "tasks": ["fail"]},
        {"user_class_name": "Nobody"},
    ):
        yield f"/user {value}", described(there.post_json("/user", value))
    yield "a form", there.post("/user", {"user_class_name": "First"}).status
    yield "the classes afterwards", there.template_args()["users"]
    there.process.wait_for("UI got request for POST /user, but it resulted in a 500: JSONDecodeError")


def test_a_user_class_is_edited_by_json_alone() -> None:
    """`POST /user`: docs/contract/web.md §1."""
    talk_as_with_locust(edited_user_class, "plain.py")


def picked_classes_and_shapes(there: Page) -> Talk:
    yield "template args of the picker", there.template_args()
    yield from routes(there, "idle")
    there.base = ""
    yield "the bare prefix", bare_prefix(there)
    yield "outside the prefix", there.get("/tasks").status
    there.base = "/load"
    start = {"user_count": 1, "spawn_rate": 1, "user_classes": "Worker"}
    yield "one class", there.swarm(**start)
    there.wait_for("running", 1)
    yield "the class that runs", there.get("/tasks").json()
    yield "an edit keeps it", there.swarm(user_count=2, spawn_rate=5)
    there.wait_for("running", 2)
    there.post("/stop")
    yield "none named: all of them", there.swarm(user_count=2, spawn_rate=5)
    there.wait_for("running", 2)
    there.post("/stop")
    yield "a shape", there.swarm(**start, shape_class="TwoUsers")
    there.wait_for("running", 2)
    yield "no such shape", described(there.post("/swarm", {**start, "shape_class": "None"}))


def test_classes_and_shapes_are_picked_below_a_base_path() -> None:
    """`--class-picker`: docs/contract/web.md §2 and §3."""
    talk_as_with_locust(picked_classes_and_shapes, "shaped.py", "--class-picker", base="/load", sources=(bare_prefix,))


def followed_shape(there: Page) -> Talk:
    yield "template args with a shape", there.template_args()
    for what in ("the start", "a second start"):
        yield what, there.swarm(user_count=7, spawn_rate=1)
        there.wait_for("running", 2)
    there.process.wait_for("There is an ongoing shape test running. Editing is disabled")
    yield "the stop", there.post("/stop").json()
    yield "stopped", there.wait_for("stopped", 0)["state"]


def test_a_shape_is_followed_and_a_second_start_is_ignored() -> None:
    talk_as_with_locust(followed_shape, "shaped.py", "-u", "5", "--run-time", "900")
