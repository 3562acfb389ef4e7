"""The command line as suites see it: the parser they add options to, and where the locustfiles are found.

The options are declared once, in the engine. As long as nobody listens to `init_command_line_parser`, the engine also
reads the command line; with a listener, `get_parser` builds a real configargparse parser from the same table and that
parser decides. configargparse is imported only then, hence `LocustArgumentParser` comes through `__getattr__`.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn, cast

from rlocust import _native
from rlocust._command_line import (
    DEFAULT_CONFIG_FILES,
    DEFAULT_LOCUSTFILE,
    Surroundings,
    ask_native,
    names_locustfile,
    print_version,
    program,
)
from rlocust._command_line import complain as complain
from rlocust._command_line import toml_settings as toml_settings
from rlocust._command_line import version_text as version_text

if TYPE_CHECKING:
    from ._parser import LocustArgumentParser as LocustArgumentParser


def __getattr__(name: str) -> Any:
    if name in ("LocustArgumentParser", "LocustConfigParser"):
        from . import _parser

        return getattr(_parser, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


# The parser object


def get_empty_argument_parser(
    add_help: bool = True, default_config_files: Sequence[str] = DEFAULT_CONFIG_FILES
) -> LocustArgumentParser:
    """A parser that reads, words and exits as Locust's does (sources, messages, exit code), with no option but help."""
    from ._parser import build_empty_parser

    return build_empty_parser(add_help, default_config_files)


def setup_parser_arguments(parser: LocustArgumentParser) -> None:
    """Give a parser every built-in option."""
    from ._parser import add_options

    add_options(parser)


def get_parser(default_config_files: Sequence[str] = DEFAULT_CONFIG_FILES) -> LocustArgumentParser:
    """The full parser: built-in options, then whatever listeners of `init_command_line_parser` add."""
    from . import events

    parser = get_empty_argument_parser(add_help=True, default_config_files=default_config_files)
    setup_parser_arguments(parser)
    events.init_command_line_parser.fire(parser=parser)
    return parser


def parse_options(args: list[str] | None = None) -> Namespace:
    """Read a command line; `sys.argv` unless arguments are given. Kept for old programs."""
    print("The parse_options function is deprecated: use get_parser().parse_args()")
    return parse_command_line(args)


def parse_command_line(args: list[str] | None = None) -> Namespace:
    """Read a command line by whichever parser has the say; complaints end the program with exit code 2."""
    from . import events

    if events.init_command_line_parser._handlers:
        return parse_by_parser(args)
    parsed = ask_native(_native.cli_parse, _words(args))
    if parsed is None:
        return parse_by_parser(args)
    if parsed == "help":
        print_help()
    if parsed == "version":
        print_version()
    options = Namespace(**parsed)
    options.user_classes = options.user_classes or user_classes_from_environment()
    return options


def parse_by_parser(args: list[str] | None) -> Namespace:
    parser = get_parser()
    options: Namespace = parser.parse_args(args)
    _given_away.update(parser._given_away())
    return options


# Options of ours whose names the suite took for its own.
_given_away: set[str] = set()


class OurReading:
    """The options as our own code may read them: what a suite stored under the name of an option of ours is the
    suite's, and none of ours was given."""

    def __init__(self, options: Namespace, given_away: set[str]) -> None:
        object.__setattr__(self, "_options", options)
        object.__setattr__(self, "_given_away", given_away)

    def __getattr__(self, name: str) -> Any:
        if name in self._given_away:
            presets = {option["dest"]: option["default"] for _, _, row in _native.cli_table() for option in row}
            return presets[name]
        return getattr(self._options, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._options, name, value)


def given_away() -> set[str]:
    """Names of options of ours that the suite took for options of its own."""
    return _given_away


def for_our_reading(options: Namespace) -> Namespace:
    """The options themselves, but where a suite took a name of ours."""
    return cast("Namespace", OurReading(options, _given_away)) if _given_away else options


def default_args_dict() -> dict[str, Any]:
    """Every built-in option with its value when nothing is given."""
    parser = get_empty_argument_parser(default_config_files=())
    setup_parser_arguments(parser)
    presets: dict[str, Any] = vars(parser.parse_args([]))
    return presets


