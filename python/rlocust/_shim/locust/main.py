"""The command `rlocust` from the command line to the exit code: find and import the locustfiles, set things up in
Locust's order, start the run, wait, shut down.

The order matters to suites: what is imported, parsed, logged and fired when is the contract, so this file reads as that
list. What happens between start and end belongs to the runner.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
import traceback
from argparse import Namespace
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import gevent

from rlocust import _engine_log, _extras, _native, _program
from rlocust._command_line import PLUGINS
from rlocust._install import LOCUST_VERSION

from . import (
    _old_names,
    argument_parser,
    input_events,  # noqa: F401 - locustfiles reach it and the next as attributes of `locust`
    log,
    opentelemetry,
    stats,
)
from ._run import system_limits, terminal
from ._runners.secret import check_secret
from .env import Environment
from .util.load_locustfile import load_locustfile, load_locustfile_pytest

if TYPE_CHECKING:
    from .event import Events
    from .shape import LoadTestShape
    from .user import User

version = LOCUST_VERSION
logger = logging.getLogger(__name__)


def main() -> NoReturn:
    """Run what the command line asks for and exit with the code that says how it went."""
    import_plugins()
    locustfiles = argument_parser.get_locustfiles_locally(argument_parser.parse_locustfile_option())
    content = merge_locustfiles_content(locustfiles)
    options = argument_parser.parse_command_line()
    check_options(options)
    check_secret(options)
    mistake = about_processes(options)
    own = argument_parser.for_our_reading(options)
    terminal.check(own)
    set_up_network(own)
    refuse_to_overwrite(own, locustfiles)
    set_up_logging(options)
    # Which has threads, and those are not there in forked processes.
    with_telemetry = ", OpenTelemetry enabled" if not options.processes and has_telemetry(own) else ""
    logger.info(f"Starting Locust {version}{with_telemetry} (rlocust {_native.VERSION})")
    if mistake:
        mistake.report_and_exit()
    if options.list_commands:
        list_user_classes(content.user_classes)
    user_classes = select_user_classes(content.user_classes, options)
    check_http_versions(user_classes)
    for advice in _old_names.about_attributes(user_classes):
        logger.warning(advice)
    warn_about_fixed_count(user_classes, options)
    system_limits.raise_file_limit(options.num_users or 1)
    _native.give_back_large_blocks()
    environment = make_environment(content, user_classes, options, locustfiles)
    apply_user_settings(environment, options)
    if content.shape:
        warn_about_shape(content.shape, options)
    if options.show_task_ratio or options.show_task_ratio_json:
        show_task_ratio(environment, options)
    from ._run import headless, processes, web, worker

    if options.processes:
        processes.fork_workers(options)
        has_telemetry(own)
    kind = worker.WorkerRun if options.worker else headless.HeadlessRun if options.headless else web.WebRun
    headless.run(environment, own, kind)


# Locustfiles


class Content(NamedTuple):
    """What the locustfiles hold: by name, the user classes, the shapes and the users' tasks, and the shape to use."""

    user_classes: dict[str, type[User]]
    shapes: dict[str, LoadTestShape]
    tasks: dict[str, list[Any]]
    shape: LoadTestShape | None


def import_plugins() -> None:
    """locust-plugins registers options and listeners when it is imported; it need not be there."""
    try:
        importlib.import_module(PLUGINS)
    except ModuleNotFoundError as error:
        if error.name != PLUGINS:
            raise


def merge_locustfiles_content(locustfiles: list[str]) -> Content:
    """Import the files in turn. A name may be defined once only, but any file may import it."""
    user_classes: dict[str, type[User]] = {}
    shapes: dict[str, LoadTestShape] = {}
    for path in locustfiles:
        found, found_shapes = import_or_exit(path)
        add_user_classes(user_classes, found)
        add_shapes(shapes, found_shapes)
    if not user_classes:
        collect_tests(user_classes, locustfiles)
    tasks = {name: list(item.tasks or []) for name, item in user_classes.items()}
    return Content(user_classes, shapes, tasks, next(iter(shapes.values()), None))


def add_user_classes(known: dict[str, type[User]], found: dict[str, type[User]]) -> None:
    for name, user_class in found.items():
        source = source_of(user_class)
        if name in known and source_of(known[name]) != source:
            argument_parser.fail(
                f"Duplicate user class names: {name} is defined in both {source_of(known[name])} and {source}"
            )
        known[name] = user_class


def add_shapes(known: dict[str, LoadTestShape], found: list[LoadTestShape]) -> None:
    for shape in found:
        name = type(shape).__name__
        if name in known and source_of(type(known[name])) != source_of(type(shape)):
            argument_parser.fail(f"Duplicate shape classes: {name}")
        known.setdefault(name, shape)


def collect_tests(user_classes: dict[str, type[User]], locustfiles: list[str]) -> None:
    """Files without a user class may hold test functions of pytest style; of equal names the first file's runs."""
    try:
        for path in locustfiles:
            for name, user_class in load_locustfile_pytest(path).items():
                user_classes.setdefault(name, user_class)
    except ModuleNotFoundError as error:
        if error.name != "pytest":
            raise
        if not any(map(_program.has_tests, locustfiles)):
            return
        print("Test functions are users here only where the package `pytest` is installed", file=sys.stderr)
        argument_parser.fail(f"hint: {_extras.advice(error)}")


