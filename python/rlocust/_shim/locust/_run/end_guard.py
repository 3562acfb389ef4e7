"""The last resort after a signal: the guard saves what is known and ends the process, in a native thread where native
code of the suite keeps the interpreter, so that not even a signal handler runs. Not a module of Locust's.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from rlocust import _native

from .. import stats
from .budget import FOR_NATIVE_CODE

if TYPE_CHECKING:
    from argparse import Namespace

    from ..runners import Runner

_NONE = -1


def watch_over_end(runner: Runner, options: Namespace, verdict: _native.Verdict) -> _native.EndGuard:
    """From now on the guard hears signals, by the descriptor that the interpreter's own C code writes to."""
    environment = runner.environment
    seconds = float(environment.stop_timeout or 0) + FOR_NATIVE_CODE
    settings = _native.RunSettings(options, stats)
    guard = _native.EndGuard(runner._run, verdict, settings, environment, seconds)
    of_suite = signal.set_wakeup_fd(guard.descriptor(), warn_on_full_buffer=False)
    if of_suite != _NONE:
        signal.set_wakeup_fd(of_suite)  # the suite listens there itself, and goes on to
    else:
        # A signal to a child is no business of the parent's, whose thread listens at the other end.
        os.register_at_fork(after_in_child=lambda: signal.set_wakeup_fd(_NONE))
    return guard
