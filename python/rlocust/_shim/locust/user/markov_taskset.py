"""A task set whose tasks say which one may follow: a Markov chain.

The chain is checked when the class is made, so that a transition to nowhere is found before the run.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from typing import Any

from ..exception import LocustError
from .task import TaskSet, TaskSetMeta

MarkovTask = Callable[..., None]


class NoMarkovTasksError(LocustError):
    """The class has no task with transitions and is not marked as abstract."""


class InvalidTransitionError(LocustError):
    """A transition leads to a name that the class does not have."""


class NonMarkovTaskTransitionError(LocustError):
    """A transition leads to something from which there is no way on."""


class MarkovTaskTagError(LocustError):
    """A task of the chain has tags; leaving it out would break the chain."""


def transition(func_name: str, weight: int = 1) -> Callable[[MarkovTask], MarkovTask]:
    """Says that the task `func_name` may follow the decorated one.

    Repeat it for several successors::

    class Shopping(MarkovTaskSet):
        @transition("checkout")
        @transition("browse", weight=3)
        def browse(self):
            ...

        @transition("browse")
        def checkout(self):
            ...
    """
    return transitions({func_name: weight})


def transitions(weights: dict[str, int] | list[tuple[str, int] | str]) -> Callable[[MarkovTask], MarkovTask]:
    """Says which tasks may follow the decorated one: `{"name": weight}`, or a list of names and `(name, weight)`."""
    if isinstance(weights, dict):
        added = dict(weights)
    else:
        added = dict((each, 1) if isinstance(each, str) else each for each in weights)

    def decorate(decorated: Any) -> MarkovTask:
        decorated.transitions = {**getattr(decorated, "transitions", {}), **added}
        return decorated

    return decorate


def is_markov_task(task: Any) -> bool:
    return "transitions" in dir(task)


def get_markov_tasks(class_dict: dict[str, Any]) -> list[Any]:
    return [member for member in class_dict.values() if is_markov_task(member)]


def to_weighted_list(transitions: dict[str, int]) -> list[str]:
    """Each name as often as its weight says, to draw from."""
    return [name for name, weight in transitions.items() for _ in range(weight)]


def validate_has_markov_tasks(tasks: list[Any], classname: str) -> None:
    if not tasks:
        raise NoMarkovTasksError(
            f"No Markov tasks defined in class {classname}. Use the @transition(s) decorators to define some."
        )


def validate_transitions(tasks: list[Any], class_dict: dict[str, Any], classname: str) -> None:
    for task in tasks:
        for dest in task.transitions:
            if dest not in class_dict:
                raise InvalidTransitionError(
                    f"Transition to {dest} from {task.__name__} is invalid "
                    f"since no such element exists on class {classname}"
                )
            if not is_markov_task(class_dict[dest]):
                raise NonMarkovTaskTransitionError(
                    f"{classname}.{dest} cannot be used as a target for a transition "
                    f"since it does not define any transitions of its own."
                    f"Used as a transition from {task.__name__}."
                )


def validate_no_tags(task: Any, classname: str) -> None:
    if "locust_tag_set" in dir(task):
        raise MarkovTaskTagError(
            "Tags are unsupported for MarkovTaskSet since they can make the markov chain invalid. "
            f"Tags detected on {classname}.{task.__name__}: {task.locust_tag_set}"
        )


def validate_no_unreachable_tasks(tasks: list[Any], class_dict: dict[str, Any], classname: str) -> None:
    """Warns about tasks that no way leads to from the first one. They do no harm: they only never run."""
    reached = {tasks[0].__name__}
    ahead = [tasks[0]]
    while ahead:
        for dest in ahead.pop().transitions:
            if dest not in reached:
                reached.add(dest)
                ahead.append(class_dict[dest])
    unreachable = {task.__name__ for task in tasks} - reached
    if unreachable:
        logging.warning(f"The following markov tasks are unreachable in class {classname}: {unreachable}")


def validate_task_name(decorated_func: Any) -> None:
    if decorated_func.__name__ in ("on_start", "on_stop"):
        logging.warning(
            "You have tagged your on_stop/start function with @transition. "
            "This will make the method get called both as a step AND on stop/start."
        )
    if decorated_func.__name__ == "run":
        raise Exception(
            "TaskSet.run() is a method used internally by Locust, "
            "and you must not override it or annotate it with transitions"
        )


def validate_markov_chain(tasks: list[Any], class_dict: dict[str, Any], classname: str) -> None:
    validate_has_markov_tasks(tasks, classname)
    validate_transitions(tasks, class_dict, classname)
    for task in tasks:
        validate_no_tags(task, classname)
    validate_no_unreachable_tasks(tasks, class_dict, classname)
    for task in tasks:
        validate_task_name(task)


class MarkovTaskSetMeta(TaskSetMeta):
    """Checks the chain and makes the lists to draw from. Only the tasks of the class's own body belong to it."""

    def __new__(mcs, classname: str, bases: tuple[type, ...], class_dict: dict[str, Any]) -> MarkovTaskSetMeta:
        if not class_dict.get("abstract"):
            class_dict["abstract"] = False
            tasks = get_markov_tasks(class_dict)
            for task in tasks:
                # A function that was a task of another class before has its list already.
                if isinstance(task.transitions, dict):
                    task.transitions = to_weighted_list(task.transitions)
            validate_markov_chain(tasks, class_dict, classname)
            class_dict["current"] = tasks[0]
        # Past the metaclass of task sets: `tasks` stays the empty list of `TaskSet`.
        return type.__new__(mcs, classname, bases, class_dict)


class MarkovTaskSet(TaskSet, metaclass=MarkovTaskSetMeta):
    """Starts with the first task that has transitions, then follows them by chance and weight."""

    current: Any
    abstract: bool = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def get_next_task(self) -> Any:
        fetched = self.current
        self.current = getattr(self, random.choice(fetched.transitions))
        return fetched