def source_of(item: type) -> str:
    module = sys.modules.get(item.__module__)
    return os.path.abspath(getattr(module, "__file__", None) or item.__module__)


def import_or_exit(path: str) -> tuple[dict[str, type[User]], list[LoadTestShape]]:
    try:
        return load_locustfile(path)
    except Exception as error:
        print_own_traceback(error)
        sys.exit(1)


def print_own_traceback(error: BaseException) -> None:
    """The part that lies in the author's files: how we came to import them explains nothing."""
    frame = error.__traceback__
    while frame is not None and is_ours(frame.tb_frame.f_code.co_filename):
        frame = frame.tb_next
    traceback.print_exception(type(error), error, frame)
    hint = _old_names.hint(error)
    if hint:
        print(hint, file=sys.stderr)


def is_ours(filename: str) -> bool:
    return filename.startswith("<frozen importlib") or filename.startswith(os.path.dirname(__file__))


# Checks and information commands


def check_options(options: Namespace) -> None:
    if options.stats_history_enabled and options.csv_prefix is None:
        argument_parser.complain("'--csv-full-history' requires '--csv'.")
    if (options.num_users or 0) < 0:
        argument_parser.complain(f"argument -u/--users: {options.num_users}: there is no test with fewer than 0 users")
    stats.validate_stats_configuration()
    if options.headful:
        options.headless = False
    if options.autoquit != -1 and not options.autostart:
        argument_parser.fail("--autoquit is only meaningful in combination with --autostart")


def refuse_to_overwrite(options: Namespace, locustfiles: list[str]) -> None:
    """Before the first file is opened, and that is the log."""
    configuration = getattr(options, "config", None)
    read = [*locustfiles, *([configuration] if configuration else [])]
    try:
        line = _native.RunSettings(options, stats).overwritten([os.fspath(path) for path in read])
    except (TypeError, ValueError) as error:  # what a suite has put among the options
        argument_parser.fail(str(error))
    if line:
        argument_parser.complain(line)


@dataclass
class ProcessMistake:
    """Options that cannot stand together, reported after the log is set up and with Locust's exit codes."""

    text: str
    exit_code: int

    def report_and_exit(self) -> NoReturn:
        if self.exit_code == 1:
            argument_parser.fail(self.text)
        logger.error(self.text)
        sys.exit(self.exit_code)


def about_processes(options: Namespace) -> ProcessMistake | None:
    count = options.processes
    if count and count < -1:
        return ProcessMistake(f"Invalid --processes count {count}", 1)
    if count and options.master:
        text = "--master cannot be combined with --processes. Remove --master, as it is implicit as long as --worker"
        return ProcessMistake(f"{text} is not set.", 1)
    if count and not options.worker and not options.master_bind_port:
        named = options.master_port
        if named != argument_parser.default_args_dict()["master_port"]:
            text = f"--master-port {named} cannot be combined with --processes and --master-bind-port 0"
            return ProcessMistake(f"{text}. Remove --master-port: the workers find the port.", 1)
    if options.master and options.worker:
        return ProcessMistake("The --master argument cannot be combined with --worker", 255)
    return None


def set_up_network(options: Namespace) -> None:
    try:
        _native.set_network(
            options.resolve or [],
            options.source_address or [],
            options.dns_ttl,
            options.max_body,
            options.max_response_time,
        )
        _native.set_io_threads(options.io_threads)
    except ValueError as error:
        argument_parser.complain(f"argument {error}")


def set_up_logging(options: Namespace) -> None:
    try:
        _engine_log.directives()
    except ValueError as error:
        argument_parser.complain(str(error))
    if options.skip_log_setup:
        _engine_log.follow(logging.WARNING)  # what the locustfile's own set-up lets through
        return
    try:
        log.setup_logging(options.loglevel, options.logfile)
    except (OSError, ValueError) as error:
        reason = error.__cause__ or error
        argument_parser.fail(f"cannot log to `{options.logfile}`: {reason}")
    _engine_log.follow_warnings()


def has_telemetry(options: Namespace) -> bool:
    """Sets up `--otel`, if it is given; whether there is something to report to."""
    if not options.otel:
        return False
    if options.max_names:
        opentelemetry.MAX_REQUEST_NAMES = options.max_names
    return opentelemetry.setup_opentelemetry(options.locustfile, options.profile)


def list_user_classes(user_classes: dict[str, type[User]]) -> NoReturn:
    print("Available Users:")
    for name in user_classes:
        print(f"    {name}")
    sys.exit(0)


def select_user_classes(available: dict[str, type[User]], options: Namespace) -> list[type[User]]:
    if not available:
        logger.error("No User class found!")
        sys.exit(1)
    if not options.user_classes:
        return list(available.values())
    unknown = set(options.user_classes) - set(available)
    if unknown:
        hint = argument_parser.hint_at_locustfile(sorted(unknown))
        logger.error(f"Unknown User(s): {', '.join(sorted(unknown))}\n{hint}")
        sys.exit(1)
    return [user_class for name, user_class in available.items() if name in options.user_classes]


