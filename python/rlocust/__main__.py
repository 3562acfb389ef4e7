"""The command `rlocust`, also as `python -m rlocust`: subcommands of our own, else Locust's command line."""

from __future__ import annotations

import gc
import sys

import rlocust
from rlocust import _command_line, _native, _stdout
from rlocust._printable import printable

#: Packages without which nothing runs; only the native binary can be started where they are missing.
NEEDED = ("gevent", "greenlet", "requests", "urllib3")


def main() -> None:
    """Do what the command line says and exit."""
    _stdout.be_there()
    try:
        try:
            _run(sys.argv[1:])
        finally:
            sys.stdout.flush()
    except BrokenPipeError as error:
        # Whoever read our output has enough of it: a normal end, as under `| head`.
        _stdout.silence()
        if isinstance(error.__context__, SystemExit):
            raise error.__context__ from None
    except ModuleNotFoundError as error:
        if error.name not in NEEDED:
            raise
        print(f"rlocust: error: the Python package `{error.name}` is not installed here", file=sys.stderr)
        print("hint: activate the virtual environment that rlocust was installed into", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        # Interrupted before a run was under way: nothing to finish, and nobody wants our traceback.
        sys.exit(130)


def _run(arguments: list[str]) -> None:
    try:
        subcommand = _native.cli_subcommand("rlocust", arguments)
    except _native.SubcommandRefused as refusal:
        text, exit_code = refusal.args
        print(text, file=sys.stderr if exit_code else sys.stdout)
        sys.exit(exit_code)
    if subcommand is None:
        _command_line.answer(arguments)
        rlocust.install()
        from locust.main import main as run_locustfile

        _keep_libraries()
        run_locustfile()
    elif subcommand["name"] == "profile":
        rlocust.install()
        import locust  # noqa: F401 - patches for gevent before anything else is imported
        from rlocust import _profile

        _profile.run(arguments[1:])
    elif subcommand["name"] == "version":
        _command_line.print_version()
    elif subcommand["name"] == "demo":
        _serve_demo(subcommand["host"], subcommand["port"])
    elif subcommand["name"] == "completions":
        print(subcommand["script"], end="")
    elif subcommand["name"] in ("report", "compare"):
        print(printable(subcommand["text"], sys.stdout), end="")
        errors, exit_code = list(subcommand["errors"]), subcommand["exit_code"]
        if subcommand.get("sqlite") and not exit_code:
            failed = _add_to_database(subcommand["file"], subcommand["sqlite"])
            errors, exit_code = errors + failed, 1 if failed else 0
        for line in errors:
            print(f"rlocust {subcommand['name']}: {printable(line, sys.stderr)}", file=sys.stderr)
        sys.exit(exit_code)
    else:
        rlocust.install()
        from rlocust import _program

        _program.run(arguments[1:])


def _add_to_database(file: str, database: str) -> list[str]:
    """Why not, if it could not be done."""
    import sqlite3

    from rlocust import results

    try:
        results.to_sqlite(results.load(file), database)
    except (OSError, ValueError, sqlite3.Error) as error:
        return [str(error)]
    return []


def _keep_libraries() -> None:
    """What has been imported by now stays to the end: the garbage collector need not look through it again and again.

    That is 34,000 objects, for which every user waits 15 ms whenever all generations are collected, and which would be
    looked through four times more at the end. docs/decisions/0023-what-a-start-takes.md
    """
    gc.freeze()


def _serve_demo(host: str, port: int | None) -> None:
    try:
        _native.demo_serve(host, port)
    except OSError as error:
        print(f"rlocust demo: error: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
