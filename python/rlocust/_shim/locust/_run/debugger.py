"""Prompts of `pdb` during a run, and of debuggers built on it. At a prompt the whole program waits for its author: the
display keeps still, and the time at prompts does not count towards the time limit. Not a module of Locust's.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

#: Seconds spent at prompts so far.
_prompted_s = 0.0
_finder: _Finder | None = None


def wait_until(due: float, wait: Callable[[float], object]) -> None:
    """Waits by `wait(due)`, and again for as long as the program stood at prompts meanwhile.

    :param due: a reading of `time.perf_counter`, in seconds
    """
    counted_s = _prompted_s
    wait(due)
    while _prompted_s > counted_s:
        due, counted_s = due + _prompted_s - counted_s, _prompted_s
        wait(due)


def hold_at_prompts(hold: Callable[[bool], None]) -> None:
    """Calls `hold(True)` when a prompt appears and `hold(False)` when the program goes on.

    `pdb` is loaded when somebody asks for a prompt; it is never imported for this.
    """
    global _finder
    if "pdb" in sys.modules:
        _wrap(sys.modules["pdb"], hold)
    elif _finder is None:
        _finder = _Finder(hold)
        sys.meta_path.insert(0, _finder)


class _Finder:
    """Finds `pdb` where everybody else does, and wraps it once it is loaded."""

    def __init__(self, hold: Callable[[bool], None]) -> None:
        self._hold = hold

    def find_spec(self, fullname: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname != "pdb" or self not in sys.meta_path:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(fullname)
        loader = spec and spec.loader
        if loader is None or not hasattr(loader, "exec_module"):
            return spec
        execute = loader.exec_module

        def execute_and_wrap(module: ModuleType) -> None:
            execute(module)
            _wrap(module, self._hold)

        loader.exec_module = execute_and_wrap  # type: ignore[method-assign]
        return spec


def _wrap(pdb: ModuleType, hold: Callable[[bool], None]) -> None:
    interaction = pdb.Pdb.interaction

    def held(debugger: Any, *args: Any, **kwargs: Any) -> None:
        global _prompted_s
        begin = time.perf_counter()
        hold(True)
        try:
            interaction(debugger, *args, **kwargs)
        finally:
            hold(False)
            _prompted_s += time.perf_counter() - begin

    pdb.Pdb.interaction = held