def ui_extra_args_dict(args: list[str] | None = None) -> dict[str, dict[str, Any]]:
    """The options that suites added for the web form, with what the form needs to know about each."""
    parser = get_parser()
    built_in = default_args_dict()
    values = {dest: value for dest, value in vars(parser.parse_args(args)).items() if dest not in built_in}
    actions = {dest: action for dest, action in parser.args_included_in_web_ui.items() if dest in values}
    return {
        dest: {
            "default_value": values[dest],
            "is_required": action.is_required,
            "is_secret": action.is_secret,
            "is_multiple": action.is_multiple,
            "help_text": action.help,
            "choices": action.choices,
        }
        for dest, action in actions.items()
    }


def user_classes_from_environment() -> list[str]:
    return os.environ.get("LOCUST_USER_CLASSES", "").split()


# Types of values


def timespan(time_str: str) -> int:
    """Seconds of `90`, `20s`, `1h30m`."""
    return int(_converted("timespan", time_str))


def size(string: str) -> int:
    """Bytes of `1000000`, `512K`, `1GiB`."""
    return int(_converted("size", string))


def positive_integer(string: str) -> int:
    return int(_converted("positive_integer", string))


def spawn_rate(string: str) -> float:
    return float(_converted("rate", string))


def limit(string: str) -> str:
    """A limit of `--fail-if`, as it is written."""
    return str(_converted("fail_if", string))


def lag_bound(string: str) -> str:
    """A bound of `--max-lag`, as it is written."""
    return str(_converted("max_lag", string))


def json_user_config(string: str) -> list[dict[str, Any]]:
    """Settings for user classes: JSON, or the path of a `.json` file."""
    settings: list[dict[str, Any]] = _complaining(_native.cli_user_settings, string, Surroundings())
    return settings


def _converted(kind: str, text: str) -> Any:
    return _complaining(_native.cli_convert, kind, text)


def _complaining(convert: Any, *args: Any) -> Any:
    from argparse import ArgumentTypeError

    try:
        return convert(*args)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


# Before the locustfile is imported


def parse_preliminary(args: list[str] | None = None) -> Namespace:
    """Read which locustfile to import and whether help or the version is asked for; tolerate the rest."""
    parsed = ask_native(_native.cli_parse_preliminary, _words(args))
    if parsed is None:
        from ._parser import build_preliminary_parser

        options: Namespace = build_preliminary_parser().parse_known_args(args)[0]
        return options
    return Namespace(**parsed)


def _words(args: list[str] | None) -> list[str]:
    return sys.argv[1:] if args is None else list(args)


def print_help() -> NoReturn:
    """Print the help and exit; options that plug-ins add are in it, and those of a locustfile that was named."""
    from . import events

    if events.init_command_line_parser._handlers:
        get_parser().print_help()
    else:
        print(_native.cli_help(program()), end="")
    sys.exit(0)


def parse_locustfile_option(args: list[str] | None = None) -> Namespace:
    """What must be known before a locustfile is imported; answers `--help` and `--version`, which exit."""
    options = parse_preliminary(args)
    if options.help:
        if names_locustfile(options.locustfile, _words(args)):
            import_for_help(options)
        # The whole line is read before help is given: what stands wrong before it is said, and so is `help = true` of a
        # configuration file, for help takes no value.
        parse_command_line(args)
    if options.version:
        print_version()
    for name in ("master_secret", "master_secret_file"):  # of ours: not among Locust's unless given
        if getattr(options, name) is None:
            delattr(options, name)
    return options


def get_locustfiles_locally(options: Namespace) -> list[str]:
    """The locustfiles that these options name, as local paths."""
    if options.locustfile == "-" and options.worker:
        from ._run import download
        from ._runners.secret import check_secret, secret_of

        check_secret(options)
        return parse_locustfile_paths(
            download.save(download_locustfile_from_master(options.master_host, options.master_port, secret_of(options)))
        )
    if options.locustfile == "-":
        fail(
            "locustfile was set to '-' (meaning to download from master) but --worker was not specified.\n"
            "hint: `-f -` is for workers; name a file, or leave -f out for locustfile.py"
        )
    try:
        return parse_locustfile_paths(options.locustfile.split(","))
    except SystemExit:
        if options.locustfile == DEFAULT_LOCUSTFILE and (hint := hint_at_locustfile(sys.argv[1:])):
            print(hint, file=sys.stderr)
        raise


