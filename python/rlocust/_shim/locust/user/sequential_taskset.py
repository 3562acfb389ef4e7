"""A task set whose tasks run in the order in which they stand in the class."""

from __future__ import annotations

from itertools import cycle
from typing import Any

from ..exception import LocustError
from .task import TaskSet, TaskSetMeta


class SequentialTaskSetMeta(TaskSetMeta):
    """Collects tasks in the order of the class body, where a `tasks` attribute has its own place."""

    def __new__(mcs, classname: str, bases: tuple[type, ...], class_dict: dict[str, Any]) -> SequentialTaskSetMeta:
        collected: list[Any] = []
        for base in bases:
            collected.extend(getattr(base, "tasks", None) or ())
        for name, member in class_dict.items():
            if name == "tasks":
                collected.extend(_declared(member))
            elif "locust_task_weight" in dir(member):
                collected.extend(member for _ in range(member.locust_task_weight))
        class_dict["tasks"] = collected
        # Past the metaclass of task sets, which would collect by its own order.
        return type.__new__(mcs, classname, bases, class_dict)


def _declared(tasks: Any) -> list[Any]:
    if isinstance(tasks, list):
        return tasks
    if isinstance(tasks, dict):
        return [each for each, weight in tasks.items() for _ in range(weight)]
    raise ValueError("The 'tasks' attribute can only be set to list or dict")


class SequentialTaskSet(TaskSet, metaclass=SequentialTaskSetMeta):
    """Runs its tasks from the first to the last and then again; a weight repeats a task on the spot.

    Each time a user enters it, it begins with the first task.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._task_cycle = cycle(self.tasks)

    def get_next_task(self) -> Any:
        if not self.tasks:
            raise LocustError(
                "No tasks defined. Use the @task decorator or set the 'tasks' attribute of the SequentialTaskSet"
            )
        return next(self._task_cycle)
