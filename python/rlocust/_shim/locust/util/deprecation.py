"""Names that were given up: old locustfiles that use them are shown the new name."""

from __future__ import annotations

import warnings
from typing import Any

warnings.filterwarnings("always", category=DeprecationWarning, module="locust")


def check_for_deprecated_task_set_attribute(class_dict: dict[str, Any]) -> None:
    from ..user.task import TaskSet

    task_set = class_dict.get("task_set")
    if isinstance(task_set, type) and issubclass(task_set, TaskSet) and not hasattr(task_set, "locust_task_weight"):
        warnings.warn(
            "Usage of User.task_set is deprecated since version 1.0. Set the tasks attribute instead "
            f"(tasks = [{task_set.__name__}])",
            DeprecationWarning,
            stacklevel=1,  # of our module, whose warnings the filter above lets through
        )


def deprecated_locust_meta_class(deprecation_message: str) -> type[type]:
    """A metaclass whose first class is the old name, and which refuses to derive from it."""

    class MetaClass(type):
        def __new__(mcs, classname: str, bases: tuple[type, ...], class_dict: dict[str, Any]) -> Any:
            if classname in ("DeprecatedLocustClass", "DeprecatedHttpLocustClass", "DeprecatedFastHttpLocustClass"):
                return super().__new__(mcs, classname, bases, class_dict)
            raise ImportError(deprecation_message)

    return MetaClass


_RENAMED = (
    "The {old} class has been renamed to {new} in version 1.0. "
    "For more info see: https://docs.locust.io/en/latest/changelog.html#changelog-1-0"
)


class DeprecatedLocustClass(metaclass=deprecated_locust_meta_class(_RENAMED.format(old="Locust", new="User"))):
    """The name of `User` before version 1.0."""


class DeprecatedHttpLocustClass(
    metaclass=deprecated_locust_meta_class(_RENAMED.format(old="HttpLocust", new="HttpUser"))
):
    """The name of `HttpUser` before version 1.0."""


class DeprecatedFastHttpLocustClass(
    metaclass=deprecated_locust_meta_class(_RENAMED.format(old="FastHttpLocust", new="FastHttpUser"))
):
    """The name of `FastHttpUser` before version 1.0."""
