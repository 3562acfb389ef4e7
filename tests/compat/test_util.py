"""Small helpers and tables that suites import by Locust's names."""

from tests.kit.snippets import both


def test_helpers_answer_as_locusts() -> None:
    """docs/contract/python-api.md §1 and §15: locust.util.* (timespan, date, url, cache, directory,
    exception_handler)."""
    said = both(
        """
        from locust.util.timespan import parse_timespan
        from locust.util.date import format_duration, format_safe_timestamp, format_utc_timestamp
        from locust.util.url import is_url
        from locust.util.cache import memoize
        from locust.util.directory import get_abspaths_in
        from locust.util.exception_handler import retry
        import os, tempfile
        for text in ("20", "20s", "3m", "2h", "1h20m", "3h30m10s", "", "s", "5x", "-3", "1d", " 5", "5s10m", "1.5s"):
            attempt(lambda: parse_timespan(text))
        for start, end in ((0, 0), (0, 1), (0, 60), (0, 3661), (0, 3600), (0, 90061), (0, 59.9), (0, 7200), (0, 3605)):
            print(format_duration(start, end))
        print(format_utc_timestamp(1700000000.9), len(format_safe_timestamp(1700000000)))
        print([is_url(text) for text in ("http://a", "HTTPS://a/b", "a.py", "ftp://a", "http:/a", "http://", "//a/b")])
        calls = []
        @memoize(timeout=60)
        def cached():
            calls.append(1)
            return len(calls)
        print(cached(), cached(), cached.__name__)
        cached.clear_cache()
        print(cached())
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(os.path.join(folder, "sub"))
            for name in ("a.py", "_b.py", "c.txt", os.path.join("sub", "d.py"), os.path.join("sub", "_e.py")):
                open(os.path.join(folder, name), "w").close()
            print(sorted(os.path.relpath(path, folder) for path in get_abspaths_in(folder, extension=".py")))
        log_to_stdout()
        @retry(delays=(0, 0), exception=ValueError)
        def failing():
            raise ValueError("again")
        attempt(failing)
        """
    )
    assert said[:6] == [f"returned {seconds}" for seconds in (20, 20, 180, 7200, 4800, 12610)]
    assert said[6] == "ValueError: Invalid time span format"
    assert len({line for line in said[7:14]}) == 1
    assert said[14:20] == ["0 seconds", "1 second", "1 minute", "1 hour, 1 minute and 1 second", "1 hour", said[19]]
    assert said[19] == "1 day, 1 hour, 1 minute and 1 second"
    assert said[23:] == [
        "2023-11-14T22:13:20Z 16",
        "[True, True, False, False, False, False, False]",
        "1 1 cached",
        "2",
        "['a.py', 'sub/d.py']",
        *["INFO locust.util.exception_handler: Exception found on retry 1: -- retry after 0s"],
        "ERROR locust.util.exception_handler: again",
        "INFO locust.util.exception_handler: Exception found on retry 2: -- retry after 0s",
        "ERROR locust.util.exception_handler: again",
        "INFO locust.util.exception_handler: Retry failed after 2 times.",
        "ValueError: again",
    ]


def test_the_task_ratio_is_reported_as_table_and_json() -> None:
    """docs/contract/cli.md §7: indentation, widths, fixed counts first, users by weight and rounded."""
    said = both(
        """
        import json
        from locust.user.inspectuser import _calc_distribution, get_ratio, print_task_ratio, print_task_ratio_json
        class A(User):
            @task(3)
            def a(self): pass
            @task
            class Set(TaskSet):
                @task(2)
                def x(self): pass
                @task
                def y(self): pass
        class B(User):
            weight = 2
            @task
            def b(self): pass
        class Fixed(User):
            fixed_count = 2
            @task
            def f(self): pass
        for total in (False, True):
            print_task_ratio([A, Fixed, B], 7, total)
        print_task_ratio_json([A, B], 7)
        print(get_ratio([A, B], {"A": 1, "B": 3}, True))
        print(get_ratio([A, B], {"A": 0, "B": 0}, False)["A"]["ratio"])
        cases = ([A, B, Fixed], 7), ([A, B, Fixed], None), ([A, B], None), ([A, B, Fixed], 1), ([A, B], 1)
        for classes, users in cases:
            print(_calc_distribution(classes, users))
        """
    )
    assert said[0] == " 28.6       A                                                 "
    assert said[1] == "   75.0       a                                               "
    assert said[-5:] == [
        "{'A': 2, 'B': 3, 'Fixed': 2}",
        "{'A': 0, 'B': 0, 'Fixed': 2}",
        "{'A': 1, 'B': 2}",
        "{'A': 0, 'B': 0, 'Fixed': 2}",
        "{'A': 0, 'B': 1}",
    ]
