"""The command line as it is read before anything of Locust is loaded: where settings lie, how a mistake is said, and
the answers to `--version` and `--help`. gevent, requests and the shim take a quarter of a second to import; what needs
none of them is answered without. `locust.argument_parser` reads by the same functions.
"""

from __future__ import annotations

import errno
import os
import sys
from importlib.machinery import PathFinder

from rlocust import _native
from rlocust._install import LOCUST_VERSION, SHIM

TYPE_CHECKING = False  # of `typing`, which takes longer to import than the version to print
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, NoReturn

#: What the command calls itself; see `program`.
PROGRAM = "rlocust"
#: What runs where no locustfile is named.
DEFAULT_LOCUSTFILE = "locustfile.py"
DEFAULT_CONFIG_FILES = ("~/.locust.conf", "locust.conf", "pyproject.toml")
#: Of a configuration file. Each setting becomes an argument: tens of megabytes would take seconds to be refused.
MOST_CHARACTERS = 1_000_000
#: Registers options and listeners when it is imported; it need not be there.
PLUGINS = "locust_plugins"


def answer(arguments: list[str]) -> None:
    """Print the version or the help and exit, where that is asked for and no code of a suite has a say in it."""
    if "locust" in sys.modules or os.getenv("LOCUST_PLAYWRIGHT"):
        return  # somebody may listen by now; the variable has a complaint of its own
    asked = ask_native(_native.cli_parse_preliminary, arguments)
    if asked is None:
        return
    if not asked["help"]:
        if asked["version"]:
            print_version()
    elif not names_locustfile(asked["locustfile"], arguments) and PathFinder.find_spec(PLUGINS) is None:
        _answer_help(arguments)


def _answer_help(arguments: list[str]) -> None:
    """The whole line is read before: what stands wrong in it is said instead."""
    parsed = ask_native(_native.cli_parse, arguments)
    if parsed == "help":
        print(_native.cli_help(program()), end="")
        sys.exit(0)
    if parsed == "version":
        print_version()


def names_locustfile(locustfile: str, words: Sequence[str]) -> bool:
    """Whether a locustfile was asked for, be it the one that runs by default."""
    return locustfile != DEFAULT_LOCUSTFILE or any(word.startswith(("-f", "--locustfile")) for word in words)


def print_version() -> NoReturn:
    print(version_text())
    sys.exit(0)


def version_text() -> str:
    """Our version, then the line that Locust prints: scripts read it."""
    python = sys.version.split()[0]  # as `platform.python_version()` reads it
    return f"{PROGRAM} {_native.VERSION}\nlocust {LOCUST_VERSION} from {SHIM} (Python {python})"


# Reading


class Surroundings:
    """What lies around the command line: variables, and configuration files."""

    def __init__(self, default_config_files: Sequence[str] = DEFAULT_CONFIG_FILES) -> None:
        self.variables = dict(os.environ)
        self.default_files = [
            (name, self.read(name)) for name in map(os.path.expanduser, default_config_files) if os.path.exists(name)
        ]

    def read(self, path: str) -> str:
        with open(os.path.expanduser(path)) as file:
            text = file.read(MOST_CHARACTERS + 1)
        if len(text) > MOST_CHARACTERS:
            raise OSError(errno.EFBIG, "longer than a million characters", path)
        return text

    def toml(self, text: str) -> list[tuple[str, str | list[str]]]:
        return toml_settings(text)


def toml_settings(text: str) -> list[tuple[str, str | list[str]]]:
    """The table `[tool.locust]`; everything but lists becomes text, as in the other configuration files."""
    import tomllib

    try:
        table = tomllib.loads(text).get("tool", {}).get("locust") or {}
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"Couldn't parse TOML file: {error}") from None
    return [(key, [str(v) for v in value] if isinstance(value, list) else str(value)) for key, value in table.items()]


def ask_native(parse: Callable[[list[str], Any], Any], words: list[str]) -> Any:
    """What the engine reads; None where an argument or a variable is no Unicode text, which only Python carries."""
    try:
        return parse(words, Surroundings())
    except UnicodeEncodeError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        complain(f"Unable to read a config file: {error}")
    except _native.CommandLineError as error:
        complain(*error.args)


# Mistakes


def program() -> str:
    """The program whose command line is read, as argparse names it: a suite's own one goes by its own name."""
    name = os.path.basename(sys.argv[0])
    return PROGRAM if name in ("__main__.py", "locust.py") else name


def complain(text: str, hint: str | None = None) -> NoReturn:
    """Say on one line what is wrong with the command line, and exit."""
    print(f"{program()}: error: {text}", file=sys.stderr)
    if hint:
        print(hint, file=sys.stderr)
    sys.exit(2)
