"""User classes: construction, life and end of one user, and running one alone."""

import sys

from tests.kit.programs import both


def test_the_package_offers_locusts_names() -> None:
    """docs/contract/python-api.md §1: names of `locust`, sub-modules as attributes, `wait_time` an attribute only."""
    said = both("users/package.py")
    assert said[0].split()[:3] == ["FastHttpUser", "HttpLocust", "HttpUser"]
    assert said[1] == "2.47.0 locust.event locust.user.users locust.user.users locust.user.task"
    assert said[2:4] == ["True", "locust.contrib.fasthttp"]
    assert said[4:6] == ["locust.user.wait_time", "ModuleNotFoundError: No module named 'locust.wait_time'"]
    assert said[6:8] == ["2.47.0 (2, 47, 0) (2, 47, 0) None", "True"]
    assert said[8].startswith("ImportError: The Locust class has been renamed to User in version 1.0.")
    assert said[9].startswith("ImportError: The HttpLocust class has been renamed to HttpUser in version 1.0.")
    assert said[10:] == ["True", "gevent._gevent_cqueue"]


def test_runners_and_messages_are_of_the_kinds_that_suites_ask_for() -> None:
    """docs/contract/library.md §4: `isinstance` and `issubclass` hold."""
    assert both("users/runner_names.py") == ["True True", "True False", "<Message type:node>"]


def test_attributes_and_defaults_of_a_user_class() -> None:
    """docs/contract/python-api.md §3: class attributes, json() with weight repeats, fullname() without <locals>."""
    said = both("users/attributes.py")
    assert said[0] == "None 1 0 True None None [] None 0 True None {}"
    assert said[1].startswith(
        "{'host': 'http://h', 'weight': 1, 'fixed_count': 0, 'tasks': ['work', 'work']} __main__.outer.Made "
    )


def test_a_user_is_one_greenlet_that_carries_it() -> None:
    """docs/contract/python-api.md §3: the greenlet's args[0] is the user, getcurrent() in a task is user.greenlet."""
    said = both("users/one_greenlet.py")
    assert said == ["None True", "True True", "True", "True 1", "True 0"]


def test_a_user_is_made_by_the_greenlet_that_spawns_and_started_afterwards() -> None:
    """docs/contract/python-api.md §3 and surprise 7: __init__ in the spawning greenlet, on_start after the whole
    batch."""
    said = both("users/spawning.py")
    assert said == ["init True 1", "init True 1", "spawning_complete 2", "on_start", "on_start"]


def test_a_constructor_that_forgets_its_base_gets_a_hint() -> None:
    """docs/contract/python-api.md §3: missing super().__init__ -> AssertionError with a hint."""
    said = both("users/forgotten_base.py")
    assert said == [
        "AssertionError: Attribute 'environment' is missing on user Forgetful. Perhaps you defined your own __init__ "
        "and forgot to call the base constructor? (super().__init__(*args, **kwargs))"
    ]


def test_an_http_user_needs_a_host() -> None:
    """docs/contract/python-api.md §3: `host is None` raises StopTest; otherwise `client` has base_url and trust_env
    False."""
    said = both("users/no_host.py")
    assert said == [
        "StopTest: You must specify the base host. Either in the host attribute in the User class, "
        "or on the command line using the --host option.",
        "http://localhost:1 False True",
        "True True",
    ]


def test_errors_in_a_constructor_abort_the_ramp_and_stop_test_the_test() -> None:
    """docs/contract/python-api.md §4: an exception leaves the state "spawning"; StopTest logs and stops the test."""
    said = both("users/constructor_errors.py")
    begun = ["INFO locust.runners: Ramping to 2 users at a rate of 2.00 per second"]
    ended = ["ERROR locust.runners: enough", "WARNING locust.runners: Stopping Locust...", "test_stop"]
    assert said == [
        *begun,
        *ended,
        "stopped 0 1",
        *begun,
        *ended,
        "stopped 0 0",
        "False",
        "spawning 0 1",
        "True",
    ]


def test_a_failing_on_stop_or_one_that_works_is_waited_for() -> None:
    """docs/contract/python-api.md §4: on_stop runs during the kill and may take its time; test_stop waits for it."""
    said = both("users/on_stop.py")
    assert said == ["on_stop done cleanup waiting"] * 2 + ["test_stop 0"]


def test_a_user_can_stop_itself() -> None:
    """docs/contract/python-api.md §3: stop() while running returns False and ends after the task; force kills at
    once."""
    said = both("users/stops_itself.py")
    assert said == [
        "stop False",
        "rest of the task",
        "on_stop stopping",
        "on_stop running",
        "Tried to stop User in an unexpected state: stopping. This should never happen.",
    ]


