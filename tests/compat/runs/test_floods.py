"""What a suite gets wrong thousands of times a second is logged in a few lines; tables and exit codes stay Locust's
(docs/contract/differences.md B)."""

import csv
import re
from io import StringIO
from pathlib import Path

import pytest

from tests.kit.places import LOCUSTFILES
from tests.kit.tools import LOCUST, RLOCUST, Tool, run

pytestmark = pytest.mark.faults

TOOLS = [pytest.param(RLOCUST, id="rlocust"), pytest.param(LOCUST, id="locust", marks=pytest.mark.oracle)]

ENDS_WITHOUT_USERS = LOCUSTFILES / "ends_without_users.py"

FLOOD = """
from locust import User, constant, events, task

class Flood(User):
    wait_time = constant(0)

    @task
    def fail(self):
        self.left = getattr(self, "left", 300) - 1
        if not self.left:
            self.environment.runner.quit()
        self.environment.events.request.fire(
            request_type="X", name="x", response_time=1, response_length=1, exception=None, context={}
        )
        raise ValueError("always the same")

@events.request.add_listener
def listener(**_):
    raise KeyError("in a listener")
"""

#: A user that ends the run when it has been called so often.
ENDING = """
import gevent

class Ending:
    rounds = 0

    def end_after(self, rounds):
        if self.rounds == rounds:
            gevent.spawn(self.environment.runner.quit).join()
        self.rounds += 1
"""

BARE = """
from locust import FastHttpUser, HttpUser, constant, task

class Visitor:
    wait_time = constant(0.01)

    @task
    def visit(self):
        self.client.get("/x")

class Http(Visitor, HttpUser): tasks = [Visitor.visit]
class Fast(Visitor, FastHttpUser): tasks = [Visitor.visit]
"""

#: Locust writes its files once a second, and not at the end.
ENDS_ONCE_WRITTEN = """
from pathlib import Path
import gevent
from locust import events

@events.init.add_listener
def watch(environment, **_):
    gevent.spawn(end_once_written, environment.runner)

def end_once_written(runner):
    while not any(has_rows(Path(f"x_{kind}.csv")) for kind in ("exceptions", "failures")):
        gevent.sleep(0.05)
    runner.quit()

def has_rows(file):
    return file.exists() and len(file.read_text().splitlines()) > 1
"""

NOT_HTTP = """
import gevent
import requests
from locust import FastHttpUser, HttpUser, User, constant, task

begun = []

def count(user):
    # The run ends when each has had two rounds.
    begun.append(type(user).__name__)
    if all(begun.count(name) > 2 for name in ("Grpc", "Http", "Fast", "Elsewhere")):
        gevent.spawn(user.environment.runner.quit).join()

class Grpc(User):
    wait_time = constant(0.1)

    @task
    def call(self):
        count(self)
        with self.environment.events.request.measure("gRPC", "GetItem"):
            pass

class Whole:
    wait_time = constant(0.1)

    @task
    def visit(self):
        count(self)
        self.client.get("http://127.0.0.1:1/staging:50051")

class Http(Whole, HttpUser): tasks = [Whole.visit]
class Fast(Whole, FastHttpUser): tasks = [Whole.visit]

class Elsewhere(User):
    wait_time = constant(0.1)

    @task
    def look_up(self):
        count(self)
        requests.get("registry/items")
"""

TWICE = """
import gevent
from locust import events

@events.init.add_listener
def two_tests(environment, **_):
    gevent.spawn(follow, environment.runner)

def follow(runner):
    until_failed(runner)
    runner.stop()
    runner.exceptions.clear()
    runner.start(1, 1)
    until_failed(runner)
    runner.quit()

def until_failed(runner):
    while not runner.exceptions:
        gevent.sleep(0.01)
"""

