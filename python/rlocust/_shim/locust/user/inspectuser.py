"""What share of the load each user class and task gets, as a table, as JSON and for the reports."""

from __future__ import annotations

from collections import Counter
from json import dumps
from typing import Any

from .task import TaskSet
from .users import User


def print_task_ratio(user_classes: list[type[User]], num_users: int | None, total: bool) -> None:
    """Prints the shares as an indented table; with `total`, of the whole load instead of the level above."""
    _print_task_ratio(get_ratio(user_classes, _calc_distribution(user_classes, num_users), total))


def print_task_ratio_json(user_classes: list[type[User]], num_users: int | None) -> None:
    distribution = _calc_distribution(user_classes, num_users)
    ratios = {
        "per_class": get_ratio(user_classes, distribution, False),
        "total": get_ratio(user_classes, distribution, True),
    }
    print(dumps(ratios, indent=4))


def get_ratio(user_classes: list[type[User]], user_spawned: dict[str, int], total: bool) -> dict[str, Any]:
    """`{class: {"ratio": …, "tasks": {name: {"ratio": …, "tasks": …}}}}` for the given numbers of users."""
    user_count = sum(user_spawned.values()) or 1
    ratios: dict[str, Any] = {}
    for user_class in user_classes:
        share = user_spawned[user_class.__name__] / user_count
        ratios[user_class.__name__] = {
            "ratio": share,
            "tasks": _get_task_ratio(user_class.tasks, total, share),
        }
    return ratios


def task_shares(user_classes: list[type[User]]) -> str:
    """The tasks of each class with their shares in it, as JSON, for the result store. Tasks may be anything
    that a suite put there: what cannot be counted is left out."""
    shares: dict[str, Any] = {}
    for user_class in user_classes:
        try:
            shares[user_class.__name__] = _get_task_ratio(user_class.tasks, False, 1.0)
        except (TypeError, AttributeError, ArithmeticError, RecursionError):
            continue
    return dumps(shares)


def _get_task_ratio(tasks: list[Any], total: bool, parent_ratio: float) -> dict[str, Any]:
    factor = parent_ratio if total else 1.0
    ratios: dict[str, Any] = {}
    for task, count in Counter(tasks).items():
        share = count * factor / len(tasks)
        ratios[task.__name__] = {"ratio": share}
        if isinstance(task, type) and issubclass(task, TaskSet):
            ratios[task.__name__]["tasks"] = _get_task_ratio(task.tasks, total, share)
    return ratios


def _calc_distribution(user_classes: list[type[User]], num_users: int | None) -> dict[str, int]:
    """How many users of each class there would be: fixed counts first, the rest by weight."""
    fixed_count = sum(user_class.fixed_count for user_class in user_classes if user_class.fixed_count)
    total_weight = sum(user_class.weight for user_class in user_classes if not user_class.fixed_count)
    num_users = num_users or (1 if fixed_count else round(total_weight))
    weighted_count = max(num_users - fixed_count, 0)
    return {
        user_class.__name__: user_class.fixed_count
        or (round(user_class.weight / total_weight * weighted_count) if total_weight else 0)
        for user_class in user_classes
    }


def _print_task_ratio(ratios: dict[str, Any], level: int = 0) -> None:
    padding = 2 * " " * level
    for name, entry in ratios.items():
        share = f"{padding}{entry['ratio'] * 100:<6.1f}"
        print(f" {share:<10} {padding + name:<50}")
        if "tasks" in entry:
            _print_task_ratio(entry["tasks"], level + 1)
