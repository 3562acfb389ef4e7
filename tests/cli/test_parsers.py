"""The parsers of the command line, against each other and against real Locust's, on generated command lines.

docs/decisions/0005-one-option-table.md: the engine's parser and configargparse's give the same values, or the same exit
code and message.
Locust's gives the same values, or refuses by the same words but for those listed in `sentence`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.kit.surroundings import surroundings
from tests.kit.tools import LOCUST_PYTHON

HERE = Path(__file__).parent
BOTH, REAL = str(HERE / "both_parsers.py"), str(HERE / "real_parser.py")

#: Options whose values are explained in our own words: only the option's name is compared.
OWN_WORDS = re.compile(
    r"(argument (?:-t/--run-time|-s/--stop-timeout|-r/--spawn-rate|--expect-workers|--config-users"
    r"|--web-auth|--legacy-ui|--slave|--expect-slaves): ).*",
    re.DOTALL,
)


def say(*command: str, given: str | None = None, **own: str) -> str:
    done = subprocess.run(
        command, input=given, env=surroundings() | own, capture_output=True, text=True, check=False, timeout=500
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


@pytest.mark.parametrize("count", [2500, pytest.param(10_000, marks=[pytest.mark.nightly, pytest.mark.timeout(600)])])
def test_both_parsers_read_generated_command_lines_alike(count: int) -> None:
    """The engine's parser and configargparse's, over arguments, environment and configuration files."""
    assert f"{count} command lines, 0 differences" in say(sys.executable, BOTH, "2026", str(count))


@pytest.mark.oracle
@pytest.mark.parametrize("count", [1500, pytest.param(10_000, marks=[pytest.mark.nightly, pytest.mark.timeout(600)])])
def test_real_locust_reads_them_alike(count: int) -> None:
    said = json.loads(say(sys.executable, BOTH, "--cases", "47", str(count)))
    theirs = json.loads(say(str(LOCUST_PYTHON), REAL, given=json.dumps(said["cases"]), PYTHONPATH=""))
    differ = [
        f"{case}\n  rlocust: {own}\n  locust: {real}"
        for case, own, real in zip(said["cases"], said["answers"], theirs, strict=True)
        if not are_alike(own, real)
    ]
    assert not differ, "\n".join(differ[:10])


def are_alike(own: Any, real: Any) -> bool:
    if isinstance(own, str) and own in ("help", "version"):
        return bool(real == "help or version")
    if real == "a bug":  # an empty list for a switch, in a file: their program ends with a traceback
        return isinstance(own, str)
    if isinstance(own, str) and isinstance(real, str):
        return sentence(own) == sentence(real)
    return bool(own == real)


def sentence(text: str) -> str:
    text = text.partition("error: ")[2].strip()
    text = OWN_WORDS.sub(r"\1", text)
    text = re.sub(r"can't be set to a list '\[.*\]'", "can't be set to a list", text)
    if text.startswith("ambiguous option: "):
        start, _, candidates = text.partition(" could match ")
        return start + " ".join(sorted(candidates.split(", ")))
    # Of several unknown arguments, Locust looks at the first only to suggest one.
    return text.partition("\nDid you mean")[0] if text.startswith("unrecognized arguments: ") else text


@pytest.mark.oracle
def test_a_suggestion_is_the_one_of_real_locust() -> None:
    words = ["--hedless", "--user-rate", "--spawnrate", "--csvx", "--maste", "--tagz", "--time", "--log-level", "--zzz"]
    cases = [{"args": [word], "variables": {}, "text": ""} for word in words]
    theirs = json.loads(say(str(LOCUST_PYTHON), REAL, given=json.dumps(cases), PYTHONPATH=""))
    ours = json.loads(say(sys.executable, BOTH, "--answer", given=json.dumps(cases)))
    assert [text.partition(": ")[2] for text in ours] == [text.partition(": ")[2] for text in theirs]
