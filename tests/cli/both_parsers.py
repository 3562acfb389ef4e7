"""Reads generated command lines by both parsers and prints every difference; run by `test_cli.py` in a process of its
own, because importing `locust` patches the process it happens in.

    python both_parsers.py SEED COUNT
"""

from __future__ import annotations

import contextlib
import io
import random
import sys
import tempfile
from argparse import Namespace
from pathlib import Path
from typing import Any

import rlocust

rlocust.install()

from locust import argument_parser  # noqa: E402
from rlocust import _native  # noqa: E402

CONFIGURATION = Path(tempfile.mkdtemp()) / "locust.conf"
OPTIONS = [option for _, _, options in _native.cli_table() for option in options]
WORDS = [
    "A",
    "5",
    "-5",
    "0",
    "1.5",
    "x",
    "",
    "a b",
    "http://x/?a=b",
    "1h30m",
    "90",
    "5S",
    "DEBUG",
    "info",
    "--",
    "-",
    "nan",
    "1e3",
    " 7",
    "1_0",
    "true",
    "it's",
    "[a, b]",
    '[{"user_class_name": "A", "n": 1}]',
    "-.5",
    "é",
    "a=b",
]
SWITCHES = ["true", "false", "yes", "no", "on", "off", "1", "0", "True", "maybe", ""]
KEYS = [
    "u",
    "r",
    "headles",
    "host",
    "users",
    "--users",
    "tags",
    "headless",
    "spawn-rate",
    "spawn_rate",
    "nonsense",
    "run-time",
    "html",
    "exclude-tags",
    "only-summary",
    "config-users",
    "user_classes",
    "L",
    "loglevel",
    "list",
]


def flag(rng: random.Random) -> str:
    flags = rng.choice(OPTIONS)["flags"]
    if not flags:
        return rng.choice(WORDS)
    chosen = rng.choice(flags)
    if chosen.startswith("--") and rng.random() < 0.3:
        chosen = chosen[: rng.randint(3, len(chosen))]
    if rng.random() < 0.05:
        chosen = chosen[:-1] + rng.choice("xyz")
    if rng.random() < 0.2:
        chosen += "=" + value(rng)
    elif not chosen.startswith("--") and rng.random() < 0.3:
        chosen += rng.choice(["5", "l", "lu5", "x", "=", "-"])
    return chosen


def value(rng: random.Random) -> str:
    """Not `--`: glued to an option, Python 3.11 takes it for the end of options and hands out an empty list."""
    return rng.choice([word for word in WORDS if word != "--"])


def command_line(rng: random.Random) -> list[str]:
    parts = []
    for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 5])):
        parts.append(flag(rng) if rng.random() < 0.6 else rng.choice(WORDS))
    return parts


def environment(rng: random.Random) -> dict[str, str]:
    if rng.random() < 0.5:
        return {}
    named = [option for option in OPTIONS if option["env"]]
    chosen = rng.sample(named, rng.randint(1, 3))
    return {
        o["env"]: rng.choice(SWITCHES if o["kind"] == "flag" and rng.random() < 0.9 else [value(rng)]) for o in chosen
    }


def configuration(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return ""
    return "\n".join(setting(rng) for _ in range(rng.randint(1, 3)))


def setting(rng: random.Random) -> str:
    key = rng.choice(KEYS)
    text = rng.choice([value(rng), *SWITCHES, '"q"', "'q'", '"a # b"', "[1, 2]", '["a", "--"]', "[]", "v # c", "v ; c"])
    form = rng.choice(
        ["{k} = {v}", "{k}={v}", "{k}: {v}", "{k} {v}", "{k}", "--{k} {v}", "# {k}", "[{k}]", "{k} = {v} # c"]
    )
    return form.format(k=key, v=text)


class Around:
    def __init__(self, variables: dict[str, str], text: str) -> None:
        self.variables = variables
        self.default_files = [(str(CONFIGURATION), text)] if text else []

    def read(self, path: str) -> str:
        return argument_parser.Surroundings(()).read(path)

    def toml(self, text: str) -> list[tuple[str, str | list[str]]]:
        return argument_parser.toml_settings(text)


def by_engine(args: list[str], around: Around) -> Any:
    try:
        return _native.cli_parse(args, around)
    except _native.CommandLineError as error:
        text, hint = error.args
        return f"rlocust: error: {text}\n" + (f"{hint}\n" if hint else "")


def by_parser(parser: Any, args: list[str], variables: dict[str, str], text: str) -> Any:
    CONFIGURATION.unlink(missing_ok=True)
    if text:
        CONFIGURATION.write_text(text)
    complaint = io.StringIO()
    with contextlib.redirect_stderr(complaint), contextlib.redirect_stdout(io.StringIO()):
        try:
            options: Namespace = parser.parse_args(args, env_vars=variables)
        except SystemExit as stop:
            return complaint.getvalue() if stop.code else "help or version"
    return vars(options)


def main(seed: int, count: int) -> int:
    rng = random.Random(seed)
    parser = argument_parser.get_parser(default_config_files=[str(CONFIGURATION)])
    differences = 0
    for _ in range(count):
        args, variables, text = command_line(rng), environment(rng), configuration(rng)
        ours, theirs = by_engine(args, Around(variables, text)), by_parser(parser, args, variables, text)
        if ours in ("help", "version"):
            ours = "help or version"
        if ours != theirs and str(ours) != str(theirs):
            differences += 1
            print(f"{args!r} {variables!r} {text!r}\n  engine: {shown(ours)}\n  parser: {shown(theirs)}")
    print(f"{count} command lines, {differences} differences")
    return differences


def shown(outcome: Any) -> Any:
    if not isinstance(outcome, dict):
        return repr(outcome)
    presets = {option["dest"]: option["default"] for option in OPTIONS}
    return {dest: value for dest, value in outcome.items() if value != presets.get(dest)}


if __name__ == "__main__":
    sys.exit(1 if main(int(sys.argv[1]), int(sys.argv[2])) else 0)
