"""The report of a run as one web page: `--html`, `/stats/report`, and for suites `get_html_report`.

The page and its figures are native; what only Python knows of the run is handed over here.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from rlocust import _native

from . import stats
from .runners import STATE_STOPPED, STATE_STOPPING, MasterRunner
from .user.inspectuser import get_ratio
from .util.date import format_duration, format_utc_timestamp

if TYPE_CHECKING:
    from argparse import Namespace

    from .env import Environment

#: Where templates of ours lie.
DEFAULT_BUILD_PATH = os.path.join(os.path.dirname(__file__), "_web")
PERCENTILES_FOR_HTML_REPORT = [0.50, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0]


def get_html_report(environment: Environment, show_download_link: bool = True, theme: str = "") -> str:
    """The report as it stands now: one page that needs nothing else."""
    from ._web.server import settings_of

    runner = environment.runner
    if runner is None:
        raise ValueError("there is no report without a runner: make one with `environment.create_local_runner()`")
    args = json.dumps(report_args(environment), default=str)
    shown = "dark" if theme == "dark" else "light"
    return _native.html_report(runner._run, settings_of(environment), environment, args, shown, show_download_link)


def report_args(environment: Environment) -> dict[str, Any]:
    """What the report says beside the figures, under Locust's names."""
    sums = environment.stats
    ended = sums.last_request_timestamp or sums.start_time
    return {
        "locustfile": str(environment.locustfile),
        "host": str(_host(environment)),
        "profile": str(environment.profile) if environment.profile else None,
        "start_time": format_utc_timestamp(sums.start_time),
        "end_time": format_utc_timestamp(ended),
        "duration": format_duration(sums.start_time, ended),
        "tasks": _tasks(environment),
        "percentiles_to_chart": stats.PERCENTILES_TO_CHART,
        "percentiles_to_report": PERCENTILES_FOR_HTML_REPORT,
    }


def _host(environment: Environment) -> str | None:
    hosts = {user_class.host for user_class in environment.user_classes}
    host = environment.host or (hosts.pop() if len(hosts) == 1 else None)
    return _native.without_user_info(host) if host else host


def _tasks(environment: Environment) -> dict[str, Any]:
    """The shares of the users that run, or of those that ran when the test was stopped."""
    runner = environment.runner
    counts: dict[str, int] = {}
    if runner is not None and runner.state in (STATE_STOPPED, STATE_STOPPING):
        counts = runner.final_user_classes_count
    elif isinstance(runner, MasterRunner):
        counts = runner.reported_user_classes_count
    elif runner is not None:
        counts = runner.user_classes_count
    return task_ratios(environment, counts)


def task_ratios(environment: Environment, counts: dict[str, int]) -> dict[str, Any]:
    """The shares of classes and tasks, for so many users of each class."""
    counts = dict.fromkeys(environment.user_classes_by_name, 0) | counts
    return {
        "per_class": get_ratio(environment.user_classes, counts, False),
        "total": get_ratio(environment.user_classes, counts, True),
    }


def process_html_filename(options: Namespace) -> None:
    """Puts users, spawn rate and run time into the name of `--html`, for `{u}`, `{r}` and `{t}`."""
    for place, value in (("{u}", options.num_users), ("{r}", options.spawn_rate), ("{t}", options.run_time)):
        if value is not None:
            text = str(int(value)) if float(value).is_integer() else str(value)
            options.html_file = options.html_file.replace(place, text)


def render_template_from(file: str, build_path: str = DEFAULT_BUILD_PATH, **kwargs: Any) -> str:
    """A template of the web interface, or of the build in that folder, rendered by Jinja."""
    from jinja2 import Environment as Jinja

    from ._web.pages import page_loader

    return Jinja(loader=page_loader(build_path), autoescape=True).get_template(file).render(**kwargs)
