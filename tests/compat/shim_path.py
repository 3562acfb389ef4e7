"""Lets a test import the `locust` face straight from the source tree, and find the real Locust to compare with."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "python"
SHIM = PYTHON / "rlocust" / "_shim"


def use_shim() -> None:
    """Puts the source tree first on the path, unless `locust` is already the face."""
    for folder in (SHIM, PYTHON):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))


def real_locust() -> str | None:
    """The interpreter of an environment that holds the real Locust, if there is one."""
    named = os.environ.get("LOCUST_PYTHON")
    if named:
        return named
    beside = ROOT / ".venv-locust" / "bin" / "python"
    return str(beside) if beside.exists() else None
