"""Files of a call, such that two roads can read them one after the other and find the same."""

from __future__ import annotations

from typing import Any

from requests.utils import to_key_val_list


def readable_twice(files: Any) -> Any:
    """`files=` of a call, such that two roads can read them one after the other and find the same."""
    if not files or isinstance(files, str | bytes):
        return files  # the latter `requests` refuses
    return [(name, _part_readable_twice(part)) for name, part in to_key_val_list(files)]


def _part_readable_twice(part: Any) -> Any:
    if isinstance(part, (tuple, list)):  # (file name, file, …)
        return tuple(_ReadableTwice(item) if hasattr(item, "read") else item for item in part)
    return _ReadableTwice(part) if hasattr(part, "read") else part


class _ReadableTwice:
    """A file whose second reading starts where the first one did; what cannot seek is kept."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._place: int | None = None
        self._content: Any = None

    @property
    def name(self) -> Any:
        return getattr(self._file, "name", None)

    def read(self) -> Any:
        if self._content is not None:
            return self._content
        if self._place is not None:
            self._file.seek(self._place)
            return self._file.read()
        self._place = _place_in(self._file)
        content = self._file.read()
        if self._place is None:
            self._content = content
        return content


def _place_in(file: Any) -> int | None:
    try:
        return file.tell() if file.seekable() else None
    except (AttributeError, OSError, ValueError):
        return None
