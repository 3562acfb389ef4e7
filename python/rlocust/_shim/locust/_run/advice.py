"""Warnings about what Locust does silently and the author surely did not mean. Not a module of Locust's.

The result stays Locust's; a line says what happens. Each kind is one line per run, however many classes it concerns.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..user.task import TaskSet
from ..user.users import User

if TYPE_CHECKING:
    from ..runners import Runner

ABOUT_NAMES = (
    "There are as many names as --max-names allows: requests of further names share one row. "
    "Group what belongs together, with the argument name=... of each request"
)


def about_tasks(user_classes: Iterable[type[User]]) -> Iterator[str]:
    """What is odd about the tasks of these classes and of the task sets below them."""
    holders = list(_holders(user_classes))
    ignored = sorted({name for holder in holders for name in _tasks_of_mixins(holder)})
    if ignored:
        yield (
            f"Never run: {', '.join(ignored)}. Tasks are taken only from classes that derive from User or TaskSet; "
            "derive the mixin from one of them, with `abstract = True` if it is a User"
        )
    doubled = sorted({name for holder in holders for name in _overridden_tasks(holder)})
    if doubled:
        yield (
            f"Overridden, but still run beside their overrides: {', '.join(doubled)}. "
            "Leave out one @task, or set `tasks` on the derived class after its definition"
        )


def about_deaths(died: int, target: int) -> str:
    return f"{died} of {max(target, died)} users died of an error and were not replaced: see the errors above"


def about_unreported(count: int, place: tuple[str, bool] | None) -> str:
    """`place`: that of one of the requests, and whether it is the first."""
    where = f", {'the first' if place[1] else 'one'} of {place[0]}" if place else ""
    return (
        f"{count} finished requests were never reported{where}. With `catch_response=True` the "
        "response must be used in a with block, and an exception that leaves the block drops the request"
    )


def how_all_were_lost(account: Mapping[str, int]) -> str | None:
    """What became of the requests of a run, if none of them came to a result."""
    lost = {outcome: account[outcome] for outcome in ("cut", "unreported") if account[outcome]}
    if not lost or any(account[outcome] for outcome in ("ok", "failed", "failed_before_send")):
        return None
    counts = ", ".join(f"{count} {outcome}" for outcome, count in lost.items())
    return f"no request came to a result ({counts})"


def why_nothing_was_asked(runner: Runner) -> str | None:
    """The reason why a run made no request, as far as one is known."""
    over_http = [user for user in runner.user_classes if hasattr(user, "pool_manager") or hasattr(user, "client_pool")]
    if any(user.host is None for user in over_http):
        return "no host was given; hint: -H URL, or `host` on the user class"
    options = runner.environment.parsed_options
    if runner.environment.shape_class is None and getattr(options, "num_users", None) == 0:
        return "no user was asked for (`--users 0`)"
    if runner._users_died:
        return "the users died of an error; hint: see the errors above"
    return None


def _holders(classes: Iterable[Any]) -> Iterator[Any]:
    """The classes and, once each, all task sets among their tasks."""
    seen: set[Any] = set()
    ahead = list(classes)
    while ahead:
        holder = ahead.pop()
        if holder in seen:
            continue
        seen.add(holder)
        yield holder
        ahead.extend(task for task in holder.tasks if isinstance(task, type) and issubclass(task, TaskSet))


def _tasks_of_mixins(holder: Any) -> Iterator[str]:
    for base in holder.__mro__:
        if hasattr(base, "tasks"):
            continue
        for name, member in vars(base).items():
            if _is_task(member) and not _contains(holder.tasks, member):
                yield f"{base.__name__}.{name}"


def _overridden_tasks(holder: Any) -> Iterator[str]:
    for position, base in enumerate(holder.__mro__):
        for name, member in vars(base).items():
            if not _is_task(member) or not _contains(holder.tasks, member):
                continue
            overrides = [vars(each)[name] for each in holder.__mro__[:position] if name in vars(each)]
            if any(_contains(holder.tasks, override) for override in overrides):
                yield f"{base.__name__}.{name}"


def _is_task(member: Any) -> bool:
    # Statically: a member may be a proxy that does things when it is asked for attributes.
    weight = inspect.getattr_static(member, "locust_task_weight", 0)
    return isinstance(weight, int) and weight > 0


def _contains(tasks: Iterable[Any], member: Any) -> bool:
    """By identity: members of a class may be anything, also what cannot be compared."""
    return any(task is member for task in tasks)
