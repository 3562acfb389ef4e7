"""Finding the locustfiles of a folder."""

from __future__ import annotations

import os


def get_abspaths_in(path: str, extension: str | None = None) -> list[str]:
    """Absolute paths of all files below `path`, except those whose name starts with an underscore."""
    return [
        os.path.abspath(os.path.join(folder, name))
        for folder, _, names in os.walk(path)
        for name in names
        if not name.startswith("_") and (extension is None or name.endswith(extension))
    ]
