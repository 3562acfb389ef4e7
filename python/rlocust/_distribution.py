"""What `importlib.metadata` hears about `locust`: the version whose behaviour the shim keeps."""

from __future__ import annotations

import os
from importlib.metadata import Distribution
from pathlib import Path

from rlocust._install import LOCUST_VERSION, SHIM


class ShimDistribution(Distribution):
    """Locust, as the shim stands for it."""

    def read_text(self, filename: str) -> str | None:
        if filename == "METADATA":
            return f"Metadata-Version: 2.1\nName: locust\nVersion: {LOCUST_VERSION}\n"
        return None

    def locate_file(self, path: str | os.PathLike[str]) -> Path:
        return Path(SHIM).parent / path