def test_the_old_task_set_attribute_warns() -> None:
    """docs/contract/python-api.md §2: User with `task_set` attribute -> DeprecationWarning only."""
    said = both("users/old_task_set.py")
    assert said == [
        "('DeprecationWarning', 'Usage of User.task_set is deprecated since version 1.0. "
        "Set the tasks attribute instead (tasks = [TaskSet])') []"
    ]


def test_a_single_user_prints_a_line_for_each_request() -> None:
    """docs/contract/python-api.md §9, run_single_user: columns, widths, cut texts; events init and test_start only."""
    said = both("users/single/program.py", "--host", "http://given")
    rows = [
        f"GET\t{'n'.ljust(50)}\t13     \t{' ' * 9}\t",
        f"GET\t{'n' * 60}\t12     \tcaught   \t",
        f"LONGMETHOD\t{'m'.ljust(50)}\t1234567890\tValueError('{'v' * 488}\t",
        f"GET\t{'m'.ljust(50)}\t-1     \t'text'   \t",
    ]
    assert said == [
        "",
        f"type\t{'name'.ljust(50)}\tresp_ms\texception\t\t",
        "init None None program.py http://given True",
        "test_start None",
        *rows,
        "Alone http://given",
        "test_start None",
        *rows,
    ]


def test_a_single_user_can_show_time_length_and_context() -> None:
    """docs/contract/python-api.md §9, run_single_user: include_length, include_time, include_context."""
    said = both("users/single/columns.py")
    assert said[1] == f"{'time'.ljust(24)}\ttype\t{'name'.ljust(50)}\tresp_ms\tlength\texception\tcontext\t\t"
    assert said[-2:] == [
        f"2023-11-14 22:13:20.123456+00:00\tGET\t{'n'.ljust(50)}\t13     \t10\t{' ' * 9}\t{{'a': 1}}\t",
        f"2023-11-14 22:13:20+00:00\tGET\t{'n' * 60}\t12     \t10\tcaught   \t\t",
    ]


def test_rest_sends_and_parses_json() -> None:
    """docs/contract/http-client.md §6: headers added if missing, `.js`, `rest_` with its parameter and name."""
    said = both("users/rest/parsed.py")
    each = [
        "{'a': 1} 200",
        "GET /ok NoneType None",
        "['application/json', 'application/json', '']",
        "POST /echo NoneType None",
        "['application/json', 'text/plain', '']",
        "POST named NoneType None",
        "['application/json', 'application/json', '_=N']",
        "GET /echo?_=... NoneType None",
        "['application/json', 'application/json', 'a=b&_=N']",
        "GET named NoneType None",
    ]
    assert said == each * 2


def test_rest_names_the_authors_lines_where_an_attribute_is_missing() -> None:
    """docs/contract/http-client.md §6: no frame of ours behind the line that asked for the attribute."""
    said = both("users/rest/attributes.py")
    assert len(said) == 6
    for line in said:
        assert " has no attribute 'nonsense' at (rest), attributes.py:" in line, line
        assert line.endswith(' in <module>. Response was {"a": 1}'), line


def test_rest_words_what_went_wrong_in_the_block() -> None:
    """docs/contract/http-client.md §6: failure texts; control exceptions are swallowed, GreenletExit passes."""
    said = both("users/rest/program.py")
    assert len(said) == 20 and said[:10] == said[10:]
    assert said[0] == "None"
    assert said[1].startswith(
        "GET /missing CatchResponseError Could not parse response as JSON. nope, response code 404,"
    )
    assert said[2:6] == [
        "GET /page NoneType None",
        "GET /ok CatchResponseError not two",
        'GET /ok CatchResponseError not two, response was {"a": 1}',
        "GET /ok CatchResponseError Assertion failed",
    ]
    assert said[6].startswith("GET /ok CatchResponseError KeyError: 'b' at (rest), program.py:")
    assert said[6].endswith(' in <module>. Response was {"a": 1}')
    assert said[7].startswith("GET /ok CatchResponseError StopUser: swallowed at (rest), program.py:")
    assert said[8:10] == ["GET /ok CatchResponseError mine", "passed"]


def test_python_itself_is_the_one_that_runs_the_tests() -> None:
    """The comparison is worth something only if both tools run on one version of Python."""
    assert both("users/version.py") == [f"{sys.version_info[0]} {sys.version_info[1]}"]
