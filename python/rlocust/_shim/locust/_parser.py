"""The parser object that listeners of `init_command_line_parser` receive, built from the engine's option table.

Not a module of Locust's: it keeps configargparse out of every run that needs no parser object.
"""

from __future__ import annotations

import argparse
import json
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, NoReturn

import configargparse

from rlocust import _native

from . import argument_parser as table

TYPES = {
    "integer": int,
    "positive_integer": table.positive_integer,
    "rate": table.spawn_rate,
    "timespan": table.timespan,
    "size": table.size,
    "level": str.upper,
    "fail_if": table.limit,
    "max_lag": table.lag_bound,
    "user_settings": table.json_user_config,
}
REPEATABLE = ("repeated", "fail_if", "max_lag")
LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
WEB_FLAGS = {"include_in_web_ui": True, "is_secret": False, "is_required": False, "is_multiple": False}


#: As configargparse says it of options that take one value; of switches it knows nothing to say.
LIST_FOR_A_SWITCH = (
    "{key} can't be set to a list '{value}' unless its action type is changed to 'append' or nargs is set to "
    "'*', '+', or > 1"
)


def with_web_words(kind: type[Any]) -> type[Any]:
    """Adds what Locust's parser adds to argparse's: four words for the web form, and way for a suite's own options.

    Put onto the classes themselves, so that their ancestors are Locust's. An option of rlocust's that Locust does not
    have gives way to one of the same name that a suite adds: the suite was written when the name was free.
    """
    original: Any = {"add_argument": kind.add_argument, "check": kind._check_conflict}

    def add_argument(self: Any, *args: Any, **kwargs: Any) -> argparse.Action:
        words = {name: kwargs.pop(name) for name in WEB_FLAGS if name in kwargs}
        action: argparse.Action = original["add_argument"](self, *args, **kwargs)
        # Arguments of groups stay out of the form unless they say otherwise, as under Locust.
        if words or isinstance(self, argparse.ArgumentParser):
            for name, default in WEB_FLAGS.items():
                setattr(action, name, words.get(name, default))
        return action

    def check_conflict(self: Any, action: argparse.Action) -> None:
        for flag in action.option_strings:
            known = self._option_string_actions.get(flag)
            if known is not None and getattr(known, "is_own", False):
                self._handle_conflict_resolve(None, [(flag, known)])
        original["check"](self, action)

    def add_argument_group(self: Any, *args: Any, **kwargs: Any) -> Any:
        group = Group(self, *args, **kwargs)
        self._action_groups.append(group)
        return group

    def add_mutually_exclusive_group(self: Any, **kwargs: Any) -> Any:
        group = ExclusiveGroup(self, **kwargs)
        self._mutually_exclusive_groups.append(group)
        return group

    kind.add_argument, kind._check_conflict = add_argument, check_conflict
    kind.add_argument_group, kind.add_mutually_exclusive_group = add_argument_group, add_mutually_exclusive_group
    return kind


@with_web_words
class Group(argparse._ArgumentGroup):
    pass


@with_web_words
class ExclusiveGroup(argparse._MutuallyExclusiveGroup):
    pass


@with_web_words
class LocustArgumentParser(configargparse.ArgumentParser):
    """An argument parser whose options can also be shown in the web form.

    `add_argument` takes everything argparse does, `env_var`, and four words for the form::

        parser.add_argument("--my-argument", env_var="LOCUST_MY_ARGUMENT", default="", include_in_web_ui=True)
    """

    @property
    def args_included_in_web_ui(self) -> dict[str, Any]:
        return self._web_arguments("include_in_web_ui")

    @property
    def secret_args_included_in_web_ui(self) -> dict[str, Any]:
        return self._web_arguments("is_secret")

    @property
    def required_args_included_in_web_ui(self) -> dict[str, Any]:
        return self._web_arguments("is_required")

    @property
    def multiple_args_included_in_web_ui(self) -> dict[str, Any]:
        return self._web_arguments("is_multiple")

    def _web_arguments(self, word: str) -> dict[str, Any]:
        shown = (action for action in self._actions if getattr(action, "include_in_web_ui", False))
        return {action.dest: action for action in shown if getattr(action, word, False)}

    def _get_option_tuples(self, option_string: str) -> list[Any]:
        """Abbreviations mean options of ours only where none of Locust's or the suite's is meant, and one of ours."""
        readings: list[Any] = super()._get_option_tuples(option_string)
        others = [reading for reading in readings if not getattr(reading[0], "is_own", False)]
        return readings if not others and len(readings) == 1 else others

    def _given_away(self) -> set[str]:
        """Where options of ours would have been, had the suite not taken their names."""
        here = {action.dest for action in self._actions if getattr(action, "is_own", False)}
        here -= {action.dest for action in self._actions if not getattr(action, "is_own", False)}
        return {option["dest"] for _, _, options in _native.cli_table() for option in options if option["own"]} - here

    def parse_args(self, args: Any = None, namespace: Any = None, **kwargs: Any) -> Any:
        """As argparse's, with a suggestion where an option is unknown."""
        parsed, unknown = self.parse_known_args(args=args, namespace=namespace, ignore_help_args=False, **kwargs)
        if unknown:
            hint = _native.cli_did_you_mean(unknown, list(self._option_string_actions))
            self._complain("unrecognized arguments: " + " ".join(unknown), hint)
        return parsed

    def convert_item_to_command_line_arg(self, action: argparse.Action | None, key: str, value: Any) -> list[str]:
        """Lists from files and variables become words, objects in them JSON again."""
        if isinstance(value, list):
            value = [as_word(item) for item in value]
            if action is not None and action.nargs == 0:
                self.error(LIST_FOR_A_SWITCH.format(key=key, value=value))
        words: list[str] = super().convert_item_to_command_line_arg(action, key, value)
        return words

    def error(self, message: str) -> NoReturn:
        self._complain(message)

    def _complain(self, text: str, hint: str | None = None) -> NoReturn:
        lines = [f"{self.prog}: error: {text}", *([hint] if hint else [])]
        self.exit(2, "\n".join(lines) + "\n")
        raise AssertionError("unreachable: exit does not return")


