"""Imports a locustfile and lists what it offers: user classes and load shapes."""

from __future__ import annotations

import importlib.util
import inspect
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from types import ModuleType
from typing import Any

from ..shape import LoadTestShape
from ..user import User


def is_user_class(item: Any) -> bool:
    """Whether this is a user class that can run: a class, not abstract."""
    return inspect.isclass(item) and issubclass(item, User) and not item.abstract


def is_shape_class(item: Any) -> bool:
    """Whether this is a load shape that can run: a class, not abstract, not the base itself."""
    return (
        inspect.isclass(item)
        and issubclass(item, LoadTestShape)
        and item is not LoadTestShape
        and not getattr(item, "abstract", False)
    )


def load_locustfile(path: str) -> tuple[dict[str, type[User]], list[LoadTestShape]]:
    """Import the file; return its user classes by name, in order of definition, and its shapes, made ready.

    The working folder is put first on `sys.path` for good, the file's own folder only while it is imported.
    """
    sys.path.insert(0, os.getcwd())
    with _first_on_path(os.path.dirname(os.path.abspath(path))):
        module = _import(path)
    user_classes = {name: item for name, item in vars(module).items() if is_user_class(item)}
    shapes = [item() for item in vars(module).values() if is_shape_class(item)]
    return user_classes, shapes


def _import(path: str) -> ModuleType:
    """Under the file's own name, so that `pickle` and the file's siblings find it; never as `locust`, which is us."""
    name = os.path.splitext(os.path.basename(path))[0]
    if name == "locust":
        name = "locustfile"
    loader = SourceFileLoader(name, path)
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    if spec is None:
        raise ImportError(f"cannot import `{path}`")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    loader.exec_module(module)
    return module


@contextmanager
def _first_on_path(folder: str) -> Iterator[None]:
    """Put a folder first on `sys.path`, and afterwards leave the path as the import itself made it."""
    if sys.path and sys.path[0] == folder:
        yield
        return
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        if folder in sys.path:
            sys.path.remove(folder)
