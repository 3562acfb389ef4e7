"""The command `rlocust`, also as `python -m rlocust`: subcommands of our own, else Locust's command line."""

from __future__ import annotations

import os
import sys

from rlocust import _install, _native, _stdout

#: Packages without which nothing runs; only the native binary can be started where they are missing.
NEEDED = ("gevent", "greenlet", "requests", "urllib3")


def main() -> None:
    """Do what the command line says and exit."""
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
    # Arguments that are no Unicode text can only be paths of a program's own: nothing here depends on them.
    readable = [argument.encode(errors="replace").decode() for argument in arguments]
    try:
        subcommand = _native.cli_subcommand("rlocust", readable)
    except _native.SubcommandRefused as refusal:
        text, exit_code = refusal.args
        print(text, file=sys.stderr if exit_code else sys.stdout)
        sys.exit(exit_code)
    if subcommand is None:
        _install.install()
        from locust.main import main as run_locustfile

        run_locustfile()
    elif subcommand["name"] == "demo":
        _serve_demo(subcommand["host"], subcommand["port"])
    elif subcommand["name"] == "completions":
        print(subcommand["script"], end="")
    elif subcommand["name"] in ("report", "compare"):
        print(subcommand["text"], end="")
        for line in subcommand["errors"]:
            print(f"rlocust {subcommand['name']}: {line}", file=sys.stderr)
        sys.exit(subcommand["exit_code"])
    else:
        _install.install()
        _run_program(arguments[1:])


def _serve_demo(host: str, port: int) -> None:
    try:
        _native.demo_serve(host, port)
    except OSError as error:
        print(f"rlocust demo: error: {error}", file=sys.stderr)
        sys.exit(1)


def _run_program(arguments: list[str]) -> None:
    """Run an unchanged program that imports `locust`, as `python PROGRAM ...` would."""
    if not arguments:
        print("rlocust run: error: name the program to run, as in `rlocust run script.py`", file=sys.stderr)
        sys.exit(2)
    program = arguments[0]
    if not os.path.exists(program):
        print(f"rlocust run: error: no such file: `{program}`", file=sys.stderr)
        sys.exit(2)
    sys.argv = list(arguments)
    # The first entry is the folder of `rlocust` itself, except where Python was asked to add none.
    sys.path[0 : 0 if sys.flags.safe_path else 1] = [os.path.dirname(os.path.abspath(program))]
    try:
        _run_as_main(os.path.abspath(program))
    except Exception as error:
        _print_own_traceback(error)
        sys.exit(1)


def _run_as_main(path: str) -> None:
    """The module `__main__` stays that of the program until the end: threads, pickles and debuggers look there.
    (`runpy` would put the whole path into `sys.argv`, and take the module away again.)"""
    from importlib.machinery import SourceFileLoader
    from types import ModuleType

    loader = SourceFileLoader("__main__", path)
    main = ModuleType("__main__")
    main.__dict__.update(__file__=path, __loader__=loader, __builtins__=__builtins__)
    sys.modules["__main__"] = main
    exec(loader.source_to_code(loader.get_data(path), path), main.__dict__)


def _print_own_traceback(error: Exception) -> None:
    """As the program alone would end: how we came to run it explains nothing."""
    frame = error.__traceback__
    while frame is not None and frame.tb_frame.f_code.co_filename in (
        __file__,
        "<frozen importlib._bootstrap>",
        "<frozen importlib._bootstrap_external>",
    ):
        frame = frame.tb_next
    error.__traceback__ = frame
    sys.excepthook(type(error), error, frame)


if __name__ == "__main__":
    main()
