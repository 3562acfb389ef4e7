"""Runs of the program with its page: from the first line to the exit code, as Locust's and faster."""

import re
import socket
import time
from pathlib import Path
from signal import SIGINT, SIGTERM

import pytest

from tests.compat.web.talks import FILES, Talk, compare_with_locust
from tests.kit.page import page
from tests.kit.ports import free_port
from tests.kit.runs import Goal, run_until
from tests.kit.tools import RLOCUST, Tool, run, started
from tests.kit.waiting import until

QUICK = ("--web-host", "127.0.0.1", "--autostart", "--autoquit", "0")
#: Of Locust alone, at odd times: its server has no time to begin, or dies of the signal.
ODD = ("CRITICAL/locust.web", "WARNING/locust.runners: CPU usage")


def lines_of(said: str) -> list[str]:
    """What Locust's own modules logged, without what differs from run to run or is ours."""
    logged = re.findall(r"^\[.*?\] \S+?/(\w+/locust\.(?:main|web|runners)): (.*)$", said, re.MULTILINE)
    ours = re.compile(r" \(rlocust .*\)")
    lines = [f"{where}: {ours.sub('', text)}" for where, text in logged]
    return [re.sub(r":\d{4,5}\b", ":PORT", line) for line in lines if not line.startswith(ODD)]


RUNS: dict[str, tuple[str, ...]] = {
    "run time": ("quiet.py", *QUICK, "-u", "2", "-r", "100", "-t", "1"),
    "shape": ("short_shape.py", *QUICK),
    "base path": ("quiet.py", "--web-base-path", "load"),
    "autoquit alone": ("quiet.py", "--autoquit", "1"),
    "headless": ("quiet.py", *QUICK, "--headless", "-t", "1", "--class-picker"),
}


@pytest.mark.parametrize("name", RUNS)
def test_a_run_that_starts_and_ends_by_itself_says_what_locust_says(name: str) -> None:
    """docs/contract/cli.md §6 and §10."""
    file, *arguments = RUNS[name]

    def ended_run(tool: Tool) -> Talk:
        ended = run(tool, "--web-port", str(free_port()), "-f", FILES / file, *arguments)
        yield "the exit code", ended.exit_code
        yield "the lines", lines_of(ended.stderr)

    compare_with_locust(f"run-{name.replace(' ', '_')}", ended_run, FILES / file, lines_of, asked=arguments)


def idle_page_after_a_signal(tool: Tool) -> Talk:
    with page(tool, FILES / "quiet.py") as there:
        there.process.signal(SIGINT)
        yield "the exit code", there.process.wait()
        yield "the lines", lines_of(there.process.stderr)


def test_a_signal_ends_the_idle_page_as_locusts() -> None:
    compare_with_locust(
        "idle_page_after_a_signal", idle_page_after_a_signal, idle_page_after_a_signal, FILES / "quiet.py", lines_of
    )


def test_a_signal_ends_the_page_after_a_test() -> None:
    """Locust's may lose the signal to one of its greenlets, and stay."""
    with page(RLOCUST, FILES / "quiet.py") as ours:
        assert ours.swarm(user_count=1, spawn_rate=10)["success"]
        ours.wait_for("running", 1)
        ours.process.signal(SIGINT)
        assert ours.process.wait() == 0, ours.process.said
        assert "Shutting down (exit code 0)" in ours.process.stderr


def test_without_options_the_page_is_on_all_addresses_and_port_8089_is_named() -> None:
    with started(RLOCUST, "-f", FILES / "quiet.py", "--web-port", "0") as process:
        process.wait_for("Starting web interface at http://0.0.0.0:0, press enter to open your default browser.")
        process.wait_for("The web interface listens on port ")
        process.signal(SIGTERM)
        assert process.wait() == 0, process.said


