"""Earlier runs on the page (`--history`): listed, noted, compared, handed out, deleted; what is refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kit.page import Page, page
from tests.kit.places import LOCUSTFILES
from tests.kit.tools import RLOCUST, run
from tests.kit.waiting import until

FILES = LOCUSTFILES / "web"
FOREIGN = {"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.test", "Content-Type": "application/json"}


def runs_of(there: Page) -> list[dict[str, Any]]:
    answer = there.get("/api/v1/runs")
    assert answer.status == 200, answer.text
    return list(answer.json())


def one_test(there: Page) -> None:
    """A test of some requests, started and stopped; its store has an end."""
    known = len(runs_of(there))
    assert there.swarm(user_count=2, spawn_rate=100)["success"]
    until("it has requests", lambda: there.stats()["stats"][-1]["num_requests"] > 3)
    until("it is kept", lambda: len(runs_of(there)) > known)
    until("it has been read, and goes on", lambda: runs_of(there)[0]["state"] == "current")
    assert there.post("/stop").json()["success"]
    until("its store has an end", lambda: runs_of(there)[0]["state"] == "complete")


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page after two tests."""
    folder = tmp_path_factory.mktemp("history") / "runs"
    with page(RLOCUST, FILES / "plain.py", "--history", str(folder), cwd=folder.parent) as there:
        one_test(there)
        one_test(there)
        yield there


def test_each_test_of_a_page_is_a_run_with_its_figures(there: Page) -> None:
    second, first = runs_of(there)
    assert second["started_at"] > first["started_at"] and second["id"] > first["id"]
    assert (first["users"], first["requests"] > 3, first["state"]) == (2, True, "complete")
    assert there.get("/api/v1/state").json()["can"]["history"] is True
    assert len(there.get("/api/v1/runs?limit=1").json()) == 1
    assert there.get("/api/v1/runs?limit=x").status == 400


def test_a_run_is_shown_as_its_report_and_its_store_is_handed_out(there: Page, tmp_path: Path) -> None:
    run_id = runs_of(there)[1]["id"]
    detail = there.get(f"/api/v1/runs/{run_id}").json()
    assert detail["run"]["id"] == run_id and detail["endpoints"][0]["requests"] == detail["run"]["requests"]
    assert {"state", "series", "errors", "settings", "heatmap"} <= set(detail)
    assert 'id="rlocust-data"' in there.get(f"/api/v1/runs/{run_id}/report").text
    answer = there.get(f"/api/v1/runs/{run_id}/store")
    assert answer.headers["content-disposition"] == f"attachment;filename={run_id}.store"
    (tmp_path / "run.store").write_bytes(answer.body)
    assert run(RLOCUST, "report", tmp_path / "run.store").exit_code == 0


def test_two_runs_are_compared_with_their_curves(there: Page) -> None:
    second, first = (each["id"] for each in runs_of(there))
    compared = there.get(f"/api/v1/compare?a={first}&b={second}").json()
    details = {key: there.get(f"/api/v1/runs/{run_id}").json() for key, run_id in (("a", first), ("b", second))}
    assert (compared["first"], compared["second"]) == (first, second)
    assert [figure["figure"] for figure in compared["entries"][0]["figures"]]
    for key, curve in compared["series"].items():
        times = [at - details[key]["run"]["started_at"] for at in details[key]["series"]["-1"]["t"]]
        assert curve["t"] == pytest.approx(times, abs=0.002) and times[0] >= 0
        assert len(curve["t"]) == len(curve["rps"]) == len(curve["p95"])
    missing = there.get(f"/api/v1/compare?a={first}")
    assert (missing.status, "`b` is missing" in missing.json()["message"]) == (400, True)
    assert there.get(f"/api/v1/compare?a={first}&b=nothing").status == 404


def test_notes_and_labels_are_kept_and_nothing_else_is_changed(there: Page) -> None:
    path = f"/api/v1/runs/{runs_of(there)[1]['id']}"
    noted = there.ask("PATCH", path, '{"note": "before <b>", "labels": ["x"]}')
    assert (noted.status, noted.json()["note"]) == (200, "before <b>")
    assert runs_of(there)[1]["labels"] == ["x"]
    wrong = there.ask("PATCH", path, '{"id": "x"}')
    assert (wrong.status, "`id` cannot be changed" in wrong.json()["message"]) == (400, True)


