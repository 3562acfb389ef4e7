"""What the page is told when it is opened: `templateArgs` as Locust's page and suites' templates know them, and the
start form as `/api/v1/form` describes it. The value of a secret option never leaves the server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import __version__, stats
from ..runners import MasterRunner
from . import options
from .hosts import Host
from .swarm import DEFAULT_SHAPE

if TYPE_CHECKING:
    from ..env import Environment
    from ..web import WebUI


def template_args(web_ui: WebUI) -> dict[str, Any]:
    """The keys that Locust sets anew each time (docs/contract/web.md §3)."""
    import locust.web

    environment, runner = web_ui.environment, web_ui.environment.runner
    assert runner is not None, "there is no runner whose page this could be"
    chosen, shape = environment.parsed_options, environment.shape_class
    host = Host(environment)
    is_distributed = isinstance(runner, MasterRunner)
    return {
        "locustfile": environment.locustfile,
        "state": runner.state,
        "is_distributed": is_distributed,
        "user_count": runner.user_count,
        "version": __version__,
        "host": host.shown,
        "history": runner.stats.history if runner.stats.num_requests > 0 else [],
        "override_host_warning": host.is_overriding,
        "missing_host_warning": host.is_missing,
        "num_users": chosen and chosen.num_users,
        "spawn_rate": chosen and chosen.spawn_rate,
        "worker_count": runner.worker_count if is_distributed else 0,  # type: ignore[attr-defined]
        "hide_common_options": shape and not (web_ui.userclass_picker_is_active or shape.use_common_options),
        "shape_use_common_options": shape and shape.use_common_options,
        "stats_history_enabled": chosen and chosen.stats_history_enabled,
        "tasks": "{}",
        "extra_options": options.extra_options(),
        "run_time": chosen and chosen.run_time,
        "show_userclass_picker": web_ui.userclass_picker_is_active,
        **_available(environment),
        "percentiles_to_chart": stats.PERCENTILES_TO_CHART,
        "percentiles_to_statistics": stats.PERCENTILES_TO_STATISTICS,
        "is_host_required": locust.web.HOST_IS_REQUIRED,
        "profile": environment.profile,
    }


def _available(environment: Environment) -> dict[str, Any]:
    """What the class picker offers."""
    classes, tasks = environment.available_user_classes, environment.available_user_tasks
    return {
        "available_user_classes": sorted(classes) if classes else None,
        "available_shape_classes": [DEFAULT_SHAPE, *sorted(environment.available_shape_classes or ())],
        "available_user_tasks": {name: [task.__name__ for task in each] for name, each in tasks.items()}
        if tasks
        else None,
        "users": {name: item.json() for name, item in classes.items()} if classes else None,
    }


def form(web_ui: WebUI) -> dict[str, Any]:
    """The start form, for `/api/v1/form`."""
    environment = web_ui.environment
    args = {**web_ui.template_args, **template_args(web_ui)}
    available = environment.available_user_classes or environment.user_classes_by_name
    described: dict[str, Any] = {
        "defaults": {
            "user_count": args["num_users"],
            "spawn_rate": args["spawn_rate"],
            "host": args["host"],
            "run_time": args["run_time"],
            "profile": args["profile"],
        },
        "user_classes": [_user_class(environment, name, item) for name, item in available.items()],
        "shape_classes": args["available_shape_classes"],
        "picks_classes": args["show_userclass_picker"],
        "options": options.described(environment),
        "hide_common_options": bool(args["hide_common_options"]),
        "host_required": args["is_host_required"],
    }
    if "all_profiles" in args:
        described["all_profiles"] = args["all_profiles"]
    return described


def _user_class(environment: Environment, name: str, user_class: Any) -> dict[str, Any]:
    tasks = (environment.available_user_tasks or {}).get(name, user_class.tasks)
    return {
        "available_tasks": list(dict.fromkeys(task.__name__ for task in tasks)),
        **user_class.json(),
        "name": name,
    }
