"""What talks share: the questions asked in each state of a test, and what of an answer counts."""

import re
from collections.abc import Iterator
from typing import Any

from tests.kit.page import Answer, Page
from tests.kit.waiting import until

NUMBER, TEXT = "a number", "a text"

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


def text_of(answer: Answer) -> list[Any]:
    return [answer.status, answer.headers.get("content-type"), answer.text]


def routes(there: Page, state: str) -> Iterator[tuple[str, Any]]:
    for path in READ:
        yield f"{path} when {state}", described(there.get(path))


def figures_of(there: Page) -> dict[str, Any]:
    """What stands in the figures whatever the speed: names in their order, states, users."""
    stats = there.stats()
    return {
        "rows": [(row["method"], row["name"], row["avg_content_length"]) for row in stats["stats"]],
        "errors": [(row["method"], row["name"], row["error"]) for row in stats["errors"]],
        "state": stats["state"],
        "users": stats["user_count"],
        "percentiles": sorted(stats["current_response_time_percentiles"]),
        "ratios": there.get("/tasks").json(),
        "exceptions": [(row["msg"], row["nodes"]) for row in there.get("/exceptions").json()["exceptions"]],
    }


def first_error_at(there: Page) -> float:
    return min((float(row["first_seen"]) for row in there.stats()["errors"]), default=0.0)


def wait_for_all_rows(there: Page, errors_since: float = 0.0) -> None:
    """Every row, error and exception of `plain.py`: a reset leaves the rows, and takes the other two.

    Pages show figures of up to a second ago: they are those after a reset once the first error came after this time.
    """

    def is_complete() -> bool:
        rows, first_error = len(there.stats()["stats"]), first_error_at(there)
        exceptions = there.get("/exceptions").json()["exceptions"]
        return rows == 4 and first_error > errors_since and bool(exceptions)

    until("all rows are there", is_complete, every=0.1)
