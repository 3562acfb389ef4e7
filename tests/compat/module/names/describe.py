"""Describes the names that suites import, as JSON on the output: kind, signature, ancestors, members.

Run by real Locust's Python it makes the record: `describe.py > record.json`; `--ours` describes rlocust's.
Only what a suite can rely on is described: parameters without annotations, values of constants, public members.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

LIST = Path(__file__).with_name("list.txt")
PLAIN = (bool, int, float, str, tuple, list, type(None))
CHANGES = {"HOSTNAME", "STATS_NAME_WIDTH"}  # with the machine, so their type must do


def names() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in LIST.read_text().splitlines():
        module, _, listed = line.partition(": ")
        found.setdefault(module, []).extend(listed.split())
    return found


def describe_module(name: str, wanted: list[str]) -> dict[str, Any]:
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        return {"cannot be imported": {"kind": str(error)}}
    return {each: describe(each, getattr(module, each)) if hasattr(module, each) else None for each in wanted}


def describe(name: str, thing: Any) -> dict[str, Any]:
    if isinstance(thing, ModuleType):
        return {"kind": "module", "name": thing.__name__}
    if inspect.isclass(thing):
        return describe_class(thing)
    if inspect.isroutine(thing):
        return {"kind": "function", "signature": signature(thing)}
    if isinstance(thing, PLAIN):
        shown = type(thing).__name__ if name in CHANGES else repr(thing)
        return {"kind": "value", "value": shown}
    return {"kind": "object", "type": type(thing).__name__}


def describe_class(thing: type) -> dict[str, Any]:
    said: dict[str, Any] = {"kind": "class", "ancestors": [ancestor(each) for each in thing.__mro__[1:]]}
    said["metaclass"] = type(thing).__name__
    if "__init__" in dir(thing) and not issubclass(thing, dict):
        said["signature"] = signature(thing)
    said["members"] = {name: member(thing, name) for name in sorted(own_names(thing))}
    return said


def ancestor(thing: type) -> str:
    return thing.__qualname__ if thing.__module__.startswith("locust") else f"{thing.__module__}.{thing.__qualname__}"


def own_names(thing: type) -> set[str]:
    """Public members that Locust itself defines, wherever among the ancestors."""
    ours = [each for each in thing.__mro__ if each.__module__.startswith("locust")]
    return {name for each in ours for name in vars(each) if not name.startswith("_")}


def member(thing: type, name: str) -> dict[str, Any]:
    found = inspect.getattr_static(thing, name)
    if isinstance(found, (staticmethod, classmethod)):
        return {"kind": type(found).__name__, "signature": signature(found.__func__)}
    if inspect.isroutine(found):
        return {"kind": "method", "signature": signature(found)}
    if isinstance(found, property) or inspect.isdatadescriptor(found) or hasattr(found, "func"):
        return {"kind": "property"}
    if inspect.isclass(found):
        return {"kind": "class"}
    return {"kind": "attribute"}


def signature(thing: Any) -> list[str] | str:
    try:
        parameters = inspect.signature(thing).parameters.values()
    except (TypeError, ValueError):
        return "unknown"
    return [parameter(each) for each in parameters]


def parameter(each: inspect.Parameter) -> str:
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}.get(each.kind, "")
    only = {inspect.Parameter.KEYWORD_ONLY: " (keyword)", inspect.Parameter.POSITIONAL_ONLY: " (positional)"}
    default = ""
    if each.default is not inspect.Parameter.empty:
        is_plain = isinstance(each.default, PLAIN) and "/" not in str(each.default)  # no places of the machine
        default = f"={each.default!r}" if is_plain else "=..."
    return f"{stars}{each.name}{default}{only.get(each.kind, '')}"


def relations(modules: dict[str, list[str]]) -> list[str]:
    """Which listed name is the very object of which other."""
    first: dict[int, str] = {}
    same = []
    for module, listed in modules.items():
        for name in listed:
            thing = getattr(sys.modules.get(module), name, None)
            if thing is None or isinstance(thing, (*PLAIN, ModuleType)):
                continue
            if id(thing) in first:
                same.append(f"{module}.{name} is {first[id(thing)]}")
            first.setdefault(id(thing), f"{module}.{name}")
    return same


def main() -> None:
    if "--ours" in sys.argv:
        import rlocust

        rlocust.install()
    import locust  # noqa: F401 - first, for its patches

    os.environ.setdefault("OPENAI_API_KEY", "none")  # without one, `locust.contrib.oai` does not import

    described = {module: describe_module(module, listed) for module, listed in names().items()}
    json.dump({"names": described, "same": relations(names())}, sys.stdout, indent=1, sort_keys=True)
    print()


if __name__ == "__main__":
    main()
