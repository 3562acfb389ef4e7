"""The environment of a run: what is tested, with which settings, and who runs it.

Everything a suite reaches from a user or a listener hangs here. An environment has one runner.
"""

from __future__ import annotations

from argparse import Namespace
from operator import methodcaller
from typing import TYPE_CHECKING, Any, TypeVar

from ._runners.worker_logs import WorkerLogs
from ._web.interfaces import Interfaces
from .dispatch import UsersDispatcher
from .event import Events
from .exception import RunnerAlreadyExistsError
from .runners import LocalRunner, MasterRunner, Runner, WorkerRunner
from .shape import LoadTestShape
from .stats import RequestStats, StatsCSV
from .user.task import TaskSet, filter_tasks_by_tags
from .user.users import User
from .web import WebUI

if TYPE_CHECKING:
    from collections.abc import Iterable

RunnerType = TypeVar("RunnerType", bound=Runner)


class Environment:
    """Settings and parts of one run; a program that uses the package as a library begins by making one."""

    #: Whether this process has made one; see `rlocust/_program.py`.
    _were_made = False

    def __init__(
        self,
        *,
        user_classes: list[type[User]] | None = None,
        shape_class: LoadTestShape | None = None,
        tags: list[str] | None = None,
        locustfile: str | None = None,
        exclude_tags: list[str] | None = None,
        events: Events | None = None,
        host: str | None = None,
        reset_stats: bool = False,
        stop_timeout: float | None = None,
        catch_exceptions: bool = True,
        parsed_options: Namespace | None = None,
        parsed_locustfiles: list[str] | None = None,
        available_user_classes: dict[str, type[User]] | None = None,
        available_shape_classes: dict[str, LoadTestShape] | None = None,
        available_user_tasks: dict[str, list[Any]] | None = None,
        dispatcher_class: type[UsersDispatcher] = UsersDispatcher,
        profile: str | None = None,
    ) -> None:
        Environment._were_made = True
        self.runner: Runner | None = None
        """What runs the users, once one of the `create_*_runner` methods was called."""

        self.web_ui: WebUI | None = None
        """The web interface, if there is one."""

        self._interfaces = Interfaces()

        self.process_exit_code: int | None = None
        """Set it, at the latest while `quitting` is fired, and the process ends with this code."""

        self.events = Events() if events is None else events
        """The hooks of this run. `locust.events` only if it was passed in, as the command line does."""

        self.locustfile = locustfile
        self.user_classes: list[type[User]] = [] if user_classes is None else user_classes
        self.shape_class = shape_class
        self.tags = tags
        self.exclude_tags = exclude_tags
        self.stats = RequestStats()
        self.host = host
        """Written onto the user classes when a test starts."""

        self.reset_stats = reset_stats
        """Whether the statistics begin anew when all users are spawned."""

        self.profile = profile
        if stop_timeout is None:
            stop_timeout = float(getattr(parsed_options, "stop_timeout", 0.0))
        self.stop_timeout = stop_timeout
        """Seconds that users have to finish the task in hand when the test stops."""

        self.catch_exceptions = catch_exceptions
        """False lets an exception in a task end its user."""

        self.parsed_options = parsed_options
        """What the command line, the environment and the configuration files said."""

        self.parsed_locustfiles = parsed_locustfiles
        self.available_user_classes = available_user_classes
        self.available_shape_classes = available_shape_classes
        self.available_user_tasks = available_user_tasks
        self.dispatcher_class = dispatcher_class
        self.worker_logs: dict[str, list[str]] = WorkerLogs()

        self._tasks_filtered = False
        #: Set by the command, which fires `init` once the runner is there.
        self._has_init_ahead = False

        self._remove_user_classes_with_weight_zero()
        self._validate_user_class_name_uniqueness()
        self._validate_shape_class_instance()

    def _create_runner(self, runner_class: type[RunnerType], *args: Any, **kwargs: Any) -> RunnerType:
        if self.runner is not None:
            raise RunnerAlreadyExistsError(f"Environment.runner already exists ({self.runner})")
        runner = runner_class(self, *args, **kwargs)
        self.runner = runner
        if self.shape_class:
            self.shape_class.runner = runner
        for web_ui in self._interfaces.all():
            web_ui._runner_was_made()
        return runner

    def create_local_runner(self) -> LocalRunner:
        """A runner for users in this process."""
        return self._create_runner(LocalRunner)

    def create_master_runner(self, master_bind_host: str = "*", master_bind_port: int = 5557) -> MasterRunner:
        """A runner that has no users of its own and leads workers."""
        return self._create_runner(MasterRunner, master_bind_host=master_bind_host, master_bind_port=master_bind_port)

    def create_worker_runner(self, master_host: str, master_port: int) -> WorkerRunner:
        """A runner that does what a master says."""
        # A worker's statistics live for one report; percentiles of the last seconds are the master's business.
        self.stats = RequestStats(use_response_times_cache=False)
        return self._create_runner(WorkerRunner, master_host=master_host, master_port=master_port)

    def create_web_ui(
        self,
        host: str = "",
        port: int = 8089,
        web_base_path: str | None = None,
        web_login: bool = False,
        tls_cert: str | None = None,
        tls_key: str | None = None,
        stats_csv_writer: StatsCSV | None = None,
        delayed_start: bool = False,
        userclass_picker_is_active: bool = False,
        build_path: str | None = None,
    ) -> WebUI:
        """The web interface for this run, listening on `host` and `port`; an empty host means all addresses."""
        self.web_ui = WebUI(
            self,
            host,
            port,
            web_base_path=web_base_path,
            web_login=web_login,
            tls_cert=tls_cert,
            tls_key=tls_key,
            stats_csv_writer=stats_csv_writer,
            delayed_start=delayed_start,
            userclass_picker_is_active=userclass_picker_is_active,
            build_path=build_path,
        )
        return self.web_ui

    def update_user_class(self, user_settings: dict[str, Any]) -> None:
        """Sets attributes of the class named by `user_class_name`; `tasks` names those of its tasks to keep."""
        if isinstance(self.runner, MasterRunner):
            self.runner.send_message("update_user_class", user_settings)
        settings = dict(user_settings)
        name = settings.pop("user_class_name", None)
        user_class = self.available_user_classes[name]  # type: ignore[index]
        for attribute, value in settings.items():
            if attribute == "tasks":
                value = [task for task in self.available_user_tasks[name] if task.__name__ in value]  # type: ignore[index]
            setattr(user_class, attribute, value)

    def update_worker_logs(self, worker_log_report: dict[str, Any]) -> None:
        """Takes what a worker has logged; all workers together have a limit, and so has a line."""
        worker, lines = worker_log_report.get("worker_id"), worker_log_report.get("logs", [])
        if not worker:
            return
        changed = [worker]
        if isinstance(self.worker_logs, WorkerLogs):
            changed = self.worker_logs.keep(worker, lines)
        else:  # a suite has put a dict of its own there
            self.worker_logs[worker] = lines
        for web_ui in self._interfaces.all():
            web_ui._workers_have_logged(changed)

    def _filter_tasks_by_tags(self) -> None:
        """Takes out of the user classes what the tags do not let through. Only the first call does anything."""
        if self._tasks_filtered:
            return
        self._tasks_filtered = True
        tags = self._chosen_tags("tags")
        exclude_tags = self._chosen_tags("exclude_tags")
        for user_class in self.user_classes:
            if not getattr(user_class, "functions", None):  # test functions of pytest style are no tasks
                filter_tasks_by_tags(user_class, tags, exclude_tags)

    def _chosen_tags(self, option: str) -> set[str] | None:
        chosen: Iterable[str] | None = getattr(self, option)
        if chosen is None:
            # An option without a value, `-T`, is an empty list and means no filter.
            chosen = getattr(self.parsed_options, option, None) or None
        return None if chosen is None else set(chosen)

    def _remove_user_classes_with_weight_zero(self) -> None:
        """The list is changed in place: whoever passed it sees what is left."""
        if not self.user_classes:
            return
        wanted = [each for each in self.user_classes if each.weight > 0 or each.fixed_count > 0]
        if not wanted:
            raise ValueError("There are no users with weight > 0.")
        self.user_classes[:] = wanted

    def assign_equal_weights(self) -> None:
        """Gives every user class the weight 1, and every task, however deeply nested, the same chance."""
        for user_class in self.user_classes:
            user_class.weight = 1
            user_class.tasks = list(_leaf_tasks(user_class.tasks))

    def _validate_user_class_name_uniqueness(self) -> None:
        if len(self.user_classes_by_name) != len(self.user_classes):
            same_names = ", ".join(map(methodcaller("fullname"), self.user_classes))
            raise ValueError(f"The following user classes have the same class name: {same_names}")

    def _validate_shape_class_instance(self) -> None:
        if self.shape_class is not None and not isinstance(self.shape_class, LoadTestShape):
            raise ValueError(
                "shape_class should be instance of LoadTestShape or subclass LoadTestShape, "
                f"but got: {self.shape_class}"
            )

    @property
    def user_classes_by_name(self) -> dict[str, type[User]]:
        return {user_class.__name__: user_class for user_class in self.user_classes}


def _leaf_tasks(tasks: Iterable[Any]) -> set[Any]:
    """The callables among the tasks and among those of their task sets, each once."""
    leaves = set()
    for task in tasks:
        if isinstance(task, type) and issubclass(task, TaskSet):
            leaves |= _leaf_tasks(task.tasks)
        elif callable(task):
            leaves.add(task)
        else:
            raise ValueError("Unrecognized task type in user")
    return leaves
