"""What the engine does, in Python's logging: which lines are shown where, and that nobody waits for them."""

import re
from pathlib import Path

import pytest

from tests.kit.places import LOCUSTFILES
from tests.kit.programs import PROGRAMS, ours
from tests.kit.runs import Goal, run_until
from tests.kit.targets import Target
from tests.kit.tools import RLOCUST, Run, run

ASKING = PROGRAMS / "engine_log" / "asking.py"
LOAD = ["--headless", "-u", "1", "--only-summary"]


def load(target: Target, *options: str | Path, file: Path = ASKING, events: str | None = None) -> Run:
    variables = {"RLOCUST_LOG": events} if events else None
    return run_until(RLOCUST, Goal(samples=3), "-f", file, *words_of(target), *options, env=variables)


def words_of(target: Target) -> list[str]:
    return [*LOAD, "-H", target.url.replace("//", "//me:canary@")]


def events_in(log: str) -> dict[tuple[str, str], list[str]]:
    """The engine's lines, by logger and level."""
    found: dict[tuple[str, str], list[str]] = {}
    for level, name, line in re.findall(r"/(\w+)/(rlocust[.\w]*): (.*)", log):
        found.setdefault((name, level), []).append(line)
    return found


def test_by_default_the_engine_says_nothing(demo: Target) -> None:
    ended = load(demo)
    assert ended.exit_code == 0 and events_in(ended.stderr) == {}


def test_a_cookie_that_was_not_kept_is_warned_of_once() -> None:
    ended = run_until(RLOCUST, Goal(samples=3), "-f", LOCUSTFILES / "oversized_cookie.py", *LOAD)
    assert ended.exit_code == 0 and ended.report.total.requests > 1, ended.stderr
    said = events_in(ended.stderr)
    (warning,) = said.pop(("rlocust.http.cookies", "WARNING"))
    assert said == {}
    assert "larger than browsers take" in warning and "limit=4096" in warning and "nnnn" not in warning


def test_debug_shows_connections_and_redirects_but_no_single_request(demo: Target) -> None:
    found = events_in(load(demo, "--loglevel", "DEBUG").stderr)
    assert {level for _, level in found} == {"DEBUG"}
    (opened, *_) = found["rlocust.http.connect", "DEBUG"]
    peer = demo.url.removeprefix("http://")
    assert re.fullmatch(rf"connected peer={peer} local=127\.0\.0\.1:\d+ duration_ms=[\d.]+", opened)
    (followed, *_) = found["rlocust.http.redirect", "DEBUG"]
    assert followed.startswith(f"followed status=302 from={demo.url}/redirect/1?… to={demo.url}/text")
    assert ("rlocust.http.request", "TRACE") not in found


def test_the_environment_shows_single_ones_whatever_the_log_level(demo: Target, tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    ended = load(demo, "--logfile", log, "-L", "WARNING", events="http=trace,http.connect=off")
    found = events_in(log.read_text())
    assert events_in(ended.stderr) == {}
    assert {name for name, _ in found} == {"rlocust.http.redirect", "rlocust.http.request"}
    answered = found["rlocust.http.request", "TRACE"]
    assert f"answered method=GET url={demo.url}/text status=200 " in answered[0]
    assert len(answered) == ended.report.total.requests


def test_the_environment_can_silence_the_engine(demo: Target) -> None:
    ended = load(demo, "-L", "DEBUG", events="off")
    assert ended.has_logged("/DEBUG/locust.runners: ") and events_in(ended.stderr) == {}


def test_no_secret_is_in_any_event(demo: Target) -> None:
    found = events_in(load(demo, events="trace").stderr)
    assert ("rlocust.run.tick", "TRACE") in found and ("rlocust.http.request", "TRACE") in found
    assert not [line for lines in found.values() for line in lines if "canary" in line]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("http=loud", "`loud` is no level: give one of trace, debug, info, warn, warning, error, critical, off"),
        ("htpp=trace", "nothing is logged under `htpp`: give `http` or one of cluster, "),
    ],
)
def test_a_text_that_means_nothing_is_refused_with_one_line(demo: Target, text: str, line: str) -> None:
    ended = load(demo, events=text)
    assert ended.exit_code == 2 and ended.stderr.count("\n") == 1, ended.stderr
    assert f"RLOCUST_LOG={text}: {line}" in ended.stderr


def test_outputs_and_ticks_report_themselves(demo: Target, tmp_path: Path) -> None:
    found = events_in(load(demo, "--csv", tmp_path / "x", events="output=debug,run=trace").stderr)
    begins, *_, ends = found["rlocust.output", "DEBUG"]
    assert begins == "begins output=CsvFiles" and "output=CsvFiles is_complete=true" in ends
    assert "taken requests=" in found["rlocust.run.tick", "TRACE"][0]


def test_loggers_of_the_locustfile_count_without_our_set_up(demo: Target) -> None:
    """Levels that a suite sets itself are honoured, also with `--skip-log-setup`; handlers get fields and the time."""
    lines = load(demo, "--skip-log-setup", file=PROGRAMS / "engine_log" / "own_handler.py").stdout.splitlines()
    assert lines[0] == "rlocust.http.connect 10 True ['duration_ms', 'local']"
    assert {line.split()[0] for line in lines} == {"rlocust.http.connect"}  # it may close before the end, too


def test_a_flood_is_bounded_and_what_was_lost_is_counted_once(demo: Target) -> None:
    flood = PROGRAMS / "engine_log" / "flood.py"
    words = [*words_of(demo), "-u", "30", "-r", "30"]
    ended = run(RLOCUST, "-f", flood, *words, env={"RLOCUST_LOG": "http.request=trace"})
    found = events_in(ended.stderr)
    (warning,) = found["rlocust", "WARNING"]
    lost = re.match(r"(\d+) events of the engine are missing above: ", warning)
    assert lost and int(lost[1]) > 0
    assert int(lost[1]) + len(found["rlocust.http.request", "TRACE"]) >= ended.report.total.requests
    assert "hint: ask for fewer, such as RLOCUST_LOG=" in ended.stderr


def test_io_threads_write_events_while_another_holds_the_interpreter(demo: Target) -> None:
    """Each of twenty redirects is reported in that time, so no I/O thread has waited for the interpreter."""
    assert ours("engine_log/held_interpreter.py", demo.url)[-1] == "20"


def test_a_forked_child_keeps_out_of_the_parents_log(demo: Target) -> None:
    lines = ours("engine_log/forked.py", demo.url)
    assert lines.count("True rlocust.http.request") == 2 and not [line for line in lines if line.startswith("False")]
