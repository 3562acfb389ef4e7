"""Statistics as people read them: console tables as lines, and printed on the console's logger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlocust import _native

from .. import stats as locust_stats

if TYPE_CHECKING:
    from collections.abc import Callable

    from .request_stats import RequestStats


def _is_ours(stats: RequestStats) -> bool:
    """Whether the engine may write a whole table by itself: nothing it would bypass was replaced."""
    return type(stats) is locust_stats.RequestStats and stats._native.is_plain


def widths() -> tuple[int, int]:
    """Of the columns of types and of names."""
    return locust_stats.STATS_TYPE_WIDTH, locust_stats.STATS_NAME_WIDTH


def get_stats_summary(stats: RequestStats, current: bool = True) -> list[str]:
    """The request table as lines, with current rates or those of the whole run."""
    if _is_ours(stats):
        return _native.render_requests(stats._native, current, widths())
    header, separator = _native.render_requests_head(widths())
    rows = [entry.to_string(current=current) for entry in locust_stats.sort_stats(stats.entries)]
    return [header, separator, *rows, separator, stats.total.to_string(current=current)]


def get_percentile_stats_summary(stats: RequestStats) -> list[str]:
    """The percentile table as lines."""
    percentiles = [float(percent) for percent in locust_stats.PERCENTILES_TO_REPORT]
    if _is_ours(stats):
        return _native.render_percentiles(stats._native, percentiles, widths())
    title, header, separator = _native.render_percentiles_head(percentiles, widths())
    rows = [entry.percentile() for entry in locust_stats.sort_stats(stats.entries) if entry.response_times]
    total = [stats.total.percentile()] if stats.total.response_times else []
    return [title, header, separator, *rows, separator, *total]


def get_error_report_summary(stats: RequestStats) -> list[str]:
    """The error report as lines."""
    rows = [(error.occurrences, error.to_name()) for error in stats.errors.values()]
    return _native.render_errors(rows, locust_stats.STATS_NAME_WIDTH)


def get_accounting_summary(stats: RequestStats) -> list[str]:
    """What Locust's tables do not show, in a few lines: samples that were cut or never reported, requests
    sent, why the engine did not send some, scheduling lag. Empty when there is nothing to report. (rlocust only.)"""
    return _native.render_accounting(stats._native)


def get_lag_warning(
    stats: RequestStats, user_seconds: float = 0.0, cores: _native.CoreMonitor | None = None
) -> str | None:
    """One sentence on what the scheduling lag of this run means and who causes it, where it is large beside the cycle
    of users, who have lived `user_seconds` all together. (rlocust only.)"""
    return _native.lag_warning(stats._native, user_seconds, cores)


def print_lag(stats: RequestStats) -> None:
    """Scheduling lag so far, below the request table. (rlocust only.)"""
    line = _native.render_lag(stats._native)
    if line:
        _print_lines([line, ""])


def _print_lines(lines: list[str]) -> None:
    for line in lines:
        locust_stats.console_logger.info(line)


def print_stats(stats: RequestStats, current: bool = True) -> None:
    _print_lines([*locust_stats.get_stats_summary(stats, current), ""])


def print_percentile_stats(stats: RequestStats) -> None:
    _print_lines([*locust_stats.get_percentile_stats_summary(stats), ""])


def print_error_report(stats: RequestStats) -> None:
    if stats.errors:
        _print_lines(locust_stats.get_error_report_summary(stats))


def print_streams(stats: RequestStats) -> None:
    """Figures of streamed answers, where there were any, after Locust's own tables. (rlocust only.)"""
    lines = _native.render_streams(stats._native, widths())
    if lines:
        _print_lines([*lines, ""])


def print_accounting(stats: RequestStats) -> None:
    """Printed after Locust's own tables. (rlocust only.)"""
    lines = locust_stats.get_accounting_summary(stats)
    if lines:
        _print_lines([*lines, ""])


def print_machines(lines: list[str]) -> None:
    """CPU and memory of the generator and of the target, where they were monitored. (rlocust only.)"""
    if lines:
        _print_lines([*lines, ""])


def stats_printer(stats: RequestStats) -> Callable[[], None]:
    """A function for a greenlet of its own: prints the request table every `CONSOLE_STATS_INTERVAL_SEC`."""

    def print_for_ever() -> None:
        try:
            while True:
                stats._native.hold_tick()  # one for both, and the one that files and pages show
                try:
                    locust_stats.print_stats(stats)
                    locust_stats.print_lag(stats)
                finally:
                    stats._native.release_tick()
                locust_stats.gevent.sleep(locust_stats.CONSOLE_STATS_INTERVAL_SEC)
        except KeyboardInterrupt as interrupt:
            locust_stats.logger.debug(interrupt, exc_info=True)

    return print_for_ever
