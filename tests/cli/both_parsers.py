"""Reads generated command lines by both parsers and prints every difference; run by `test_parsers.py` in a process of
its own, because importing `locust` patches the process it happens in.

    python both_parsers.py SEED COUNT             the engine's parser against configargparse's
    python both_parsers.py --cases SEED COUNT     the cases with Locust's options, and the engine's answers, as JSON
    python both_parsers.py --answer               the engine's answers to the cases on stdin
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
from argparse import Namespace
from pathlib import Path
from typing import Any

import command_lines

import rlocust

rlocust.install()

from locust import argument_parser  # noqa: E402
from rlocust import _native  # noqa: E402

CONFIGURATION = Path(tempfile.mkdtemp()) / "locust.conf"
OPTIONS: Any = [option for _, _, options in _native.cli_table() for option in options]


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
        return f"{argument_parser.program()}: error: {text}\n" + (f"{hint}\n" if hint else "")


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
    parser = argument_parser.get_parser(default_config_files=[str(CONFIGURATION)])
    differences = 0
    for case in command_lines.cases(seed, count, OPTIONS):
        args, variables, text = case["args"], case["variables"], case["text"]
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


def show_cases(seed: int, count: int) -> None:
    """Options of ours take no part: neither named, nor in the answers. Nor do JSON objects in lists of files and
    variables, which arrive here as JSON and under Locust as Python's text for a dict."""
    own = {option["dest"] for option in OPTIONS if option["own"]}
    cases = command_lines.cases(seed, count, [option for option in OPTIONS if not option["own"]])
    cases = [case for case in cases if "[{" not in f"{case['text']} {case['variables']}"]
    answers = engine_answers(cases)
    for answer in answers:
        if isinstance(answer, dict):
            for dest in own:
                del answer[dest]
    json.dump({"cases": cases, "answers": answers}, sys.stdout)


def engine_answers(cases: list[command_lines.Case]) -> list[Any]:
    return [by_engine(case["args"], Around(case["variables"], case["text"])) for case in cases]


if __name__ == "__main__":
    if sys.argv[1] == "--cases":
        show_cases(int(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1] == "--answer":
        json.dump(engine_answers(json.load(sys.stdin)), sys.stdout)
    else:
        sys.exit(1 if main(int(sys.argv[1]), int(sys.argv[2])) else 0)
