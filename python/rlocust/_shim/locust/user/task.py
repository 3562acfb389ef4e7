"""Task sets: how tasks are declared, collected, filtered by tag and run one after the other.

`TaskSet.run` is the loop every user lives in; its cost is paid once per task. The methods it goes
through are looked up anew each time, because suites and plug-ins replace them on a class in mid-run.
"""

from __future__ import annotations

import logging
import random
import traceback
from collections import deque
from collections.abc import Callable, Iterable
from time import perf_counter
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeVar, overload, runtime_checkable

from gevent import GreenletExit

from rlocust._loop.coroutines import finish
from rlocust._native import sleep as _park

from .. import _tracebacks
from ..exception import (
    InterruptTaskSet,
    MissingWaitTimeError,
    RescheduleTask,
    RescheduleTaskImmediately,
    StopTest,
    StopUser,
)

if TYPE_CHECKING:
    from .users import User

logger = logging.getLogger(__name__)

TaskT = TypeVar("TaskT", Callable[..., Any], type["TaskSet"])

LOCUST_STATE_RUNNING = "running"
LOCUST_STATE_WAITING = "waiting"
LOCUST_STATE_STOPPING = "stopping"


@runtime_checkable
class TaskHolder(Protocol[TaskT]):
    """Anything with a list of tasks: a user class or a task set class."""

    tasks: list[TaskT]


@overload
def task(weight: TaskT) -> TaskT: ...


@overload
def task(weight: int = 1) -> Callable[[TaskT], TaskT]: ...


def task(weight: Any = 1) -> Any:
    """Makes a method, or a nested task set class, a task.

    A task of weight 3 is picked three times as often as one of weight 1::

    class ForumPage(TaskSet):
        @task(100)
        def read_thread(self):
            ...

        @task(7)
        def create_thread(self):
            ...
    """
    if callable(weight):
        return _declare_task(weight, 1)
    return lambda decorated: _declare_task(decorated, weight)


def _declare_task(decorated: Any, weight: int) -> Any:
    if decorated.__name__ in ("on_start", "on_stop"):
        logging.warning(
            "You have tagged your on_stop/start function with @task. "
            "This will make the method get called both as a task AND on stop/start."
        )
    if decorated.__name__ == "run":
        raise Exception(
            "User.run() is a method used internally by Locust, and you must not override it or register it as a task"
        )
    decorated.locust_task_weight = weight
    return decorated


def tag(*tags: str) -> Callable[[TaskT], TaskT]:
    """Gives names to a task, or to all tasks of a task set.

    The options `--tags` and `--exclude-tags` choose by these names::

    class ForumPage(TaskSet):
        @tag("thread")
        @task(100)
        def read_thread(self):
            ...
    """
    if not tags or callable(tags[0]):
        raise ValueError("No tag name was supplied")

    def apply(decorated: Any) -> Any:
        if hasattr(decorated, "tasks"):
            decorated.tasks = [apply(inner) for inner in decorated.tasks]
        else:
            own = decorated.__dict__.get("locust_tag_set", set())
            decorated.locust_tag_set = own | set(tags)
        return decorated

    return apply


def get_tasks_from_base_classes(bases: Iterable[type], class_dict: dict[str, Any]) -> list[Any]:
    """The tasks of a class: those of its bases, then its `tasks` attribute, then its decorated members."""
    collected: list[Any] = []
    for base in bases:
        collected.extend(getattr(base, "tasks", None) or ())
    declared = class_dict.get("tasks")
    if declared is not None:
        for item in declared.items() if isinstance(declared, dict) else declared:
            if isinstance(item, tuple):
                collected.extend(item[0] for _ in range(item[1]))
            else:
                collected.append(item)
    for member in class_dict.values():
        if "locust_task_weight" in dir(member):
            collected.extend(member for _ in range(member.locust_task_weight))
    return collected


def is_markov_taskset(task: Any) -> bool:
    """True for the classes whose tasks are chained by transitions; their `tasks` list is always empty."""
    from .markov_taskset import MarkovTaskSet

    return isinstance(task, type) and issubclass(task, MarkovTaskSet)