WITHOUT_TEXT = f"""{ENDING}
from locust import HttpUser, User, constant, events, task
from locust.exception import StopUser

class Speechless(Exception):
    def __str__(self):
        raise RuntimeError("no text")

class Task(Ending, User):
    wait_time = constant(0.01)

    @task
    def fail(self):
        self.end_after(3)
        raise Speechless

class Listener(Ending, User):
    wait_time = constant(0.01)

    @task
    def fire(self):
        self.end_after(3)
        self.environment.events.request.fire(
            request_type="X", name="x", response_time=1, response_length=1, exception=None, context={{}}
        )

class Start(User):
    wait_time = constant(1)

    def on_start(self):
        raise Speechless

class Stop(User):
    wait_time = constant(0.01)

    def on_stop(self):
        raise Speechless

    @task
    def end(self):
        raise StopUser

class Rest(Ending, HttpUser):
    host = "http://127.0.0.1:1"
    wait_time = constant(0.01)

    @task
    def fail(self):
        self.end_after(3)
        with self.rest("GET", "/x"):
            raise Speechless

@events.request.add_listener
def first(**_):
    raise Speechless

@events.request.add_listener
def second(**_):
    print("second listener")
"""


def test_the_same_traceback_is_whole_ten_times(tmp_path: Path) -> None:
    (script := tmp_path / "lf.py").write_text(FLOOD)
    ended = run(RLOCUST, "-f", script, "--headless", "--only-summary", "--csv", tmp_path / "x")
    assert ended.stderr.count("\nValueError: always the same") == 10
    assert ended.stderr.count("\nKeyError: 'in a listener'") == 10
    for text, kind in (("always the same", "ValueError"), ("Uncaught exception in event handler: ", "KeyError")):
        counts = re.findall(rf"{text} \({kind}, (\d+) times so far", ended.stderr)
        assert counts == ["100", "299"], "at each power of ten, and the whole count at the end"
    assert ended.exit_code == 1
    rows = list(csv.reader(StringIO((tmp_path / "x_exceptions.csv").read_text())))
    assert [row[:2] for row in rows[1:]] == [["299", "always the same"]], "the table counts them all"


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("user", ["Http", "Fast"])
def test_a_host_without_a_scheme_is_one_line(tmp_path: Path, tool: Tool, user: str) -> None:
    """Under both programs exceptions of HttpUser, failures of FastHttpUser, and exit code 1."""
    (script := tmp_path / "lf.py").write_text(BARE + ENDS_ONCE_WRITTEN)
    files = ["--csv", "x", "-H", "127.0.0.1:1"]
    ended = run(tool, "-f", script, "--headless", "--only-summary", *files, user, cwd=tmp_path)
    assert ended.exit_code == 1, ended.stderr
    exceptions, failures = ((tmp_path / f"x_{kind}.csv").read_text() for kind in ("exceptions", "failures"))
    assert ("No connection adapters were found for '127.0.0.1:1/x'" in exceptions) is (user == "Http")
    assert ("gaierror" in failures) is (user == "Fast"), failures
    if tool is RLOCUST:
        assert ended.stderr.count("has no scheme") == 1 and "hint: write `-H http://127.0.0.1:1`" in ended.stderr
        assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("user", "error"),
    [
        ("Http", "requests.exceptions.InvalidURL: Failed to parse: '127.0.0.1:1x'"),
        ("Fast", "ValueError: Port could not be cast to integer value as '1x'"),
    ],
)
def test_a_path_without_a_slash_gets_one_hint(tmp_path: Path, user: str, error: str) -> None:
    """The exceptions are Locust's, and whole."""
    (script := tmp_path / "lf.py").write_text(BARE.replace('"/x"', '"x"') + ENDS_ONCE_WRITTEN)
    files = ["--csv", "x", "-H", "http://127.0.0.1:1"]
    ended = run(RLOCUST, "-f", script, "--headless", "--only-summary", *files, user, cwd=tmp_path)
    hint = "`x` went straight behind the host `http://127.0.0.1:1`\nhint: begin it with a slash, as `/x`"
    assert ended.stderr.count(hint) == 1, ended.stderr
    assert error in ended.stderr


def test_no_host_at_all_is_one_line(tmp_path: Path) -> None:
    (script := tmp_path / "lf.py").write_text(BARE)
    ended = run(RLOCUST, "-f", script, "--headless", "--only-summary", "-u", "20", "-r", "20", "Http")
    assert ended.exit_code == 0 and "Traceback" not in ended.stderr
    assert ended.stderr.count("You must specify the base host") == 1, ended.stderr


