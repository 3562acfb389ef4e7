"""Runs under limits that the test makes: of the shell (`ulimit`), in control groups, in namespaces. Where the system
lets nobody make them, `why_no_…` says why."""

import os
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.kit.runs import NOT_REACHED, Goal, until_goal
from tests.kit.tools import RLOCUST, Run, Tool, run
from tests.kit.waiting import DEADLINE

MIB = 1 << 20
PROBED = {"memory": 1 << 40, "pids": 1 << 15, "cpu": 100_000}
GROUPS = Path("/sys/fs/cgroup")
LIMITS = {
    "memory": ("memory.max", "memory.limit_in_bytes"),
    "pids": ("pids.max", "pids.max"),
    "cpu": ("cpu.max", "cpu.cfs_quota_us"),
}


def run_limited(
    *arguments: str | Path,
    cwd: Path,
    goal: Goal | None = None,
    env: Mapping[str, str] | None = None,
    enter: str = ":",
    address_space: int = 0,
    shell: tuple[str, ...] = ("sh", "-c"),
    **ulimits: int,
) -> Run:
    """rlocust until it has reached the goal, or ends itself without one, after a shell has done `enter` and lowered
    its limits: `n=64` is `ulimit -n 64`.
    """
    limits = [f"ulimit -{letter} {limit}" for letter, limit in ulimits.items()]
    if address_space:
        limits.append(f"ulimit -v {address_space // 1024}")
    script = " && ".join([enter, *limits, 'exec "$@"'])
    tool = Tool("rlocust under limits", (*shell, script, "sh", *RLOCUST.command))
    words, variables = until_goal(goal, *arguments) if goal else (list(map(str, arguments)), {})
    limit = (goal.deadline if goal else DEADLINE) + DEADLINE
    ended = run(tool, *words, cwd=cwd, env=variables | dict(env or {}), deadline=limit)
    assert ended.exit_code != NOT_REACHED, ended.stdout + ended.stderr
    return ended


def why_no_groups(kind: str) -> str | None:
    """Why no control group of this kind can be made; None where it can."""
    try:
        with in_a_group(kind, PROBED[kind]):
            return None
    except OSError as error:
        return f"no control group of kind `{kind}` can be made: {error}"


@contextmanager
def in_a_group(kind: str, limit: int) -> Iterator[str]:
    """What a shell does to enter a control group of this limit. The group goes with the block."""
    parent, name = _parent_of(kind)
    group = parent / f"rlocust-test-{uuid.uuid4().hex}"
    group.mkdir()
    try:
        (group / name).write_text(str(limit))
        yield f"echo $$ > '{group}/cgroup.procs'"
    finally:
        group.rmdir()


def _parent_of(kind: str) -> tuple[Path, str]:
    new, old = LIMITS[kind]
    if (GROUPS / kind).is_dir():
        return GROUPS / kind, old
    controllers = (GROUPS / "cgroup.controllers").read_text().split()
    if kind not in controllers:
        raise OSError(f"the controllers here are {controllers}")
    (GROUPS / "cgroup.subtree_control").write_text(f"+{kind}")
    return GROUPS, new


def why_no_namespaces() -> str | None:
    """Why no namespace for mounts and networks can be made; None where it can."""
    tried = subprocess.run(["unshare", *_as_anybody(), "-m", "-n", "true"], capture_output=True, text=True)
    return f"no namespace can be made: {tried.stderr.strip()}" if tried.returncode else None


def in_namespaces(*words: str) -> tuple[str, ...]:
    return ("unshare", *_as_anybody(), *words)


def _as_anybody() -> list[str]:
    return [] if os.geteuid() == 0 else ["-r"]
