"""Headless runs that end by what they have done, not by the clock: `run_until(tool, Goal(samples=50), "-f", …)`.

A busy machine makes such a run longer, never poorer. `-t` is for tests whose subject is the run time.
Tasks in hand are finished (`--stop-timeout`), so that no request is cut by chance: what is counted is what was sent.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.kit.places import EXAMPLES, TESTS
from tests.kit.tools import Run, Tool, run
from tests.kit.waiting import DEADLINE

STOP_AFTER = TESTS / "kit" / "stop_after.py"
NOT_REACHED = 70  # the exit code of a run that did not reach its goal


@dataclass(frozen=True)
class Goal:
    """A run ends once its sums show all of this; a run that has not after `deadline` seconds fails the test."""

    samples: int = 0
    failures: int = 0
    #: Rows of the history: one in five seconds, so prefer another goal where there is one.
    history: int = 0
    #: Samples by the name they are reported under.
    names: Mapping[str, int] = field(default_factory=dict)
    deadline: float = DEADLINE


def until_goal(goal: Goal, *arguments: str | Path) -> tuple[list[str], dict[str, str]]:
    """The arguments with `-f` completed, and the variables the run needs: for tests that start it themselves."""
    words = [str(word) for word in arguments]
    at = words.index("-f") + 1
    words[at] = f"{words[at]},{STOP_AFTER}"
    if "--stop-timeout" not in words:
        words += ["--stop-timeout", str(int(DEADLINE))]
    return words, {"STOP_AFTER": json.dumps(asdict(goal) | {"not_reached": NOT_REACHED})}


def run_until(
    tool: Tool,
    goal: Goal,
    *arguments: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Run:
    """Runs the tool until it has reached the goal and has ended."""
    words, variables = until_goal(goal, *arguments)
    ended = run(tool, *words, cwd=cwd, env=variables | dict(env or {}), deadline=goal.deadline + DEADLINE)
    assert ended.exit_code != NOT_REACHED, ended.stdout + ended.stderr
    return ended


def run_example(
    tool: Tool,
    example: str,
    host: str | None,
    *arguments: str | Path,
    users: int = 5,
    goal: Goal | None = None,
    env: Mapping[str, str] | None = None,
) -> Run:
    """An example, headless, all users at once."""
    target = ["-H", host] if host else []
    load = ["--headless", "-u", str(users), "-r", str(users), "--only-summary"]
    wanted = goal or Goal(samples=4 * users)
    return run_until(tool, wanted, "-f", EXAMPLES / example, *target, *load, *arguments, env=env)
