"""Suites that extend the interface run unchanged: the same file under real Locust and under rlocust, asked the same
(docs/contract/web.md §5 and §6).
"""

import json
from pathlib import Path
from typing import Any

from tests.compat.web.answers import described, shape, text_of
from tests.compat.web.talks import FILES, Talk, talk_as_with_locust
from tests.kit.certificates import self_signed
from tests.kit.page import Page, page
from tests.kit.programs import both
from tests.kit.tools import RLOCUST, run
from tests.kit.waiting import until

BUILD = Path(__file__).with_name("build")
HOOKED = ["/", "/stats/requests", "/tasks", "/exceptions", "/stats/requests/csv", "/worker-count", "/logs", "/nowhere"]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def extended_app(there: Page) -> Talk:
    for path in ("/metrics", "/own/7", "/own/x", "/addresses", "/own/page", "/own/csv", "/own/static/said.txt"):
        yield path, text_of(there.get(path))
    yield "PUT", text_of(there.ask("PUT", "/own/8", "some text"))
    yield "form", text_of(there.ask("POST", "/form", "a=1&a=2&b=%C3%A4", FORM))
    yield "a redirect", (there.get("/away").status, there.get("/away").headers["location"])
    yield "a view that raises", there.get("/broken").status
    yield "refused", (there.get("/?refused=1").status, there.get("/stats/requests?refused=1").text)
    for path in HOOKED:
        yield f"the hook after {path}", there.get(path).headers.get("x-suite")
    yield "template args", there.template_args()
    yield "the page rendered by the suite", "mine" in there.get("/own/index").text
    yield "a view in the place of Locust's", there.get("/tasks").json()["added"]
    yield "the start", there.swarm(user_count=2, spawn_rate=10)
    there.wait_for("running", 2)
    until("the table has its row", lambda: there.stats()["extended_stats"][0]["data"], every=0.1)
    until("and Locust's table", lambda: len(there.stats()["stats"]) == 2, every=0.1)
    yield "the suite's table", there.stats()["extended_stats"]
    yield "the answer that was added to", shape(there.stats())
    yield "the reset", described(there.post("/stats/reset"))
    yield "the stop", there.post("/stop").json()
    there.process.wait_for("ENDPOINTS")
    lines = there.process.stderr.splitlines()
    yield "the endpoints by name", next(line for line in lines if "ENDPOINTS" in line).split("ENDPOINTS")[1]


def test_routes_blueprints_hooks_and_templates_of_a_suite_work() -> None:
    talk_as_with_locust(extended_app, "extended.py", sources=(FILES / "pages",))


def seen(there: Page, path: str) -> Any:
    answer = there.get(path)
    return answer.status, answer.headers.get("location"), answer.text if path in ("/open", "/closed") else None


def log_in(there: Page) -> Talk:
    for path in ("/", "/stats/requests", "/tasks", "/login", "/open", "/closed", "/stats/report"):
        yield f"{path} before", seen(there, path)
    yield "a start before", there.post("/swarm", {"user_count": 1, "spawn_rate": 1}).status
    yield "assets", there.get("/assets/nothing.js").status
    wrong = {"username": "me", "password": "wrong"}
    yield "a wrong password", there.post("/login_submit", wrong).headers["location"]
    login = there.get("/login").text
    yield "the log-in says so", "Invalid username or password" in login
    yield "what its script gets", json.loads(login.partition("window.authArgs = ")[2].partition("</script>")[0])
    right = {"username": "me", "password": "right"}
    yield "the right password", there.post("/login_submit", right).headers["location"]
    for path in ("/", "/stats/requests", "/tasks", "/closed"):
        yield f"{path} after", seen(there, path)
    yield "a start after", there.swarm(user_count=1, spawn_rate=1)
    there.wait_for("running", 1)
    yield "out again", there.get("/logout").status
    yield "after that", seen(there, "/stats/requests")


def test_a_redirect_names_no_host_of_the_senders(tmp_path: Path) -> None:
    """The path without its slash: Flask took the host from the request."""
    with page(RLOCUST, FILES / "extended.py", base="/load") as there:
        there.base = ""
        answer = there.ask("GET", "/load", headers={"Host": "elsewhere.example"})
    assert (answer.status, answer.headers["location"]) == (308, "/load/")


def test_a_log_in_stands_before_everything() -> None:
    """docs/contract/web.md §5."""
    talk_as_with_locust(log_in, "login.py", "--web-login", sources=(seen,))


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


def log_in_without_a_key(there: Page) -> Talk:
    yield "the page", text_of(there.get("/"))
    yield "a stop", text_of(there.ask("POST", "/stop"))


def test_a_log_in_without_a_key_says_what_is_missing() -> None:
    """Status 200 and a text: docs/contract/web.md §5."""
    talk_as_with_locust(log_in_without_a_key, "login.py", "--web-login", env={"WITHOUT_A_KEY": "1"})


def test_test_clients_of_flask_work_in_programs() -> None:
    assert both("web/flask_client.py")


def test_two_environments_have_two_interfaces() -> None:
    assert both("web/two_pages.py")


def test_an_interface_may_come_before_its_runner() -> None:
    assert both("web/runner_later.py")[-1] == "True 200"


def test_two_interfaces_of_one_environment_answer_for_themselves() -> None:
    """Each by its own app and its own log-in: docs/contract/web.md §5."""
    assert both("web/two_on_one.py")


def test_a_program_that_serves_a_page_ends_with_it() -> None:
    assert both("web/library.py")


def another_build(there: Page) -> Talk:
    yield "the page", text_of(there.get("/"))
    yield "a file of it", there.get("/assets/own.js").text
    yield "no file of it", there.get("/assets/nothing.js").status


def test_another_build_of_the_page_is_served() -> None:
    """`--build-path`: its templates and files come first; what it lacks is there all the same."""
    talk_as_with_locust(another_build, "quiet.py", "--build-path", str(BUILD), sources=(BUILD,))


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
