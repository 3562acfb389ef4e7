"""The last resort after a signal: a native thread that ends the process where native code of the suite keeps the
interpreter, so that not even a signal handler runs. Not a module of Locust's.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from rlocust import _native

from .. import stats
from .signals import TO_THE_END

if TYPE_CHECKING:
    from argparse import Namespace

    from ..runners import Runner

_NONE = -1


class EndGuard:
    """Hears signals by the descriptor that the interpreter's own C code writes to."""

    def __init__(self, runner: Runner, options: Namespace, verdict: _native.Verdict) -> None:
        environment = runner.environment
        seconds = float(environment.stop_timeout or 0) + TO_THE_END
        settings = _native.RunSettings(options, stats)
        self._native = _native.EndGuard(runner._run, verdict, settings, environment, seconds)
        of_suite = signal.set_wakeup_fd(self._native.descriptor(), warn_on_full_buffer=False)
        if of_suite != _NONE:
            signal.set_wakeup_fd(of_suite)  # the suite listens there itself, and goes on to
        else:
            # A signal to a child is no business of the parent's, whose thread listens at the other end.
            os.register_at_fork(after_in_child=lambda: signal.set_wakeup_fd(_NONE))

    def end(self) -> None:
        self._native.end()
