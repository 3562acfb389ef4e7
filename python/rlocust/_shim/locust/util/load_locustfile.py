"""Imports a locustfile and lists what it offers: user classes and load shapes, or test functions of pytest style."""

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
from ..user.users import PytestUser


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


def load_locustfile_pytest(path: str) -> dict[str, type[User]]:
    """A user class for each name of a test function that pytest finds in the file; functions of one name share one."""
    user_classes: dict[str, type[PytestUser]] = {}
    for function, fixtures in _collect_tests(path):
        user_class = user_classes.get(function.name)
        if user_class is None:
            user_class = user_classes[function.name] = type(function.name, (PytestUser,), {"functions": []})
        function.fixturedefs = fixtures
        user_class.functions.append(function)
    return dict(user_classes)


def _collect_tests(path: str) -> list[tuple[Any, list[Any]]]:
    """The test functions of the file, each with the definition of every fixture it takes. Nothing is executed."""
    import pytest
    from _pytest.config import Config

    from rlocust import pytest_plugin

    # Quiet, because `--list` is read by scripts; uncaptured, because keys are read from the terminal.
    # The plug-in is imported already, by us: that its asserts are not rewritten is nothing to warn of.
    quiet = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    config = Config.fromdictargs({}, ["-q", "-s", *quiet, path])
    if not config.pluginmanager.is_registered(pytest_plugin):
        config.pluginmanager.register(pytest_plugin, "rlocust")
    config._do_configure()
    session = pytest.Session.from_config(config)
    config.hook.pytest_sessionstart(session=session)
    session.perform_collect()
    functions = [item for item in session.items if isinstance(item, pytest.Function)]
    return [(function, _fixtures_of(function, session._fixturemanager)) for function in functions]


def _fixtures_of(function: Any, manager: Any) -> list[Any]:
    found = []
    for name in inspect.signature(function.obj).parameters:
        definitions = manager.getfixturedefs(name, function)
        if not definitions:
            raise ValueError(f"Could not find fixture for parameter {name!r} in {function.name}")
        if len(definitions) > 1:
            raise ValueError(f"Multiple fixtures found for parameter {name!r} in {function.name}: {definitions}")
        found.append(definitions[0])
    return found
