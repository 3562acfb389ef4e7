"""The reading of a run drops what may vary and nothing else."""

from pathlib import Path

from tests.differential.lab.outcome import own_frames_only, reduce, report_line
from tests.kit.tools import Run

STDERR = """\
[2026-11-21 05:03:51,148] HOST/INFO/locust.main: Starting Locust 2.47.0
[2026-11-21 05:03:51,150] HOST/ERROR/locust.user.task: no
Traceback (most recent call last):
  File "/somewhere/locust/user/task.py", line 363, in run
    self.execute_next_task()
  File "/suite/file.py", line 3, in work
    raise ValueError("no")
    ^^^^^^^^^^^^^^^^^^^^^^
ValueError: no

Traceback (most recent call last):
  File "/somewhere/gevent/greenlet.py", line 1, in run
    inner()
KeyError: 'x'
2026-11-21T05:03:52Z <Greenlet at 0x7f8a79625c60: run_user(<file.Visitor object at 0x7f8a796)> failed with KeyError

[2026-11-21 05:03:53,148] HOST/INFO/locust.main: Shutting down (exit code 1)
Type     Name                                                                          # reqs      # fails |    Avg
"""


def test_a_run_falls_into_its_sections():
    outcome = reduce(Run(1, "said 4711\n", STDERR), {"http": 4711}, Path("/suite"))
    assert outcome["exit_code"] == ["1"]
    assert outcome["stdout"] == ["said HTTP_PORT"]
    assert outcome["bare"] == []
    assert [record.split("\n")[0] for record in outcome["log"]] == [
        "INFO/locust.main: Starting Locust 2.47.0",
        "ERROR/locust.user.task: no",
        "INFO/locust.main: Shutting down (exit code 1)",
    ]
    assert outcome["log"][1].endswith("ValueError: no\n")
    assert "execute_next_task" not in outcome["log"][1]
    assert 'File "HOME/file.py", line 3, in work' in outcome["log"][1]
    assert outcome["failed"][0].endswith("> failed with KeyError")
    assert len(outcome["report"]) == 1


def test_an_exception_chain_keeps_only_links_seen_in_the_suite():
    chain = [
        "Traceback (most recent call last):",
        '  File "/lib/urllib3/connection.py", line 1, in connect',
        "    raise error",
        "OSError: low",
        "",
        "During handling of the above exception, another exception occurred:",
        "",
        "Traceback (most recent call last):",
        '  File "HOME/file.py", line 1, in work',
        "    client.get()",
        "ValueError: high",
    ]
    assert own_frames_only(chain) == chain[7:]


def test_a_row_keeps_its_counts_and_loses_its_times():
    row = "GET      /a|b                      3     0(0.00%) |      2       1       5      3 |    0.50        0.00"
    assert report_line(row) == "GET      /a|b                      3     0(0.00%) |"
    percentiles = "GET      /1 2   " + " ".join(str(n) for n in range(5, 16)) + "     25"
    assert report_line(percentiles) == "GET      /1 2 … 25"
    assert report_line("1                  GET /a: Error('1 2')   ") == "1                  GET /a: Error('1 2')   "
