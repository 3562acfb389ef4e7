"""Whose a piece of code is: the suite's, rlocust's, Python's, or that of a library."""

from __future__ import annotations

import os
import sysconfig
from functools import lru_cache
from types import CodeType

import rlocust

SUITE = "suite"
RLOCUST = "rlocust"
PYTHON = "standard library"
GEVENT = "gevent"

_OURS = os.path.dirname(os.path.abspath(rlocust.__file__)) + os.sep
_LIBRARIES = tuple({sysconfig.get_path(name) + os.sep for name in ("purelib", "platlib")})
_PYTHONS = tuple({sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib")})


def is_of_suite(code: CodeType) -> bool:
    return owner_of(code.co_filename) == SUITE


@lru_cache(maxsize=4096)
def owner_of(file: str) -> str:
    """One of the words above, or the name of the library."""
    if file.startswith(_OURS):
        return RLOCUST
    if file.startswith(_LIBRARIES):
        folder = next(folder for folder in _LIBRARIES if file.startswith(folder))
        return file[len(folder) :].split(os.sep)[0].removesuffix(".py")
    if file.startswith((*_PYTHONS, "<")):
        return GEVENT if "gevent" in file else PYTHON
    return SUITE


def is_of_shim(code: CodeType, name: str) -> bool:
    """Whether this is a function of that name in the shim."""
    return code.co_name == name and owner_of(code.co_filename) == RLOCUST


def shown_place(file: str, line: int) -> str:
    """`locustfile.py:12`, from the folder where we are."""
    near = os.path.relpath(file) if file else file
    return f"{file if near.startswith('..') else near}:{line}"
