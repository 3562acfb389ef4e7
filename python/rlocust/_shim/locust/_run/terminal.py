"""What a run shows on a terminal while it lasts: a line, or with `--tui` a view of the whole screen. Not a module of
Locust's; the engine draws.
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from .. import argument_parser
from ..input_events import restore_later, user_count_keys

if TYPE_CHECKING:
    from ..runners import Runner

_STDERR = 2
#: What terminals send for the keys that scroll, by the engine's words. Home and End differ between terminals, arrows
#: between the modes of one.
_SCROLLING = {
    "up": ("\x1b[A", "\x1bOA"),
    "down": ("\x1b[B", "\x1bOB"),
    "page_up": ("\x1b[5~",),
    "page_down": ("\x1b[6~",),
    "first": ("\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~"),
    "last": ("\x1b[F", "\x1bOF", "\x1b[4~", "\x1b[8~"),
    "other_table": ("\t",),
}


def check(options: Namespace) -> None:
    """Ends the program where `--tui` was asked for and cannot be."""
    if not options.tui:
        return
    if options.worker:
        argument_parser.complain("`--tui` shows a run, and a worker is a part of one: give it to the master")
    if options.processes:
        argument_parser.complain(
            "`--tui` cannot be combined with `--processes`, whose workers print on the same terminal",
            "hint: start them one by one, with --master --tui and --worker",
        )
    if not os.isatty(_STDERR) or is_dumb():
        argument_parser.complain(
            "`--tui` needs a terminal: standard error is none, or TERM does not name one that can be drawn on",
            "hint: leave it out where output goes to a pipe or a file",
        )


def show_status_line(runner: Runner, options: Namespace) -> None:
    """From the start of the outputs until they are finished; nothing where nobody would see a line that stays."""
    if options.only_summary or not has_colours() or is_dumb():
        return
    runner._run.show_status_line(run_time(runner, options))
    restore_later(runner._run.restore_terminal)


def show_full_screen(runner: Runner, options: Namespace) -> None:
    """From the start of the outputs until they are finished."""
    try:
        runner._run.show_full_screen(run_time(runner, options), has_colours())
    except OSError as error:
        argument_parser.complain(f"`--tui` cannot draw on this terminal: {error}")
    restore_later(runner._run.restore_terminal)


def run_time(runner: Runner, options: Namespace) -> float | None:
    """Seconds; a load shape ends when it likes."""
    return None if runner.environment.shape_class else options.run_time


def full_screen_keys(runner: Runner, end: Callable[[], None]) -> dict[str, Callable[[], None]]:
    """What the keys of the view do: those that change the users are for a test that runs and follows no shape."""
    keys = scrolling_keys(runner) | {"q": end}
    if runner.environment.shape_class:
        return keys

    def while_it_runs(change: Callable[[], None]) -> Callable[[], None]:
        return lambda: change() if runner.state in ("spawning", "running") else None

    return keys | {key: while_it_runs(change) for key, change in user_count_keys(runner).items()}


def scrolling_keys(runner: Runner) -> dict[str, Callable[[], None]]:
    def scroll(asked: str) -> Callable[[], None]:
        return lambda: runner._run.scroll_terminal(asked)

    return {key: scroll(asked) for asked, keys in _SCROLLING.items() for key in keys}


def has_colours() -> bool:
    return not os.environ.get("NO_COLOR")


def is_dumb() -> bool:
    return os.environ.get("TERM", "dumb") == "dumb"
