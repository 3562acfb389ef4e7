"""Tests whose subject is time, CPU or memory carry the mark `clock`: they run alone, after the others, best of three.

A repetition is shown as it happens; the end of the output lists each test that needed one, with what it measured.
Every other test is run once: what fails once is a finding.
"""

import pytest

REPETITIONS = 2


def repeat_clock_tests(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without the plug-in they run once: sessions of other tests leave it out, as the thread that it starts there makes
    gevent's patching hang."""
    if not config.pluginmanager.hasplugin("rerunfailures"):
        return
    for item in items:
        if item.get_closest_marker("clock"):
            item.add_marker(pytest.mark.flaky(reruns=REPETITIONS))


def list_repeated(reporter: pytest.TerminalReporter) -> None:
    repeated = reporter.stats.get("rerun", [])
    if not repeated:
        return
    reporter.section("clock tests that needed a repetition")
    for report in repeated:
        reporter.line(f"{report.nodeid}\n    {_last_words(report)}")


def _last_words(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(crash.message if crash else report.longrepr).replace("\n", "\n    ")
