"""Figures of a sitting: what they depend on, and where they are kept."""

import json
import os
import platform
import subprocess
import time
from pathlib import Path
from typing import Any

from bench.rig import CORES, OUT
from tests.kit.places import ROOT, program

RESULTS = ROOT / "bench" / "results"


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    info = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in info if line.startswith("model name")), platform.machine())
    load = os.getloadavg()[0]
    return {
        "cpu": model,
        "cores": len(CORES),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "nginx": _version([program("nginx"), "-v"]),
        "load_before": round(load, 2),
        "date": time.strftime("%Y-%m-%d"),
    }


def _version(command: list[str]) -> str:
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    return (said.stdout + said.stderr).strip().splitlines()[0].rpartition("/")[2]


def commit() -> str:
    """The commit that is measured; with a plus where files differ from it."""
    said = [
        subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=False).stdout.strip()
        for words in (["rev-parse", "--short", "HEAD"], ["status", "--porcelain", "--untracked-files=no"])
    ]
    return (said[0] or "unknown") + ("+" if said[1] else "")


def is_part() -> bool:
    """Whether only a part of a sitting was asked for."""
    return any(key.startswith(("BENCH_", "TRUTH_", "ACCOUNT_")) for key in os.environ)


def save(name: str, data: dict[str, Any]) -> Path:
    """Figures of a whole sitting are kept for the pages that show them; those of a part are not."""
    folder = OUT if is_part() else RESULTS
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps(data, indent=1) + "\n")
    return path
