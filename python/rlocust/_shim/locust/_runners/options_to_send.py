"""The options that a master sends to its workers with each step: Locust's and those that the suite has added."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from rlocust import _native

from .. import argument_parser

if TYPE_CHECKING:
    from ..env import Environment


class CannotBeSent(ValueError):
    """Which option has a value that no worker can be told."""


def options_to_send(environment: Environment) -> dict[str, Any]:
    """By name; options of ours are each process's own business."""
    if not environment.parsed_options:
        return {}
    own = _own_options() - argument_parser.given_away()
    options = {name: value for name, value in vars(environment.parsed_options).items() if name not in own}
    if not _can_travel(options):
        name = next(name for name, value in options.items() if not _can_travel(value))
        kind = type(options[name]).__name__
        raise CannotBeSent(
            f"the option `{name}` cannot be sent to workers: its value is of the type `{kind}`\n"
            "hint: keep texts, numbers, lists and dicts in `parsed_options`, and make other things of them on each node"
        )
    return options


def _can_travel(value: Any) -> bool:
    try:
        _native.pack_message("spawn", value, "")
    except (TypeError, ValueError, OverflowError):
        return False
    return True


@cache
def _own_options() -> frozenset[str]:
    return frozenset(option["dest"] for _, _, row in _native.cli_table() for option in row if option["own"])


@cache
def known_options() -> frozenset[str]:
    """The names of all options that are not the suite's."""
    return frozenset(argument_parser.default_args_dict())