def test_a_page_of_another_site_changes_nothing(there: Page) -> None:
    path = f"/api/v1/runs/{runs_of(there)[1]['id']}"
    for method in ("PATCH", "DELETE"):
        assert there.ask(method, path, '{"note": "evil"}', FOREIGN).status == 403
    assert runs_of(there)[1]["note"] != "evil"


def test_no_path_leads_out_of_the_folder(there: Page) -> None:
    for way in ("..%2Fsecret", "%2e%2e", "..", "a%00b", "/etc/passwd"):
        for below in ("", "/store", "/report"):
            assert there.get(f"/api/v1/runs/{way}{below}").status == 404, way
        assert there.ask("DELETE", f"/api/v1/runs/{way}").status in (404, 405), way


def test_the_routes_are_described(there: Page) -> None:
    paths = there.get("/api/v1/openapi.json").json()["paths"]
    assert set(paths["/api/v1/runs/{id}"]) == {"get", "patch", "delete"}
    assert "403" in paths["/api/v1/runs/{id}"]["delete"]["responses"]
    assert [each["name"] for each in paths["/api/v1/compare"]["get"]["parameters"]] == ["a", "b"]
    assert "application/octet-stream" in paths["/api/v1/runs/{id}/store"]["get"]["responses"]["200"]["content"]


def test_a_run_that_goes_on_is_not_deleted_and_one_that_is_over_is(tmp_path: Path) -> None:
    with page(RLOCUST, FILES / "plain.py", "--history", "runs", cwd=tmp_path) as there:
        assert there.swarm(user_count=1, spawn_rate=100)["success"]
        until("it is kept", lambda: runs_of(there))
        path = f"/api/v1/runs/{runs_of(there)[0]['id']}"
        refused = there.ask("DELETE", path)
        assert (refused.status, "is still running" in refused.json()["message"]) == (409, True)
        assert there.post("/stop").json()["success"]
        until("it is over", lambda: runs_of(there)[0]["state"] == "complete")
        assert there.ask("DELETE", path).json()["success"]
        assert runs_of(there) == [] and there.get(path).status == 404
    assert list((tmp_path / "runs").iterdir()) == []


def test_without_a_folder_the_page_says_what_is_needed() -> None:
    with page(RLOCUST, FILES / "plain.py") as there:
        for path in ("/api/v1/runs", "/api/v1/runs/x", "/api/v1/runs/x/store", "/api/v1/compare?a=x&b=y"):
            answer = there.get(path)
            assert (answer.status, "--history FOLDER" in answer.json()["message"]) == (404, True), path
        assert there.get("/api/v1/state").json()["can"]["history"] is False


def ways_to(run_id: str) -> list[tuple[str, str]]:
    """Every route of earlier runs, with what it would change."""
    run = f"/api/v1/runs/{run_id}"
    reads = ["/api/v1/runs", run, f"{run}/report", f"{run}/store", f"/api/v1/compare?a={run_id}&b={run_id}"]
    return [*(("GET", path) for path in reads), ("HEAD", run), ("PATCH", run), ("DELETE", run)]


def test_who_has_not_logged_in_gets_nothing_of_earlier_runs(tmp_path: Path) -> None:
    """docs/contract/web.md §5."""
    with page(RLOCUST, FILES / "login.py", "--web-login", "--history", "runs", cwd=tmp_path) as there:
        assert there.post("/login_submit", {"username": "me", "password": "right"}).status == 302
        assert there.swarm(user_count=1, spawn_rate=100)["success"]
        until("it is kept", lambda: runs_of(there))
        assert there.post("/stop").json()["success"]
        until("it is over", lambda: runs_of(there)[0]["state"] == "complete")
        run_id = runs_of(there)[0]["id"]
        known, there.cookies = there.cookies, {}
        for cookies in ({}, {"session": "made up"}):
            for method, path in ways_to(run_id):
                there.cookies = dict(cookies)
                answer = there.ask(method, path, '{"note": "evil"}' if method == "PATCH" else None)
                assert answer.status == 401, (method, path)
                assert run_id not in answer.text, (method, path)
        there.cookies = known
        assert (runs_of(there)[0]["id"], runs_of(there)[0]["note"]) == (run_id, "")
        for method, path in ways_to(run_id)[:4]:
            assert there.ask(method, path).status == 200, (method, path)
