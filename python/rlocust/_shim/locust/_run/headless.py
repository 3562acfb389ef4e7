"""One headless run in this process, from the `init` event to the exit code: starting, waiting, signals, shutting down.

Not a module of Locust's: there it is the second half of `main`. The first signal ends the run in order, with every
event, table and file; a second one saves the files and ends the process, exit code 1 and no traceback.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import signal
import sys
import time
from argparse import Namespace
from typing import TYPE_CHECKING, Any, NoReturn

import gevent

from rlocust import _engine_log, _native

from .. import argument_parser, log, opentelemetry, stats
from .._runners.options_to_send import CannotBeSent, options_to_send
from ..input_events import input_listener, user_count_keys
from ..runners import MasterRunner, WorkerRunner
from . import advice, debugger, terminal
from .end_guard import watch_over_end
from .lag import LagMonitor
from .next_turn import Flag, end_greenlets
from .outputs import PATIENCE, RunOutputs
from .processes import watch_children
from .roles import make_runner, wait_for_workers
from .settling import SETTLING, settle_accounts
from .signals import Signals, leave_at_once
from .verdict import Ending, RunVerdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..env import Environment
    from ..runners import Runner

logger = logging.getLogger("locust.main")

#: Seconds between looks at the users' time, and how many of them make one at the scheduling lag and at the names.
NOTE_INTERVAL = 1
NOTES_PER_LOOK = 5
#: The last seconds of a run, as the time of waits counts.
MOMENT = 0.02
#: Seconds after the limit in which no wait ends, so that the stop comes first also where Python is busy.
HELD = 0.25
#: Seconds before the limit at which the run is stopped: its own wait is not one of those that are held.
EARLY = 0.0002
#: The exit code of a run that went well except that its results are not all in their files.
UNWRITTEN = 2


def run(environment: Environment, options: Namespace, kind: type[HeadlessRun]) -> NoReturn:
    """Run the users until the time is up, the run ends itself, or a signal comes; then exit."""
    start_io_threads(environment.stats, options)
    runner = make_runner(environment, options)
    outputs = RunOutputs(runner, options)
    verdict = RunVerdict(environment, options, outputs.verdict)
    profile = begin_profile(runner, options)
    try:
        with discarded_by_sigterm(verdict):
            kind.prepare(environment, options, outputs)
            fire_init(environment)
            check_options_serializable(environment)
    except BaseException:
        verdict.native.discard()
        raise
    this = kind(environment, runner, options, outputs, verdict)
    this.profile = profile
    try:
        this.start()
        this.wait()
        code = this.shut_down()
    except BaseException as reason:  # a suite may call `sys.exit` anywhere
        this.save(exit_code_of(reason))
        if this.signals.is_given_up:
            _engine_log.finish()
            leave_at_once()
        raise
    finally:
        if options.otel:
            opentelemetry.finish()
        if profile is not None:
            profile.stop()
    sys.exit(code)


@contextlib.contextmanager
def discarded_by_sigterm(verdict: RunVerdict) -> Iterator[None]:
    """SIGTERM ends the process as ever, but takes the files away that are still empty."""
    process = os.getpid()

    def end(*_: Any) -> None:
        if os.getpid() == process:  # a child of a listener inherits this
            verdict.native.discard()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)

    if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGTERM) is end:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def begin_profile(runner: Runner, options: Namespace) -> Any:
    """Of `rlocust profile`; other runs do not load it."""
    profiles = sys.modules.get("rlocust._profile")
    if profiles is None and options.profile_json:
        argument_parser.complain(
            "`--profile-json` is an option of `rlocust profile`", "hint: rlocust profile -f FILE --profile-json FILE"
        )
    return profiles.begun(runner, options) if profiles else None


def start_io_threads(sums: stats.RequestStats, options: Namespace) -> None:
    """Before anything else of the run: the system may refuse as many as were asked for."""
    try:
        _native.record_lag_in(sums._native)
    except OSError as error:
        hint = "hint: leave --io-threads out for one for every two cores" if options.io_threads else None
        argument_parser.complain(str(error), hint)


def log_unless_exit(greenlet: gevent.Greenlet) -> None:
    """For one that says why it ends the run, before it does by `sys.exit`."""
    if not isinstance(greenlet.exception, SystemExit):
        log.greenlet_exception_logger(logger)(greenlet)


def exit_code_of(reason: BaseException) -> int:
    """What Python makes of an exception that nobody catches."""
    if isinstance(reason, SystemExit):
        return exit_number(reason.code)
    return 130 if isinstance(reason, KeyboardInterrupt) else 1


def exit_number(code: object) -> int:
    """What the system reports of a process that gave this to `sys.exit`: a number's last eight bits; else 1."""
    if not isinstance(code, (int, type(None))):
        return 1
    return (int(code or 0) if abs(code or 0) < 2**63 else -1) & 0xFF


