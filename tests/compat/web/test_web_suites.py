"""Suites that extend the interface run unchanged: the same file under real Locust and under rlocust, asked the same
(docs/contract/web.md §5 and §6).
"""

from pathlib import Path
from typing import Any

import pytest

from tests.compat.web.test_web_routes import compare, described, shape
from tests.kit.certificates import self_signed
from tests.kit.page import Page, both_pages, page
from tests.kit.places import LOCUSTFILES
from tests.kit.programs import NOT_INSTALLED, both
from tests.kit.tools import LOCUST, RLOCUST, run
from tests.kit.waiting import until

FILES = LOCUSTFILES / "web"
HOOKED = ["/", "/stats/requests", "/tasks", "/exceptions", "/stats/requests/csv", "/worker-count", "/logs", "/nowhere"]
needs_locust = pytest.mark.skipif(not LOCUST.is_installed, reason=NOT_INSTALLED)


def text_of(path: str, method: str = "GET", body: str | None = None, **headers: str) -> Any:
    def ask(page: Page) -> Any:
        answer = page.ask(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        return answer.status, answer.headers.get("content-type"), answer.text

    return ask


@needs_locust
def test_routes_blueprints_hooks_and_templates_of_a_suite_work() -> None:
    with both_pages(FILES / "extended.py") as pages:
        for path in ("/metrics", "/own/7", "/own/x", "/addresses", "/own/page", "/own/csv", "/own/static/said.txt"):
            compare(pages, text_of(path), path)
        compare(pages, text_of("/own/8", "PUT", "some text"), "PUT")
        compare(
            pages,
            text_of("/form", "POST", "a=1&a=2&b=%C3%A4", Content_Type="application/x-www-form-urlencoded"),
            "form",
        )
        compare(pages, lambda page: (page.get("/away").status, page.get("/away").headers["location"]), "a redirect")
        compare(pages, lambda page: page.get("/broken").status, "a view that raises")
        compare(
            pages, lambda page: (page.get("/?refused=1").status, page.get("/stats/requests?refused=1").text), "refused"
        )
        for path in HOOKED:
            compare(pages, lambda page, path=path: page.get(path).headers.get("x-suite"), f"the hook after {path}")
        compare(pages, lambda page: page.template_args(), "template args")
        compare(pages, lambda page: "mine" in page.get("/own/index").text, "the page rendered by the suite")
        compare(pages, lambda page: page.get("/tasks").json()["added"], "a view in the place of Locust's")
        compare(pages, lambda page: page.swarm(user_count=2, spawn_rate=10), "the start")
        for each in pages:
            each.wait_for("running", 2)
            until("the table has its row", lambda page=each: page.stats()["extended_stats"][0]["data"], every=0.1)
        compare(pages, lambda page: page.stats()["extended_stats"], "the suite's table")
        compare(pages, lambda page: shape(page.stats()), "the answer that was added to")
        compare(pages, lambda page: described(page.post("/stats/reset")), "the reset")
        compare(pages, lambda page: page.post("/stop").json(), "the stop")
        for each in pages:
            each.process.wait_for("ENDPOINTS")
        compare(pages, endpoints, "the endpoints by name")


def endpoints(page: Page) -> str:
    return next(line for line in page.process.stderr.splitlines() if "ENDPOINTS" in line).split("ENDPOINTS")[1]


def seen(page: Page, path: str) -> Any:
    answer = page.get(path)
    return answer.status, answer.headers.get("location"), answer.text if path in ("/open", "/closed") else None


@needs_locust
def test_a_log_in_stands_before_everything() -> None:
    """docs/contract/web.md §5."""
    with both_pages(FILES / "login.py", "--web-login") as pages:
        for path in ("/", "/stats/requests", "/tasks", "/login", "/open", "/closed", "/stats/report"):
            compare(pages, lambda page, path=path: seen(page, path), f"{path} before")
        compare(pages, lambda page: page.post("/swarm", {"user_count": 1, "spawn_rate": 1}).status, "a start before")
        compare(pages, lambda page: page.get("/assets/nothing.js").status, "assets")
        wrong = {"username": "me", "password": "wrong"}
        compare(pages, lambda page: page.post("/login_submit", wrong).headers["location"], "a wrong password")
        compare(pages, lambda page: "Invalid username or password" in page.get("/login").text, "the log-in says so")
        right = {"username": "me", "password": "right"}
        compare(pages, lambda page: page.post("/login_submit", right).headers["location"], "the right password")
        for path in ("/", "/stats/requests", "/tasks", "/closed"):
            compare(pages, lambda page, path=path: seen(page, path), f"{path} after")
        compare(pages, lambda page: page.swarm(user_count=1, spawn_rate=1), "a start after")
        for each in pages:
            each.wait_for("running", 1)
        compare(pages, lambda page: page.get("/logout").status, "out again")
        compare(pages, lambda page: seen(page, "/stats/requests"), "after that")


def test_what_is_native_asks_for_the_log_in_too() -> None:
    with page(RLOCUST, FILES / "login.py", "--web-login") as ours:
        for path in ("/api/v1/state", "/api/v1/stream", "/metrics"):
            assert ours.get(path).status == 401, path
        assert ours.post("/login_submit", {"username": "me", "password": "right"}).status == 302
        assert ours.get("/api/v1/state").status == 200


def test_a_token_lets_in_whom_it_was_given_to_and_nobody_else() -> None:
    """A suite may go by a header that is no cookie."""
    with page(RLOCUST, FILES / "login.py", "--web-login") as ours:
        token = {"Authorization": "Bearer right"}
        assert ours.ask("GET", "/api/v1/state", None, token).status == 200
        ours.cookies = {}
        assert ours.get("/api/v1/state").status == 401
        assert ours.ask("GET", "/api/v1/state", None, {"Authorization": "Bearer wrong"}).status == 401


@needs_locust
def test_a_log_in_without_a_key_says_what_is_missing() -> None:
    """Status 200 and a text: docs/contract/web.md §5."""
    with both_pages(FILES / "login.py", "--web-login", env={"WITHOUT_A_KEY": "1"}) as pages:
        compare(pages, text_of("/"), "the page")
        compare(pages, text_of("/stop", "POST"), "a stop")


def test_test_clients_of_flask_work_in_programs() -> None:
    assert both("web/flask_client.py")


def test_two_environments_have_two_interfaces() -> None:
    assert both("web/two_pages.py")


def test_two_interfaces_of_one_environment_answer_for_themselves() -> None:
    """Each by its own app and its own log-in: docs/contract/web.md §5."""
    assert both("web/two_on_one.py")


def test_a_program_that_serves_a_page_ends_with_it() -> None:
    assert both("web/library.py")


@needs_locust
def test_another_build_of_the_page_is_served(tmp_path: Path) -> None:
    """`--build-path`: its templates and files come first; what it lacks is there all the same."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "own.js").write_text("own script")
    (tmp_path / "index.html").write_text(
        "<p>{{ template_args.locustfile }}</p><script>{{ template_args|tojson }}</script>"
    )
    with both_pages(FILES / "quiet.py", "--build-path", str(tmp_path)) as pages:
        compare(pages, text_of("/"), "the page")
        compare(pages, lambda page: page.get("/assets/own.js").text, "a file of it")
        compare(pages, lambda page: page.get("/assets/nothing.js").status, "no file of it")


def test_the_page_is_served_over_tls(tmp_path: Path) -> None:
    self_signed(tmp_path)
    files = ["--tls-cert", str(tmp_path / "certificate.pem"), "--tls-key", str(tmp_path / "key.pem")]
    with page(RLOCUST, FILES / "extended.py", *files) as ours:
        ours.is_encrypted = True
        assert ours.swarm(user_count=1, spawn_rate=1)["success"]
        assert ours.wait_for("running", 1)["user_count"] == 1
        assert ours.get("/own/7").json() == {"method": "GET", "number": 7, "sent": ""}
        assert "Starting web interface at https://127.0.0.1:" in ours.process.stderr


def test_a_certificate_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "certificate.pem").write_text("no certificate")
    files = ["--tls-cert", tmp_path / "certificate.pem", "--tls-key", tmp_path / "key.pem"]
    ended = run(RLOCUST, "-f", FILES / "quiet.py", "--web-host", "127.0.0.1", "--web-port", "0", *files)
    assert ended.exit_code == 2 and "Traceback" not in ended.stderr, ended.stderr
    assert "Cannot serve the web interface at 127.0.0.1:0: " in ended.stderr