def import_for_help(options: Namespace) -> None:
    """Imports the locustfile that was named: the options that it adds are in the help then. Where that cannot be done,
    the help is that of the command alone, and a line says so."""
    from .util.load_locustfile import load_locustfile

    try:
        for path in get_locustfiles_locally(options):
            load_locustfile(path)
    except (Exception, SystemExit) as error:
        why = "" if isinstance(error, SystemExit) else f": {type(error).__name__}: {error}"
        print(
            f"Options that `{options.locustfile}` may add are not shown: it could not be imported{why}", file=sys.stderr
        )


def hint_at_locustfile(words: Sequence[str]) -> str:
    """A line for a locustfile without its option, or a mistyped subcommand; nothing where no word looks like one."""
    file = next((f"hint: did you mean `-f {word}`?" for word in words if word.endswith(".py")), "")
    return file or hint_at_subcommand()


def hint_at_subcommand() -> str:
    """A line for a first argument that resembles a subcommand; nothing where it does not, or is an option."""
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    closest = None if word.startswith("-") else _native.cli_closest_subcommand(word)
    return f"hint: did you mean `{program()} {closest}`?" if closest else ""


def parse_locustfile_paths(paths: list[str]) -> list[str]:
    """Local paths of what `-f` lists: files, folders, addresses."""
    return [path for item in paths for path in _paths_of(item.strip())]


def _paths_of(item: str) -> list[str]:
    from .util.url import is_url

    if is_url(item):
        return [download_locustfile(item)]
    if os.path.isdir(item):
        return _paths_in(item)
    if os.path.isfile(item) and item.endswith(".py"):
        return [os.path.abspath(item)]
    fail(
        f"Could not find '{item}'. Ensure your locustfile ends with '.py' or is a directory with locustfiles. "
        "See --help for available options.",
        hint_at_subcommand(),
    )


def _paths_in(folder: str) -> list[str]:
    """Every `*.py` below, but for those whose name starts with an underscore."""
    found = [
        os.path.join(root, name)
        for root, _, names in os.walk(os.path.abspath(folder))
        for name in names
        if name.endswith(".py") and not name.startswith("_")
    ]
    if not found:
        fail(f"Could not find any locustfiles in directory '{folder}'")
    return found


def download_locustfile_from_master(
    master_host: str, master_port: int, master_secret: bytes | None = None
) -> list[Any]:
    """What a master sends of its locustfiles; ends the program when it sends none."""
    from ._run import download

    return download.ask_master(master_host, master_port, master_secret)


def download_locustfile(url: str) -> str:
    """Fetch a locustfile into a temporary folder that is removed at exit."""
    import ast
    import atexit
    import re
    import shutil
    import tempfile
    from urllib.parse import urlsplit

    import requests

    try:
        response = requests.get(url, timeout=60)
        response.raise_for_status()
    except requests.RequestException as error:
        described = re.sub(r"https?://\S+", lambda found: _native.without_user_info(found[0]), str(error))
        fail(f"Failed to get locustfile from: {_native.without_user_info(url)}. Exception: {described}")
    try:
        ast.parse(response.text)
    except (SyntaxError, ValueError):
        start = response.text[:100]
        shown = _native.without_user_info(url)
        fail(f"Failed to get locustfile from: {shown}. Response was not valid python code: '{start}'")
    folder = tempfile.mkdtemp(prefix="rlocust-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = os.path.join(folder, os.path.basename(urlsplit(url).path) or "locustfile.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(response.text)
    return path


def fail(*lines: str) -> NoReturn:
    """End the program with exit code 1; empty lines are left out."""
    print("\n".join(filter(None, lines)), file=sys.stderr)
    sys.exit(1)