@pytest.mark.parametrize("tool", TOOLS)
def test_a_host_that_no_client_calls_may_lack_a_scheme(tmp_path: Path, tool: Tool) -> None:
    """A gRPC target, whole URLs: nothing failed for the host. What the suite's own calls raise is shown whole."""
    (script := tmp_path / "lf.py").write_text(NOT_HTTP)
    ended = run(tool, "-f", script, "--headless", "--only-summary", "-u", "4", "-r", "4", "-H", "staging:50051")
    assert "has no scheme" not in ended.stderr
    errors = {line.partition("/ERROR/")[2] for line in ended.stderr.splitlines() if "/ERROR/" in line}
    assert errors == {
        "locust.user.task: Invalid URL 'registry/items': No scheme supplied. Perhaps you meant https://registry/items?"
    }
    assert "requests.exceptions.MissingSchema: Invalid URL 'registry/items'" in ended.stderr


def test_each_test_of_a_process_says_it_once(tmp_path: Path) -> None:
    (script := tmp_path / "lf.py").write_text(BARE + TWICE)
    ended = run(RLOCUST, "-f", script, "--headless", "--only-summary", "-H", "127.0.0.1:1", "Http")
    assert ended.stderr.count("has no scheme") == 2, ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("tool", TOOLS)
def test_an_error_without_a_text_stays_in_its_listener(tmp_path: Path, tool: Tool) -> None:
    (script := tmp_path / "lf.py").write_text(WITHOUT_TEXT)
    ended = run(tool, "-f", script, "--headless", "--only-summary", "Listener")
    assert ended.stdout.count("second listener") == 3, "the other listeners are called, the user goes on"
    assert ended.stderr.count("Speechless: <exception str() failed>") == 3
    assert ended.exit_code == 2


def test_an_error_without_a_text_leaves_its_user_alive(tmp_path: Path) -> None:
    """Under Locust it ends the user: docs/contract/differences.md B."""
    (script := tmp_path / "lf.py").write_text(WITHOUT_TEXT)
    ended = run(RLOCUST, "-f", script, "--headless", "--only-summary", "--csv", tmp_path / "x", "Task")
    times = ended.stderr.count("ERROR/locust.user.task: <exception str() failed>")
    assert times == 3 and ended.exit_code == 1, ended.stderr
    rows = list(csv.reader(StringIO((tmp_path / "x_exceptions.csv").read_text())))
    assert [row[:2] for row in rows[1:]] == [[str(times), "<exception str() failed>"]]


def test_an_error_without_a_text_ends_its_user_where_it_starts_or_stops(tmp_path: Path) -> None:
    (script := tmp_path / "lf.py").write_text(WITHOUT_TEXT)
    options = ["--headless", "--only-summary", "-u", "2", "-r", "10", "--csv", tmp_path / "x"]
    ended = run(RLOCUST, "-f", f"{script},{ENDS_WITHOUT_USERS}", *options, "Start", "Stop")
    assert ended.stderr.count("ERROR/locust.user.users: <exception str() failed>") == 1, ended.stderr
    assert "Logging error" not in ended.stderr
    assert "2 of 2 users died of an error" in ended.stderr, ended.stderr
    rows = list(csv.reader(StringIO((tmp_path / "x_exceptions.csv").read_text())))
    assert [row[:2] for row in rows[1:]] == [["1", "<exception str() failed>"]]


def test_an_error_without_a_text_is_the_failure_of_its_call(tmp_path: Path) -> None:
    """Under Locust another one leaves the block of `rest`: docs/contract/differences.md B."""
    (script := tmp_path / "lf.py").write_text(WITHOUT_TEXT)
    ended = run(RLOCUST, "-f", script, "--headless", "--only-summary", "--csv", tmp_path / "x", "Rest")
    failures = (tmp_path / "x_failures.csv").read_text()
    assert "Speechless: <exception str() failed> at " in failures, ended.stderr