def fire_init(environment: Environment) -> None:
    """A listener that fails spoils the set-up of the run: better no run than a wrong one."""
    environment.events.init.fire(environment=environment, runner=environment.runner, web_ui=environment.web_ui)
    if log.unhandled_greenlet_exception:
        sys.exit(1)
    if isinstance(environment.runner, WorkerRunner):
        environment.runner._is_set_up.set()


def check_options_serializable(environment: Environment) -> None:
    """A master sends its options to its workers: better no run than one without users."""
    if not isinstance(environment.runner, MasterRunner):
        return
    try:
        options_to_send(environment)
    except CannotBeSent as error:
        argument_parser.complain(str(error))


class ShapeInterrupted(Exception):
    """Thrown to whoever waits for the end of the shape."""


class HeadlessRun:
    """A run without a web page, and what watches over it."""

    def __init__(
        self, environment: Environment, runner: Runner, options: Namespace, outputs: RunOutputs, verdict: RunVerdict
    ) -> None:
        self.environment = environment
        self.runner = runner
        self.options = options
        self.outputs = outputs
        outputs.on_stop, outputs.on_death = self.stop_for, self.end
        self.verdict = verdict
        self.ended = Flag()
        self.signals = Signals(self.ended, runner)
        self.guard: _native.EndGuard | None = None
        self.profile: Any = None
        self.helpers: list[gevent.Greenlet] = []
        self.shape_helper: gevent.Greenlet | None = None
        self.is_following_shape = False
        self.is_limit_armed = False
        self.lag = LagMonitor(runner)
        self.is_lag_reported = False
        self.is_cap_reported = False
        self.is_saved = False

    @classmethod
    def prepare(cls, environment: Environment, options: Namespace, outputs: RunOutputs) -> None:
        """What is there before `init` is fired."""
        if options.autostart and options.headless:
            logger.info("The --autostart argument is implied by --headless, no need to set both.")

    @property
    def prints_tables(self) -> bool:
        return not (self.options.only_summary or self.options.tui)

    def begin(self) -> None:
        """What watches over a run, and what it writes."""
        self.guard = watch_over_end(self.runner, self.options, self.verdict.native)
        self.signals.listen(self.guard)
        _native.on_io_thread_death(self.io_thread_died)
        self.show_on_terminal()
        debugger.hold_at_prompts(self.runner._run.hold_terminal)
        self.outputs.start()
        if self.prints_tables:
            self.spawn(stats.stats_printer(self.runner.stats))
        self.spawn(stats.stats_history, self.runner)
        self.spawn(self.look_at_figures)
        if self.options.processes and isinstance(self.runner, MasterRunner):
            self.spawn(watch_children)

    def show_on_terminal(self) -> None:
        if self.options.tui:
            self.show_full_screen()
        else:
            terminal.show_status_line(self.runner, self.options)

    def show_full_screen(self) -> None:
        terminal.show_full_screen(self.runner, self.options)
        self.spawn(input_listener(terminal.full_screen_keys(self.runner, self.end_by_key) | self.own_keys()))

    def own_keys(self) -> dict[str, Callable[[], None]]:
        """Of the full screen, beside those that every run has."""
        return {}

    def end_by_key(self) -> None:
        logger.info("Key q pressed, shutting down")
        self.end()

    def start(self) -> None:
        self.begin()
        self.start_at_once()

    def start_at_once(self) -> None:
        self.set_defaults()
        if self.profile is not None:
            self.profile.start()
        if isinstance(self.runner, MasterRunner):
            waiting = gevent.spawn(self.start_with_workers, self.runner)
            waiting.link_exception(log_unless_exit)
            self.helpers.append(waiting)
        else:
            self.start_test()

    def start_with_workers(self, master: MasterRunner) -> None:
        wait_for_workers(master, self.options)
        self.start_test()

    def start_test(self) -> None:
        if self.environment.shape_class:
            # Without keys: the number of users is the shape's business until the run is over.
            self.shape_helper = self.spawn(self.start_shape)
            return
        self.log_limit()
        if not self.has_quit():
            self.spawn(self.start_users)
            if not self.options.tui:  # which has its own
                self.spawn(input_listener(user_count_keys(self.runner)))

    def spawn(self, function: Any, *args: Any) -> gevent.Greenlet:
        greenlet = gevent.spawn(function, *args)
        greenlet.link_exception(log.greenlet_exception_logger(logger))
        self.helpers.append(greenlet)
        return greenlet

    def set_defaults(self) -> None:
        """Suites and shapes read the figures of the run in `parsed_options`, the defaults included."""
        if self.options.num_users is None:
            self.options.num_users = 1
        if self.options.spawn_rate is None:
            self.options.spawn_rate = 1

    def has_quit(self) -> bool:
        """Whether a listener of `init` has ended the run before it began: then nobody starts."""
        return self.environment.shape_class is None and not self.runner.greenlet

    def log_limit(self) -> None:
        if self.options.run_time:
            logger.info(f"Run time limit set to {self.options.run_time} seconds")
        else:
            logger.info("No run time limit set, use CTRL+C to interrupt")

    def start_users(self) -> None:
        if self.options.run_time:
            # After every other listener: the time counts from the first user, not from the import or the set-up.
            self.environment.events.test_start.add_listener(self.arm_limit)
        self.runner.start(self.options.num_users, self.options.spawn_rate)
        if self.options.run_time and self.runner.spawning_greenlet is not None:
            # A set-up that died before our listener's turn must not leave a run without end.
            self.runner.spawning_greenlet.link(self.arm_limit)

    def start_shape(self) -> None:
        """The shape says when to end; users, rate and time are its own business."""
        self.runner.start_shape()
        self.is_following_shape = True
        try:
            if self.runner.shape_greenlet is not None:
                self.runner.shape_greenlet.join()
        except ShapeInterrupted:
            logging.info("Exiting due to CTRL+C interruption")
        self.is_following_shape = False
        self.over("Shape test completed")
        if self.options.run_time:
            # Only now, and to no effect, but scripts find the line where Locust has it.
            logger.info(f"Run time limit set to {self.options.run_time} seconds")

    def arm_limit(self, *_: Any, **__: Any) -> None:
        if self.is_limit_armed:
            return
        self.is_limit_armed = True
        # gevent's clock stands still while Python computes; a timer set on a stale clock fires early.
        gevent.get_hub().loop.update_now()
        self.spawn(self.end_after_limit, time.perf_counter() + self.options.run_time)

    def end_after_limit(self, due: float) -> None:
        debugger.wait_until(due, self.wait_for_limit)
        self.over("--run-time limit reached")

    def wait_for_limit(self, due: float) -> None:
        # By gevent's timer, which goes on in a forked child, too; the last moment in the queue of the users' waits:
        # tasks that are due a moment later find the run stopping.
        left = due - time.perf_counter()
        _native.hold_waits(left, left + HELD)
        gevent.sleep(max(0.0, due - time.perf_counter() - MOMENT))
        _native.sleep(max(0.0, due - time.perf_counter() - EARLY))
        _native.hold_waits(0, MOMENT)

    def over(self, reason: str) -> None:
        logger.info(f"{reason}, shutting down")
        self.end()

    def end(self) -> None:
        """Ends the run: `wait` returns."""
        self.runner.quit()

    def abort(self) -> None:
        """Ends the test, for a limit that says so."""
        self.runner.quit()

    def awaited(self) -> Any:
        """What has ended when the run is over."""
        return self.runner.greenlet

    def wait(self) -> None:
        """Until the runner has nothing left to do, or a signal came."""
        if not self.has_quit():
            self.wait_for_end()
        self.signals.obey()
        if self.signals.received == signal.SIGTERM:
            logger.info("Got SIGTERM signal")
        elif self.shape_helper is not None and self.is_following_shape:
            # Under Locust it is the shape that the key ends: the users stop before `quitting`.
            self.runner._stopping.cancel_spawned()
            end_greenlets([self.shape_helper], ShapeInterrupted)

    def wait_for_end(self) -> None:
        joining = gevent.spawn(self.awaited().join)
        joining.rawlink(lambda _: self.ended.set())  # which calls it on the hub
        # A task may raise KeyboardInterrupt; it ends the run like the key it stands for.
        with contextlib.suppress(KeyboardInterrupt):
            self.ended.wait()
        joining.kill(block=False)

    def shut_down(self) -> Any:
        """Every event, table and file of an orderly end; the exit code."""
        if self.profile is not None:
            self.profile.stop()
        logger.debug("Running teardowns...")
        self.environment.events.quitting.fire(environment=self.environment, reverse=True)
        ending = self.ending()
        code = self.verdict.exit_code(ending)
        logger.info(f"Shutting down (exit code {code})")
        gevent.killall(self.helpers, block=False)
        logger.debug("Cleaning up runner...")
        self.runner.quit()
        settle_accounts(self.signals.time_for(SETTLING))
        self.log_what_was_broken()
        if self.runner.stats._native.accounting()["open"]:
            gc.collect()  # responses in cycles of references: who made those calls is known when they are given up
        self.begin_saving()
        self.runner.stats._native.settle_open()
        if code != (final := self.verdict.exit_code(ending)):
            logger.info(f"Exit code changed by requests that finished during the shutdown, to {final}")
            code = final
        # A run whose results could not be written did not go well, as under Locust, where it ends a greenlet.
        self.verdict.native.conclude(exit_number(code))
        is_written = self.outputs.finish(self.signals.time_for(PATIENCE))
        self.advise()
        is_written &= self.outputs.write_json()
        is_written &= self.outputs.save_html()
        if not self.options.json_file:
            self.print_tables()
        if self.profile is not None:
            self.profile.print()
            is_written &= self.profile.write()
        self.verdict.log()
        is_written &= log.is_log_written()
        code = code if is_written else code or UNWRITTEN
        code = code if self.verdict.write(exit_number(code)) else code or UNWRITTEN
        self.end_saving(exit_number(code))
        self.warn_if_nothing_was_tested()
        self.environment.events.quit.fire(exit_code=code)
        return code

    def save(self, code: int) -> None:
        """The files of a run that ends out of order: what is known by now, without teardowns or tables."""
        if self.is_saved:
            return
        self.begin_saving()
        self.log_what_was_broken()
        _native.settle_all()
        if isinstance(self.runner, MasterRunner):
            self.runner._node.settle()  # nobody waits for the last reports of workers
        self.verdict.exit_code(self.ending())  # limits are judged; the code is decided already
        try:
            self.verdict.native.conclude(code)
            self.outputs.finish(self.signals.time_for(PATIENCE))
        finally:
            self.outputs.save_json()
            self.outputs.save_html()
            self.verdict.write(code)
            self.end_saving(code)

    def begin_saving(self) -> None:
        """From here on nothing of the suite runs, and the guard waits for the files."""
        if self.guard is not None:
            self.guard.saving()

    def end_saving(self, code: int) -> None:
        self.is_saved = True
        self.signals.watchdog.exit_code = code  # what the files say
        if self.guard is not None:
            self.guard.saved(code)

    def log_what_was_broken(self) -> None:
        for line in self.signals.descriptions_of_broken():
            logger.warning(line)

    def io_thread_died(self, message: str) -> None:
        """Without its I/O threads no figure can be trusted: the run ends, and says so."""
        logger.critical(f"{message}\nhint: please report this bug of rlocust {_native.VERSION}; the run ends here")
        self.environment.process_exit_code = 1
        gevent.spawn(self.end)

    def ending(self) -> Ending:
        """What Locust's order of exit codes looks at, at the moment Locust looks at it."""
        return Ending(
            self.environment.process_exit_code,
            bool(self.runner.errors or self.runner.exceptions),
            log.unhandled_greenlet_exception,
        )

    def stop_for(self, reason: str) -> None:
        """A limit with `abort after` is crossed."""
        logger.error(f"Stopping the run: {reason}")
        self.spawn(self.abort)

    def look_at_figures(self) -> None:
        while not (self.is_lag_reported and self.is_cap_reported):
            for _ in range(NOTES_PER_LOOK):
                gevent.sleep(NOTE_INTERVAL)
                self.lag.note()
            self.warn_of_lag()
            self.warn_of_cap()

    def warn_of_lag(self) -> None:
        """Once a run: users are later than the script asks, and what that means."""
        warning = None if self.is_lag_reported else self.lag.warning()
        if warning:
            self.is_lag_reported = True
            logger.warning(warning)

    def warn_of_cap(self) -> None:
        """Once a run: further names have no row of their own."""
        if not self.is_cap_reported and self.runner.stats._native.overflow_entry:
            self.is_cap_reported = True
            logger.warning(advice.ABOUT_NAMES)

    def advise(self) -> None:
        """The lag, the cap of names, and one line about samples that Locust, too, would have lost without a word."""
        self.warn_of_lag()
        self.warn_of_cap()
        unreported = self.runner.stats._native.accounting()["unreported"]
        if unreported:
            logger.warning(advice.about_unreported(unreported, _native.place_of_unreported()))

    def warn_if_nothing_was_tested(self) -> None:
        """The last line of a run without a result: no request was made, where the reason is known, or all were lost."""
        if self.runner.stats.num_requests:
            return
        account = self.runner.stats._native.accounting()
        lost = advice.how_all_were_lost(account)
        reason = None if any(account.values()) else advice.why_nothing_was_asked(self.runner)
        if lost:
            logger.warning(f"Nothing was tested: {lost}")
        elif reason:
            logger.warning(f"Nothing was tested: no request was made, because {reason}")

    def print_tables(self) -> None:
        stats.print_stats(self.runner.stats, current=False)
        stats.print_percentile_stats(self.runner.stats)
        stats.print_error_report(self.runner.stats)
        stats.print_streams(self.runner.stats)
        stats.print_accounting(self.runner.stats)
        stats.print_machines(self.runner._run.machines())