def check_http_versions(user_classes: list[type[User]]) -> None:
    for user_class in user_classes:
        version = getattr(user_class, "http_version", "1.1")
        if version not in ("1.1", "2", "auto"):
            logger.error(
                f'`http_version` of {user_class.__name__} is {version!r}: it can be "1.1", "2" or "auto" (texts)'
            )
            sys.exit(1)


def warn_about_fixed_count(user_classes: list[type[User]], options: Namespace) -> None:
    fixed = sum(user_class.fixed_count for user_class in user_classes)
    if options.num_users and fixed > options.num_users:
        logger.info(
            f"Total fixed_count of User classes ({fixed}) is greater than the specified number of users "
            f"({options.num_users}), so not all will be spawned."
        )


def warn_about_shape(shape: LoadTestShape, options: Namespace) -> None:
    given = [
        name
        for name, value in (
            ("--users", options.num_users),
            ("--spawn-rate", options.spawn_rate),
            ("--run-time", options.run_time),
        )
        if value
    ]
    if given and not shape.use_common_options:
        logger.warning(
            "--run-time, --users or --spawn-rate have no impact on LoadShapes unless the shape class "
            "explicitly reads them. See: docs.locust.io/en/stable/custom-load-shape.html#use-common-options"
        )
        logger.warning(f"The following option(s) will be ignored: {', '.join(given)}")


def show_task_ratio(environment: Environment, options: Namespace) -> NoReturn:
    from .user.inspectuser import print_task_ratio, print_task_ratio_json

    users = options.num_users or 0
    if options.show_task_ratio_json:
        print_task_ratio_json(environment.user_classes, users)
        sys.exit(0)
    print("\n Task ratio per User class")
    print("-" * 80)
    print_task_ratio(environment.user_classes, users, False)
    print("\n Total task ratio")
    print("-" * 80)
    print_task_ratio(environment.user_classes, users, True)
    sys.exit(0)


# The environment


def create_environment(
    user_classes: list[type[User]],
    options: Namespace,
    events: Events | None = None,
    shape_class: LoadTestShape | None = None,
    locustfile: str | None = None,
    parsed_locustfiles: list[str] | None = None,
    available_user_classes: dict[str, type[User]] | None = None,
    available_shape_classes: dict[str, LoadTestShape] | None = None,
    available_user_tasks: dict[str, list[Any]] | None = None,
) -> Environment:
    """An environment as the command line makes it; programs may do the same."""
    environment = Environment(
        locustfile=locustfile,
        user_classes=user_classes,
        shape_class=shape_class,
        events=events,
        host=options.host,
        reset_stats=options.reset_stats,
        parsed_options=options,
        parsed_locustfiles=parsed_locustfiles,
        available_user_classes=available_user_classes,
        available_shape_classes=available_shape_classes,
        available_user_tasks=available_user_tasks,
        profile=options.profile,
    )
    most_names = getattr(argument_parser.for_our_reading(options), "max_names", None)
    if most_names:
        environment.stats._native.set_most_names(most_names)
    return environment


def make_environment(
    content: Content, user_classes: list[type[User]], options: Namespace, locustfiles: list[str]
) -> Environment:
    from . import events

    if options.equal_weights:
        # Registered last, so that it has the last word over weights that listeners of `init` set.
        events.init.add_listener(lambda environment, **_: environment.assign_equal_weights())
    try:
        return create_environment(
            user_classes,
            options,
            events=events,
            shape_class=content.shape,
            locustfile=",".join(os.path.basename(path) for path in locustfiles),
            parsed_locustfiles=locustfiles,
            available_user_classes=content.user_classes,
            available_shape_classes=content.shapes,
            available_user_tasks=content.tasks,
        )
    except ValueError as error:  # what the classes of the file cannot be together: weights, names
        argument_parser.fail(str(error))


def apply_user_settings(environment: Environment, options: Namespace) -> None:
    """`--config-users`: each object names a class and the attributes to set on it."""
    for settings in options.config_users or []:
        for setting in settings:
            if error := _error_in(setting, environment.available_user_classes or {}):
                logger.error(f"--config-users: {error}")
                sys.exit(-1)
            environment.update_user_class(dict(setting))


def _error_in(setting: dict[str, Any], classes: dict[str, type[User]]) -> str | None:
    name = setting["user_class_name"]
    if not isinstance(name, str) or name not in classes:
        return f"there is no user class `{name}` in the locustfile"
    tasks = setting.get("tasks", [])
    if not isinstance(tasks, list) or not all(isinstance(task, str) for task in tasks):
        return f"`tasks` of `{name}` is {tasks!r}: write a list of names of tasks"
    for attribute in ("weight", "fixed_count"):
        value = setting.get(attribute, 0)
        if not isinstance(value, (int, float)) or value < 0:
            return f"`{attribute}` of `{name}` is {value!r}: write a number of 0 or more"
    return None


def greenlet_exception_handler(greenlet: gevent.Greenlet) -> None:
    log.greenlet_exception_logger(logger)(greenlet)
