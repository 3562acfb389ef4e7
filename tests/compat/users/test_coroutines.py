"""Tasks and other methods of users that are `async def`: docs/async.md, docs/contract/differences.md, B."""

import re
from pathlib import Path

import pytest

from tests.kit.environments import environment_with
from tests.kit.places import PROGRAMS, ROOT
from tests.kit.processes import running
from tests.kit.programs import ours
from tests.kit.runs import Goal, run_until
from tests.kit.targets import Target
from tests.kit.tools import RLOCUST


def test_every_method_of_a_user_may_be_a_coroutine() -> None:
    """Beside users without: hooks, waits, task sets; what a coroutine raises has the author's traceback."""
    assert ours("coroutines/kinds.py") == [
        "a coroutine ends its user",
        "a task without `async` beside it",
        "asyncio.run: fine",
        "on_start",
        "on_start of a task set",
        "on_stop",
        "on_stop of a task set",
        "user_error ValueError('of a coroutine') in call",
        "wait_time",
        "True 5.0 0",
        "of a coroutine True True",
    ]


def test_what_ends_a_user_cancels_its_coroutine_and_waits_for_its_clean_up() -> None:
    assert ours("coroutines/ends.py") == [
        "cancelled, and cleaned up",
        "on_stop of the killed",
        "stopped 0 {}",
        "finished",
        "stopped 0 {}",
        "timed out",
        "stopped 0 {}",
        "called inside a coroutine, which cannot wait for another one without `await`",
        "stopped 0 {}",
        "left: set()",
    ]


def test_native_calls_can_be_awaited(demo: Target) -> None:
    """`rlocust.aio`: several at a time, `catch_response`, a cut one is booked as cut."""
    assert ours("coroutines/clients.py", demo.url) == [
        "GET /bytes/10 1 1",
        "GET /json 1 0",
        "GET /status/404 1 0",
        "GET /text 1 0",
        "GET fast 3 0",
        "POST named 1 0",
        "[('/bytes/10', 'too short')] {}",
        "{'ok': 7, 'failed': 1, 'cut': 1, 'open': 0, 'unreported': 0}",
    ]


def test_the_example_of_the_page_runs(demo: Target, tmp_path: Path) -> None:
    [example] = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "async.md").read_text(), re.S)
    (tmp_path / "locustfile.py").write_text(example)
    load = ["--headless", "-u", "4", "-r", "4", "--stop-timeout", "30", "--only-summary"]
    goal = Goal(names={"/json": 1, "/text": 1})
    ended = run_until(RLOCUST, goal, "-f", tmp_path / "locustfile.py", "-H", demo.url, *load)
    assert ended.exit_code == 0, ended.stderr
    assert ended.stderr.count("Traceback") == 0 and "/json" in ended.stderr and "/text" in ended.stderr


@pytest.mark.nightly
@pytest.mark.timeout(600)  # pip downloads the clients
def test_clients_of_asyncio_work_in_coroutines(demo: Target, tmp_path: Path) -> None:
    """httpx and aiohttp: answers, refused connections, time limits, sessions that are closed in `on_stop`."""
    python = environment_with(tmp_path / "venv", "httpx", "aiohttp")
    command = [str(python), "-m", "rlocust", "run", str(PROGRAMS / "coroutines" / "of_asyncio.py"), demo.url]
    with running(command, tmp_path, {"PYTHONPATH": str(ROOT)}) as process:
        assert process.wait(120) == 0, process.said
        assert process.stdout.splitlines() == [
            "aiohttp answered True 0 27.0",
            "httpx answered True 0 27.0",
            "httpx late True True 0.0",
            "httpx refused True True 0.0",
            "{'aiohttp closed', 'httpx closed'}",
        ]
