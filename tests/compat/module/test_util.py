"""Small helpers and tables that suites import by Locust's names."""

from tests.kit.programs import both


def test_helpers_answer_as_locusts() -> None:
    """docs/contract/python-api.md §1 and §15: locust.util.* (timespan, date, url, cache, directory,
    exception_handler)."""
    said = both("util/helpers_of_locust.py")
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
    said = both("util/task_ratio.py")
    assert said[0] == " 28.6       A                                                 "
    assert said[1] == "   75.0       a                                               "
    assert said[-5:] == [
        "{'A': 2, 'B': 3, 'Fixed': 2}",
        "{'A': 0, 'B': 0, 'Fixed': 2}",
        "{'A': 1, 'B': 2}",
        "{'A': 0, 'B': 0, 'Fixed': 2}",
        "{'A': 0, 'B': 1}",
    ]


def test_private_parts_that_suites_call_take_and_give_what_locusts_do() -> None:
    """docs/contract/python-api.md §1, `locust.argument_parser`: the options, before any file is looked for."""
    said = both("util/parts_of_locust.py")
    assert said[0].startswith("Namespace [('config', None), ('help', False), ('locustfile', 'a.py,b.py'), ")
    assert said[2:] == ["[True, True]", "404", "404", "0", "0", "0"]