def filter_tasks_by_tags(
    task_holder: type[TaskHolder[Any]],
    tags: set[str] | None = None,
    exclude_tags: set[str] | None = None,
    checked: dict[Any, bool] | None = None,
) -> None:
    """Takes out of a user class, and of the task sets below it, what the tags do not let through.

    `checked` remembers of each task whether it passed, so that one shared between task sets is judged once.
    """
    checked = {} if checked is None else checked
    kept = []
    for candidate in task_holder.tasks:
        if candidate not in checked:
            checked[candidate] = _passes(candidate, tags, exclude_tags, checked)
        if checked[candidate]:
            kept.append(candidate)
    task_holder.tasks = kept
    if not kept:
        logging.warning(f"{task_holder.__name__} had no tasks left after filtering, instantiating it will fail!")


def _passes(candidate: Any, tags: set[str] | None, exclude_tags: set[str] | None, checked: dict[Any, bool]) -> bool:
    if is_markov_taskset(candidate):
        return True
    if hasattr(candidate, "tasks"):
        filter_tasks_by_tags(candidate, tags, exclude_tags, checked)
        return bool(candidate.tasks)
    own: set[str] = getattr(candidate, "locust_tag_set", set())
    wanted = tags is None or not own.isdisjoint(tags)
    return wanted and (exclude_tags is None or own.isdisjoint(exclude_tags))


class TaskSetMeta(type):
    """Gathers the tasks of a class into its `tasks` list when the class is made."""

    def __new__(mcs, classname: str, bases: tuple[type, ...], class_dict: dict[str, Any]) -> TaskSetMeta:
        class_dict["tasks"] = get_tasks_from_base_classes(bases, class_dict)
        return super().__new__(mcs, classname, bases, class_dict)


