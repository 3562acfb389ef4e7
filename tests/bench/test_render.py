"""What the pages show of a sitting, whichever parts it has."""

from bench import render
from tests.bench.sitting import cost, sitting


def rows(text: str, after: str) -> dict[str, list[str]]:
    """Of the table that follows these words; the heads under an empty name."""
    lines = text.partition(after)[2].strip().partition("\n\n")[0].splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {name: others for name, *others in cells}


def test_kinds_of_requests_stand_by_number_of_users_each_beside_the_get_of_as_many():
    page = render.bench(sitting(GET=(20, 1.5), HTTPS=(20, 3), realistic=(100, 4)))
    assert page.index("\n\n100 users, other kinds") < page.index("\n\n20 users, other kinds")
    many = rows(page, "100 users, other kinds of requests, CPU microseconds per request:")
    assert many[""] == ["GET", "realistic"]
    assert many["rlocust HttpUser"] == ["10.0", "40.0"]
    assert "wrk" not in many
    few = rows(page, "Ratios within each round, 20 users:")
    assert few[""] == ["GET", "HTTPS"]
    assert few["rlocust HttpUser / the same, GET"] == ["1.0", "2.0"]
    assert few["Locust HttpUser / rlocust HttpUser"] == ["10.0", "10.0"]


def test_a_kind_of_request_that_was_not_measured_has_no_column_and_no_row():
    old = sitting(GET=(20, 1))
    assert "realistic" not in render.bench(old) + render.figures(old, {"rounds": []})
    new = sitting(GET=(20, 1), realistic=(100, 4), a_listener=(100, 2))
    said = rows("after" + render.figures(new, {"rounds": []}), "after")
    assert said["CPU for a realistic request (JSON, headers, checks), HttpUser, 100 users"] == [
        "400 µs",
        "40.0 µs",
        "10.0 times less",
    ]
    assert said["CPU for a request with a listener, FastHttpUser, 100 users"] == [
        "400 µs",
        "40.0 µs",
        "10.0 times less",
    ]


def test_a_sitting_without_kinds_of_requests_shows_the_rest():
    page = render.bench(sitting())
    assert "other kinds" not in page
    assert rows(page, "CPU microseconds per request:")["wrk"] == ["5.0", "5.0"]


def test_a_program_that_was_not_installed_has_no_row():
    assert "oha" not in render.bench(sitting())
    with_oha = sitting()
    with_oha["cpu"] += [{**row, "variant": "oha", "cpu_us": 8.0} for row in with_oha["cpu"] if row["variant"] == "wrk"]
    page = render.bench(with_oha)
    assert rows(page, "CPU microseconds per request:")["oha"] == ["8.0", "8.0"]
    assert rows(page, "Ratios within each round, 100 users:")["rlocust FastHttpUser / oha"] == ["2.5"]


def test_a_kind_of_request_that_wrk_was_asked_for_stands_beside_it():
    data = sitting(GET=(20, 1), big=(20, 2))
    assert not any("/ wrk" in name for name in rows(render.bench(data), "Ratios within each round, 20 users:"))
    data["loads"].append(cost("wrk", 20, 8, load="big"))
    page = render.bench(data)
    assert rows(page, "20 users, other kinds of requests, CPU microseconds per request:")["wrk"] == ["-", "40.0"]
    assert rows(page, "Ratios within each round, 20 users:")["rlocust HttpUser / wrk"] == ["-", "0.5"]
