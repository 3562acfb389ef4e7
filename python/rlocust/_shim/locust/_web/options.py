"""The options that suites added, for the start form. The value of a secret one never leaves the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import argument_parser

if TYPE_CHECKING:
    from ..env import Environment


def extra_options() -> dict[str, dict[str, Any]]:
    """As Locust's page knows them; read anew each time, so that edits do not show."""
    try:
        options = argument_parser.ui_extra_args_dict()
    except SystemExit:  # a program with a command line of its own
        options = argument_parser.ui_extra_args_dict([])
    for option in options.values():
        if option["is_secret"]:
            option["default_value"] = ""
    return options


def secret_options(environment: Environment) -> set[str]:
    if not environment.events.init_command_line_parser._handlers:
        return set()
    return set(argument_parser.get_parser(default_config_files=()).secret_args_included_in_web_ui)


def shown_options(environment: Environment) -> set[str]:
    """The names of the locustfile's options that the form shows: those alone can be set from the form and the API."""
    return set(extra_options()) if environment.events.init_command_line_parser._handlers else set()


def described(environment: Environment) -> list[dict[str, Any]]:
    """As `/api/v1/form` has them."""
    return [_described(environment, name, option) for name, option in extra_options().items()]


def _described(environment: Environment, name: str, option: dict[str, Any]) -> dict[str, Any]:
    default = option["default_value"]
    is_secret = option["is_secret"]
    return {
        "name": name,
        "help": option["help_text"],
        "default": None if is_secret else default,
        "choices": option["choices"],
        "is_secret": is_secret,
        "is_set": getattr(environment.parsed_options, name, default) not in (None, ""),
        "is_required": option["is_required"],
        "is_multiple": option["is_multiple"],
    }