class TaskSet(metaclass=TaskSetMeta):
    """A group of tasks that a user works on until one of them calls `interrupt`.

    Task sets nest: one that is a task of another is run until it is interrupted, then the outer one goes on.
    """

    tasks: list[Any] = []  # noqa: RUF012 - may be set on the class and on one instance
    """Functions and task set classes, each as often as its weight says. May be given as a list, or as
    a dictionary of weights."""

    min_wait: float | None = None
    max_wait: float | None = None
    wait_function: Callable[..., float] | None = None

    _user: User
    _parent: Any

    def __init__(self, parent: Any) -> None:
        self._task_queue: deque[Any] = deque()
        self._parent = parent
        user = self._user = parent._user if isinstance(parent, TaskSet) else parent
        if not self.min_wait:
            self.min_wait = user.min_wait
        if not self.max_wait:
            self.max_wait = user.max_wait
        if not self.wait_function:
            self.wait_function = user.wait_function
        self._cp_last_run = perf_counter()
        self._cp_last_wait_time: float = 0

    @property
    def user(self) -> User:
        """The user that runs this task set."""
        return self._user

    @property
    def parent(self) -> Any:
        """The task set around this one; the user, for the outermost."""
        return self._parent

    @property
    def client(self) -> Any:
        """The client of the user."""
        return self._user.client  # type: ignore[attr-defined]

    def on_start(self) -> Any:
        """Called when the user enters this task set."""

    def on_stop(self) -> Any:
        """Called when the user leaves this task set, and when it is stopped inside it."""

    def run(self) -> NoReturn:
        try:
            finish(self.on_start())
        except InterruptTaskSet as interrupt:
            raise _leave(interrupt) from interrupt
        while True:
            try:
                self._work()
            except InterruptTaskSet as interrupt:
                # An `on_stop` that wants its user to end is heard here; one of a user that ends anyway is not.
                self._call_on_stop(heard=(StopUser, StopTest))
                raise _leave(interrupt) from interrupt
            except (StopUser, StopTest, GreenletExit):
                self._call_on_stop()
                raise
            except Exception as error:
                environment = self._user.environment
                environment.events.user_error.fire(user_instance=self, exception=error, tb=error.__traceback__)
                if not environment.catch_exceptions:
                    raise
                if not _tracebacks.is_about_scheme(error):
                    _tracebacks.log(logger, _tracebacks.text_of(error), error)
                if isinstance(error, AttributeError):
                    _say_what_to_write_today(error)
                # A user stopped in this wait leaves without the task set's `on_stop`, as under Locust.
                self.wait()

    def _work(self) -> NoReturn:
        """Task, wait, task, wait, until an exception ends it. Here goes the time of a user that does nothing."""
        user = self._user
        while True:
            # Outside of the `try`: who asks for another task while choosing one has made an error, as under Locust.
            if not self._task_queue:
                self.schedule_task(self.get_next_task())
            try:
                if user._state == LOCUST_STATE_STOPPING:
                    raise StopUser()
                self.execute_next_task()
            except RescheduleTaskImmediately:
                continue
            except RescheduleTask:
                pass
            self.wait()

    def _call_on_stop(self, heard: tuple[type[Exception], ...] = ()) -> None:
        try:
            finish(self.on_stop())
        except heard:
            raise
        except Exception:
            logging.error("Uncaught exception in on_stop: \n%s", traceback.format_exc())

    def execute_next_task(self) -> None:
        self.execute_task(self._task_queue.popleft())

    def execute_task(self, task: Any) -> None:
        result: Any
        if type(task) is FunctionType:
            result = task(self)
        elif type(task) is MethodType and task.__self__ is self:
            result = task()
        elif isinstance(task, type) and issubclass(task, TaskSet):
            result = task(self).run()
        else:
            result = task(self)
        if result is not None:  # mostly of an `async def`
            finish(result)

    def schedule_task(self, task_callable: Any, first: bool = False) -> None:
        """Puts a task into the queue, which is worked off before any task is picked; `first` puts it in front."""
        if first:
            self._task_queue.appendleft(task_callable)
        else:
            self._task_queue.append(task_callable)

    def get_next_task(self) -> Any:
        """Picks the next task. Override it to choose by other rules than chance."""
        if not self.tasks:
            hint = ", but you have set a 'task' attribute - maybe you meant to set 'tasks'?"
            raise Exception(
                f"No tasks defined on {self.__class__.__name__}{hint if getattr(self, 'task', None) else '.'} "
                "use the @task decorator or set the 'tasks' attribute of the TaskSet"
            )
        return random.choice(self.tasks)

    def wait_time(self) -> float:
        """Seconds until the next task. Override it, or set it to `between(...)` and its like, on a user or task set."""
        user = self._user
        wait_time = user.wait_time
        if wait_time:
            return wait_time()
        if self.min_wait is not None and self.max_wait is not None:
            return random.randint(int(self.min_wait), int(self.max_wait)) / 1000.0
        # The braces are unfilled in Locust's text, too.
        raise MissingWaitTimeError(
            "You must define a wait_time method on either the {type(self.user).__name__} or {type(self).__name__} class"
        )

    def wait(self) -> None:
        """Waits as long as `wait_time` says. A task that calls it can be stopped there, too."""
        user = self._user
        if user._state == LOCUST_STATE_STOPPING:
            raise StopUser()
        user._state = LOCUST_STATE_WAITING
        seconds = self.wait_time()
        self._sleep(seconds if type(seconds) is float else finish(seconds))
        if user._state == LOCUST_STATE_STOPPING:
            raise StopUser()
        user._state = LOCUST_STATE_RUNNING

    def _sleep(self, seconds: float) -> None:
        _park(seconds)

    def interrupt(self, reschedule: bool = True) -> NoReturn:
        """Leaves this task set. The outer one picks a task at once, or after its wait if `reschedule` is False."""
        raise InterruptTaskSet(reschedule)


def _say_what_to_write_today(error: AttributeError) -> None:
    from .. import _old_names  # knows users and task sets itself

    hint = _old_names.first_hint(error)
    if hint:
        logger.warning(hint)


def _leave(interrupt: InterruptTaskSet) -> Exception:
    """What an interrupted task set raises in the one around it."""
    if interrupt.reschedule:
        return RescheduleTaskImmediately(interrupt.reschedule)
    return RescheduleTask(interrupt.reschedule)


class DefaultTaskSet(TaskSet):
    """The outermost task set of every user: it runs the tasks that stand on the user itself."""

    def get_next_task(self) -> Any:
        user = self._user
        if not user.tasks:
            hint = ", but you have set a 'task' attribute on your class - maybe you meant to set 'tasks'?"
            raise Exception(
                f"No tasks defined on {user.__class__.__name__}{hint if getattr(user, 'task', None) else '.'} "
                "Use the @task decorator or set the 'tasks' attribute of the User "
                "(or mark it as abstract = True if you only intend to subclass it)"
            )
        return random.choice(user.tasks)

    def execute_task(self, task: Any) -> None:
        result: Any
        if type(task) is FunctionType:
            result = task(self._user)
        elif isinstance(task, type) and issubclass(task, TaskSet):
            result = task(self._user).run()
        else:
            result = task(self._user)
        if result is not None:
            finish(result)