def test_a_port_that_is_taken_is_named_and_ends_the_program() -> None:
    """Exit code 2, and the events of an end, as Locust; a line in the place of its traceback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = run(RLOCUST, "-f", FILES / "quiet.py", "--web-host", "127.0.0.1", "--web-port", str(port))
    assert ended.exit_code == 2, ended.stderr
    assert f"Cannot serve the web interface at 127.0.0.1:{port}: " in ended.stderr
    assert "hint: --web-port" in ended.stderr and "Traceback" not in ended.stderr
    assert "Shutting down (exit code 2)" in ended.stderr


def test_the_report_is_written_under_the_name_that_users_rate_and_time_give(tmp_path: Path) -> None:
    """`{u}`, `{r}` and `{t}`: docs/contract/outputs.md §8."""
    name = str(tmp_path / "deep" / "u{u}_r{r}_t{t}.html")
    load = ("-u", "2", "-r", "1.5", "-t", "300")
    ended = run_until(RLOCUST, Goal(samples=1), "-f", FILES / "quiet.py", "--headless", *load, "--html", name)
    assert ended.exit_code == 0, ended.stderr
    report = (tmp_path / "deep" / "u2_r1.5_t300.html").read_text()
    assert "/quiet" in report and "quiet.py" in report


def test_the_report_of_a_run_with_a_page_is_written_when_a_signal_ends_it(tmp_path: Path) -> None:
    name = tmp_path / "report_{u}.html"
    with page(RLOCUST, FILES / "quiet.py", "--html", str(name)) as ours:
        ours.swarm(user_count=3, spawn_rate=10)
        ours.wait_for("running", 3)
        until("a request is counted", lambda: ours.stats()["stats"][-1]["num_requests"])
        ours.process.signal(SIGTERM)
        assert ours.process.wait() == 0, ours.process.said
    assert "/quiet" in (tmp_path / "report_3.html").read_text()


def test_the_time_of_a_test_is_over_when_the_form_said() -> None:
    with page(RLOCUST, FILES / "quiet.py") as ours:
        assert ours.swarm(user_count=1, spawn_rate=10, run_time="1s")["run_time"] == 1
        ours.wait_for("stopped", 0)
        assert ours.swarm(user_count=1, spawn_rate=10)["success"]
        ours.wait_for("running", 1)


def test_a_script_that_computes_leaves_the_page_alive_and_is_named(tmp_path: Path) -> None:
    enough = tmp_path / "enough"
    with page(RLOCUST, FILES / "busy.py", env={"ENOUGH": str(enough)}) as ours:
        ours.swarm(user_count=1, spawn_rate=10)
        ours.process.wait_for("computing now")
        until("the page says so", lambda: ours.get("/api/v1/state").json()["generator"]["script_silent_s"] > 1)
        assert ours.stats()["state"] in ("spawning", "running")
        assert ours.get("/").status == 200
        assert "done" not in ours.process.said
        enough.touch()
        ours.process.wait_for("done")
        assert ours.post("/stop").json()["success"]


def test_a_limit_that_is_crossed_ends_the_test_and_not_the_page() -> None:
    with page(RLOCUST, FILES / "plain.py", "--fail-if", "fail_ratio > 1% abort after 1s") as ours:
        ours.swarm(user_count=2, spawn_rate=10)
        ours.process.wait_for("Stopping the run: ")
        ours.wait_for("stopped", 0)
        assert ours.get("/tasks").status == 200
        ours.process.signal(SIGINT)
        assert ours.process.wait() == 3, ours.process.said


def test_the_api_starts_edits_resets_and_stops_by_json() -> None:
    with page(RLOCUST, FILES / "plain.py") as ours:
        form = ours.get("/api/v1/form").json()
        assert {option["name"]: option["default"] for option in form["options"]}["count"] == 3
        assert ours.post_json("/api/v1/edit", {"user_count": 1, "spawn_rate": 1}).status == 409
        refused = ours.post_json("/api/v1/start", {"user_count": -1, "spawn_rate": 1})
        assert (refused.status, refused.json()["success"]) == (400, False)
        start = {"user_count": 2, "spawn_rate": 100, "run_time": None, "options": {"words": ["x", "y"], "is_on": True}}
        assert ours.post_json("/api/v1/start", start).json()["message"] == "Swarming started"
        ours.wait_for("running", 2)
        assert ours.post_json("/api/v1/start", start).status == 409
        ours.process.wait_for("'is_on': True, 'words': ['x', 'y']")
        assert ours.post_json("/api/v1/edit", {"user_count": 3, "spawn_rate": 100}).status == 200
        ours.wait_for("running", 3)
        assert ours.get("/api/v1/tasks").json()["user_classes"]["running"] == {"First": 2, "Second": 1}
        assert ours.post_json("/api/v1/reset", {}).json()["success"]
        assert ours.post_json("/api/v1/stop", {"now": True}).json()["success"]
        assert ours.stats()["user_count"] == 0


def test_secrets_stay_on_the_server() -> None:
    """docs/contract/differences.md B: Locust puts the default of a secret option into the page."""
    with page(RLOCUST, FILES / "secret.py", "--password", "swordfish") as ours:
        for path in ("/", "/api/v1/form", "/stats/report"):
            answer = ours.get(path)
            assert answer.status == 200 and "swordfish" not in answer.text, path
        option = ours.get("/api/v1/form").json()["options"][0]
        assert (option["name"], option["default"], option["is_set"]) == ("password", None, True)
        ours.swarm(user_count=1, spawn_rate=1, password="")
        ours.process.wait_for("the password is swordfish")


@pytest.mark.parametrize("way", ["--web-login", "app"])
def test_without_flask_one_line_names_the_extra(way: str, tmp_path: Path) -> None:
    (tmp_path / "flask.py").write_text("raise ModuleNotFoundError('no Flask', name='flask')\n")
    file = FILES / ("extended.py" if way == "app" else "quiet.py")
    if way == "app":
        file = tmp_path / "touches.py"
        file.write_text((FILES / "touches.py").read_text())
    arguments = [way] if way.startswith("--") else []
    ended = run(RLOCUST, "-f", file, "--web-port", "0", *arguments, env={"PYTHONPATH": str(tmp_path)})
    assert ended.exit_code == (2 if arguments else 1)
    assert "needs Flask and Flask-Login: pip install 'rlocust[flask]'" in ended.stderr


@pytest.mark.clock
def test_a_start_from_the_page_is_in_the_target_within_50_ms() -> None:
    with page(RLOCUST, FILES / "first.py") as ours:
        best = 1000.0
        for number in range(1, 6):
            asked = time.time()
            ours.swarm(user_count=1, spawn_rate=100)
            ours.process.wait_for(f"FIRST {number} END")
            found = re.search(rf"FIRST at ([\d.]+): FIRST {number} END", ours.process.said)
            assert found
            best = min(best, float(found[1]) - asked)
            ours.post("/stop")
        assert best <= 0.05, f"{best * 1000:.0f} ms"
