"""Row 25 of the promise: load profiles as LoadTestShape classes. A minute lasts less than a second here, and a second
is a tick, however late it comes."""

import re

import pytest

from tests.kit.places import EXAMPLES, LOCUSTFILES
from tests.kit.targets import Target
from tests.kit.tools import Run, Tool, run

FOLLOWING = re.compile(r"Shape test updating to (\d+) users")


def follow(tool: Tool, demo: Target, profile: str, *options: str, minute: float, tick: float = 1) -> Run:
    variables = {"MINUTE": str(minute), "USERS": "0.1", "TICK": str(tick)}
    common = ["--headless", "--only-summary", "--stop-timeout", "30", "-H", demo.url]
    files = f"{EXAMPLES / 'profiles' / f'{profile}.py'},{LOCUSTFILES / 'counted_ticks.py'}"
    return run(tool, "-f", files, *common, *options, env=variables)


@pytest.mark.parametrize(
    ("profile", "minute", "steps"),
    [
        ("load", 0.3, [5, 10, 0]),
        ("stress", 0.5, [5, 10, 15, 20, 25]),
        ("spike", 1, [0, 20, 0]),
    ],
)
def test_a_profile_is_followed_step_by_step(
    tool: Tool, demo: Target, profile: str, minute: float, steps: list[int]
) -> None:
    """Row 25, docs/contract/library.md: `tick` is asked about once a second; each new answer is a ramp; None ends the
    test."""
    ended = follow(tool, demo, profile, minute=minute)
    assert ended.exit_code == 0, ended.stderr
    assert [int(users) for users in FOLLOWING.findall(ended.stderr)] == steps
    assert ended.has_logged(f'All users spawned: {{"Visitor": {max(steps)}}} ({max(steps)} total users)')
    assert ended.has_logged("Shape test stopping") and ended.has_logged("Shape test completed, shutting down")
    assert ended.report.total is not None and ended.report.total.requests == demo.received().total > 0


def test_a_soak_reads_the_command_line(tool: Tool, demo: Target) -> None:
    """Row 25, docs/contract/python-api.md: `use_common_options`, the shape reads users, rate and time itself."""
    ended = follow(tool, demo, "soak", "-u", "4", "-r", "4", "-t", "1s", minute=1)
    assert ended.exit_code == 0, ended.stderr
    assert [int(users) for users in FOLLOWING.findall(ended.stderr)] == [4]
    assert not ended.has_logged("have no impact on LoadShapes")
    assert ended.has_logged("Shape test stopping")
    assert ended.report.counts == {"GET /json": demo.received().total}


def test_options_that_a_shape_ignores_are_reported(tool: Tool, demo: Target) -> None:
    """Row 25, docs/contract/cli.md: the warning names them."""
    ended = follow(tool, demo, "spike", "-u", "4", "-r", "4", minute=0.3)
    assert ended.has_logged("have no impact on LoadShapes")
    assert ended.has_logged("The following option(s) will be ignored: --users, --spawn-rate")


def test_a_stress_ends_when_the_service_gives_in(tool: Tool, demo: Target) -> None:
    """Row 25: `tick` sees the statistics by `self.runner`; here every answer is a failure."""
    broken = Target(f"{demo.url}/status/500?")
    ended = follow(tool, broken, "stress", minute=0.5, tick=0)
    assert ended.exit_code == 1
    assert [int(users) for users in FOLLOWING.findall(ended.stderr)] == [5]
    assert ended.has_logged("Shape test stopping")
