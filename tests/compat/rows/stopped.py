"""Runs that a signal ends once something is seen: `run_until_it("the lines are printed", condition, …)`.

For conditions that the sums do not show; where they do, `tests.kit.runs` ends the run.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from signal import SIGTERM

from tests.kit.processes import Process
from tests.kit.tools import Run, Tool, started
from tests.kit.waiting import DEADLINE, until


def run_until_it(
    what: str,
    condition: Callable[[Process], object],
    tool: Tool,
    *arguments: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Run:
    """Runs the tool until the condition holds, and then to its end by SIGTERM."""
    with started(tool, *arguments, cwd=cwd, env=env) as process:
        until(what, lambda: process.has_ended or condition(process))
        assert not process.has_ended, f"ended before it was seen: {what}\n{process.said}"
        process.signal(SIGTERM)
        code = process.wait(2 * DEADLINE)
        return Run(code, process.stdout, process.stderr)