class LocustConfigParser(configargparse.ConfigFileParser):
    """TOML for files that are named so, else configargparse's own format."""

    def __call__(self) -> LocustConfigParser:
        return self

    def get_syntax_description(self) -> str:
        return "key=value lines, or [tool.locust] in a .toml file"

    def parse(self, stream: Any) -> OrderedDict[str, Any]:
        if not str(getattr(stream, "name", "")).endswith(".toml"):
            settings: OrderedDict[str, Any] = configargparse.DefaultConfigFileParser().parse(stream)
            return settings
        try:
            return OrderedDict(table.toml_settings(stream.read()))
        except ValueError as error:
            raise configargparse.ConfigFileParserException(str(error)) from None


def as_word(item: Any) -> str:
    if isinstance(item, (dict, list)):
        return json.dumps(item, ensure_ascii=False, separators=(",", ":"))
    return str(item)


LocustArgumentParser.__module__ = LocustConfigParser.__module__ = table.__name__


def build_empty_parser(add_help: bool, default_config_files: Sequence[str]) -> LocustArgumentParser:
    parser = LocustArgumentParser(
        prog=table.program(),
        default_config_files=list(default_config_files),
        config_file_parser_class=LocustConfigParser(),
        add_env_var_help=False,
        add_config_file_help=False,
        add_help=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="%(prog)s [options] [UserClass ...]",
    )
    if add_help:
        parser.add_argument("-h", "--help", action="help", help="Show this help and exit")
    return parser


def add_options(parser: LocustArgumentParser) -> None:
    """The first group becomes the parser's own options, as in Locust, so that plug-ins find them where they look."""
    first, *others = _native.cli_table()
    parser._optionals.title = first[0]
    for option in first[2]:
        if option["kind"] != "help":
            _add_option(parser, option)
    for title, about, options in others:
        group = parser.add_argument_group(title, about or None)
        for option in options:
            _add_option(group, option)


def _add_option(holder: Any, option: _native.Option) -> None:
    names = option["flags"] or [option["dest"]]
    action = holder.add_argument(*names, **_words_for_argparse(option))
    action.is_own = option["own"]


def build_preliminary_parser() -> LocustArgumentParser:
    parser = build_empty_parser(False, table.DEFAULT_CONFIG_FILES)
    for option in _native.cli_preliminary_table():
        parser.add_argument(*option["flags"], **_words_for_argparse(option))
    return parser


def _words_for_argparse(option: _native.Option) -> dict[str, Any]:
    kind = option["kind"]
    words: dict[str, Any] = {"help": argparse.SUPPRESS if option["hidden"] else option["help"].replace("%", "%%")}
    if option["flags"]:
        words["dest"] = option["dest"]
        words["env_var"] = option["env"]
    if kind == "version":
        return {**words, "action": "version", "version": table.version_text().replace("%", "%%")}
    words["default"] = option["default"]
    if kind == "flag":
        return {**words, "action": "store_true"}
    if kind == "removed":
        nargs = 0 if option["takes"] == "nothing" else None
        return {**words, "action": GoneAction, "nargs": nargs, "const": option["hint"]}
    return {**words, **_words_for_values(option)}


def _words_for_values(option: _native.Option) -> dict[str, Any]:
    kind = option["kind"]
    words: dict[str, Any] = {"metavar": option["metavar"]}
    if kind in TYPES:
        words["type"] = TYPES[kind]
    if kind == "level":
        words["choices"] = LEVELS
    if kind in REPEATABLE:
        words["action"] = "append"
    if option["takes"] == "any":
        words["nargs"] = "*"
    if option["dest"] == "config":
        words["is_config_file_arg"] = True
    if not option["flags"]:
        words["default"] = table.user_classes_from_environment()
    return words


class GoneAction(argparse.Action):
    """An option of an older Locust: using it explains what took its place."""

    def __call__(self, parser: Any, *_: Any) -> NoReturn:
        flags = list(self.option_strings)
        parser._complain(f"argument {'/'.join(flags)}: {self.const}", _native.cli_did_you_mean(flags, []))
        raise AssertionError("unreachable: a complaint does not return")
