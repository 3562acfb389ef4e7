"""Reads command lines (JSON on stdin, see `command_lines.py`) by the parser of real Locust, whose Python runs this."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from locust import argument_parser

CONFIGURATION = Path(tempfile.mkdtemp()) / "locust.conf"


def answer(case: dict[str, Any]) -> Any:
    CONFIGURATION.unlink(missing_ok=True)
    if case["text"]:
        CONFIGURATION.write_text(case["text"])
    complaint = io.StringIO()
    parser = argument_parser.get_parser(default_config_files=[str(CONFIGURATION)])
    with contextlib.redirect_stderr(complaint), contextlib.redirect_stdout(io.StringIO()):
        try:
            options = parser.parse_args(case["args"], env_vars=case["variables"])
        except SystemExit as stop:
            return complaint.getvalue() if stop.code else "help or version"
        except AssertionError:
            return "a bug"
    return vars(options)


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
