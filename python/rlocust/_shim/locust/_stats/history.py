"""The history that charts are drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import stats as locust_stats

if TYPE_CHECKING:
    from ..runners import Runner


def update_stats_history(runner: Runner, timestamp: str | None = None) -> None:
    """Append the current figures to the history that charts are drawn from."""
    total = runner.stats.total
    time_of_point = timestamp or locust_stats.format_utc_timestamp(locust_stats.time.time())
    figures: dict[str, Any] = {
        f"response_time_percentile_{percent}": total.get_current_response_time_percentile(percent) or 0
        for percent in locust_stats.PERCENTILES_TO_CHART
    }
    figures["current_rps"] = total.current_rps or 0
    figures["current_fail_per_sec"] = total.current_fail_per_sec or 0
    figures["total_avg_response_time"] = locust_stats.proper_round(total.avg_response_time, digits=2)
    figures["user_count"] = runner.user_count or 0
    point: dict[str, Any] = {name: [time_of_point, value] for name, value in figures.items()}
    point["time"] = time_of_point
    history = runner.stats.history
    history.append(point)
    if len(history) > locust_stats._MOST_POINTS:
        # A coarser past, the run as a whole: every second point of the older half goes.
        del history[1 : locust_stats._MOST_POINTS // 2 : 2]


def stats_history(runner: Runner) -> None:
    """For a greenlet of its own: a point of the history every `HISTORY_STATS_INTERVAL_SEC` while a test runs."""
    from ..runners import STATE_INIT, STATE_STOPPED

    try:
        while runner.stats.total.use_response_times_cache:
            if runner.state not in (STATE_INIT, STATE_STOPPED):
                locust_stats.update_stats_history(runner)
            locust_stats.gevent.sleep(locust_stats.HISTORY_STATS_INTERVAL_SEC)
    except KeyboardInterrupt as interrupt:
        locust_stats.logger.debug(interrupt, exc_info=True)
