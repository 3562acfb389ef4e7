"""Modules of Locust's whose contents lie in private modules of ours."""

from __future__ import annotations

import inspect
from typing import Any


def adopt(module: dict[str, Any], private: str) -> None:
    """What `module` has imported out of the private modules becomes its own: pickles, error texts and whoever asks for
    `__module__` find it where Locust has it.

    :param module: the names of the module, its `globals()`
    :param private: how the names of the private modules begin
    """
    for value in module.values():
        if (inspect.isclass(value) or inspect.isfunction(value)) and value.__module__.startswith(private):
            value.__module__ = module["__name__"]
