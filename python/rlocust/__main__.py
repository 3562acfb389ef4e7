"""The command `rlocust`, also as `python -m rlocust`: subcommands of our own, else Locust's command line."""

from __future__ import annotations

import sys

from rlocust import _install, _native


def main() -> None:
    """Do what the command line says and exit."""
    try:
        _run(sys.argv[1:])
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
    _install.install()
    if subcommand is None:
        from locust.main import main as run_locustfile

        run_locustfile()
    elif subcommand["name"] == "demo":
        _native.demo_serve(subcommand["host"], subcommand["port"])
    else:
        _run_program(subcommand["arguments"])


def _run_program(arguments: list[str]) -> None:
    """Run an unchanged program that imports `locust`, as `python PROGRAM ...` would."""
    import os
    import runpy

    if not arguments:
        print("rlocust run: error: name the program to run, as in `rlocust run script.py`", file=sys.stderr)
        sys.exit(2)
    program = arguments[0]
    if not os.path.exists(program):
        print(f"rlocust run: error: no such file: `{program}`", file=sys.stderr)
        sys.exit(2)
    sys.argv = list(arguments)
    sys.path[0] = os.path.dirname(os.path.abspath(program))
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main()
