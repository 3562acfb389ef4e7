"""Keys pressed while a test runs: read one by one from the terminal, which gets its settings back at exit.

Only a terminal whose foreground we are is touched: a process in the background that reads or sets it is stopped by the
system, and with it the whole run.
"""

from __future__ import annotations

import atexit
import logging
import os
import re
import sys
from collections.abc import Callable
from typing import Any

import gevent

#: Seconds between two looks at the keyboard.
PAUSE = 0.2
#: A key that is sent as one character, or as several: arrows, F4 (which ends in an `S` that nobody typed).
_KEY = re.compile(r"\x1b\[[0-9;]*[A-Za-z~]|\x1bO[A-Za-z]|.", re.DOTALL)
#: The beginning of one whose end has not arrived.
_CUT_OFF = re.compile(r"\x1b(\[[0-9;]*|O)?\Z")

_to_restore: list[Callable[[], None]] = []


class InitError(Exception):
    """The terminal does not let its keys be read one by one."""


class KeyPoller:
    """The terminal of stdin, in a mode that delivers each key at once and still makes CTRL+C a signal."""

    def __init__(self) -> None:
        if not sys.stdin or not sys.stdin.isatty():
            raise InitError("Terminal was not a tty. Keyboard input disabled")
        try:
            import termios
            import tty
        except ImportError:  # not there on Windows
            raise InitError("This terminal cannot be read key by key. Keyboard input disabled") from None
        self._terminal = sys.stdin.fileno()
        self._waiting: list[str] = []
        self._cut_off = ""
        if not self._is_foreground():
            raise InitError("Not in the foreground of the terminal. Keyboard input disabled")
        try:
            self._settings: list[Any] | None = termios.tcgetattr(self._terminal)
            restore_later(self.cleanup)
            tty.setcbreak(self._terminal, termios.TCSANOW)
        except termios.error as error:
            raise InitError(f"This terminal cannot be read key by key ({error}). Keyboard input disabled") from None

    def poll(self) -> str | None:
        """The next key that was pressed, or None; raises EOFError once the terminal is gone."""
        import select

        if not self._waiting and self._is_foreground() and select.select([self._terminal], [], [], 0)[0]:
            read = os.read(self._terminal, 1024)
            if not read:
                raise EOFError
            self._take(read.decode(errors="replace"))
        return self._waiting.pop(0) if self._waiting else None

    def _take(self, text: str) -> None:
        text = self._cut_off + text
        whole = _CUT_OFF.sub("", text)
        self._cut_off = text[len(whole) :]
        self._waiting.extend(_KEY.findall(whole))

    def cleanup(self) -> None:
        """Give the terminal its settings back; the second call does nothing."""
        import termios

        settings, self._settings = self._settings, None
        if settings is None or not self._is_foreground():
            return
        try:
            termios.tcsetattr(self._terminal, termios.TCSANOW, settings)
        except termios.error as error:
            logging.debug(f"Cannot restore the terminal: {error}")

    def _is_foreground(self) -> bool:
        try:
            return os.tcgetpgrp(self._terminal) == os.getpgrp()
        except OSError:  # not the terminal that controls us: nothing stops us there
            return True


def restore_later(give_back: Callable[[], None]) -> None:
    """Has it called when the process ends; more than once does no harm."""
    _to_restore.append(give_back)


@atexit.register
def restore_terminal() -> None:
    """Also for those who leave without Python's exit."""
    for give_back in _to_restore:
        give_back()
    _to_restore.clear()


def get_poller() -> KeyPoller:
    return KeyPoller()


def input_listener(key_to_func_map: dict[str, Callable[[], Any]]) -> Callable[[], None]:
    """A function that calls, for each key pressed, what the map has for it; it ends where there is no terminal."""

    def listen() -> None:
        try:
            poller = get_poller()
        except InitError as error:
            logging.debug(error)
            return
        try:
            _listen(poller, key_to_func_map)
        except (EOFError, OSError):
            logging.debug("The terminal is gone. Keyboard input disabled")
        except Exception as error:
            logging.warning(f"Exception in keyboard input poller: {error}")
        finally:
            poller.cleanup()

    return listen


def _listen(poller: KeyPoller, key_to_func_map: dict[str, Callable[[], Any]]) -> None:
    while True:
        key = poller.poll()
        if key is None:
            gevent.sleep(PAUSE)
        elif key in key_to_func_map:
            key_to_func_map[key]()
            gevent.sleep(0)  # the next key finds the users that this one asked for


def user_count_keys(runner: Any) -> dict[str, Callable[[], None]]:
    """What the keys w, W, s and S do: one or ten users more or fewer."""

    def change(by: int) -> Callable[[], None]:
        return lambda: change_user_count(runner, by)

    return {"w": change(1), "W": change(10), "s": change(-1), "S": change(-10)}


def change_user_count(runner: Any, by: int) -> None:
    from .runners import STATE_SPAWNING

    if runner.state != STATE_SPAWNING:
        runner.start(max(0, runner.user_count + by), 100)
    elif by > 0:
        logging.warning("Already spawning users, can't spawn more right now")
    else:
        logging.warning("Spawning users, can't stop right now")
