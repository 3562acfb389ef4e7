"""Event hooks: who is called, in which order, and what happens to those that raise."""

from tests.kit.programs import both
from tests.kit.targets import Target


def test_listeners_are_called_in_order_with_keywords_only() -> None:
    """docs/contract/events.md §1: add_listener returns f, twice means twice, removal takes the first, fire is keyword
    only."""
    said = both("events/order.py")
    assert said == [
        "True",
        "one {'a': 1}",
        "one {'a': 1}",
        "two {'a': 1}",
        "two {'a': 2}",
        "one {'a': 2}",
        "ValueError: list.remove(x): x not in list",
        "TypeError: EventHook.fire() takes 1 positional argument but 2 were given",
        "True",
    ]


def test_listeners_may_come_and_go_while_an_event_is_fired() -> None:
    """docs/contract/events.md §1: iterates over a copy; one added during a fire is not called in that fire."""
    said = both("events/come_and_go.py")
    assert said == ["first", "second", "second", "late"]


def test_a_failing_listener_is_logged_and_the_next_one_called() -> None:
    """docs/contract/events.md §1: ERROR on the root logger, the process-wide flag is set, wrong signatures included."""
    said = both("events/failing.py")
    error = "ERROR root: Uncaught exception in event handler: "
    assert said == ["False", error, "next {'a': 1}", "True", error, "next {'a': 2}", error]


def test_exceptions_that_steer_tasks_travel_on_and_skip_the_other_listeners() -> None:
    """docs/contract/events.md §1: StopUser, StopTest, RescheduleTask(Immediately), InterruptTaskSet and
    BaseException."""
    said = both("events/steering.py")
    assert said == [
        "StopUser",
        "StopTest",
        "RescheduleTask",
        "RescheduleTaskImmediately",
        "InterruptTaskSet",
        "SystemExit",
        "GreenletExit",
        "KeyboardInterrupt",
    ]


def test_measure_fires_with_what_the_block_left() -> None:
    """docs/contract/events.md §1: the mutable dict, response_time added, every Exception swallowed and kept."""
    said = both("events/measure.py")
    assert said == [
        "['context', 'exception', 'name', 'request_type', 'response_length', 'start_time']",
        "{'request_type': 'RPC', 'name': 'get', 'response_length': 0, 'context': {}, 'exception': None} True True",
        "{'request_type': 'RPC', 'name': 'get', 'response_length': 7, 'context': {'a': 1}, "
        "'exception': StopUser('swallowed'), 'extra': 2} True True",
        "{'request_type': 'RPC', 'name': 'exit', 'response_length': 0, 'context': {}, 'exception': None} True True",
        "SystemExit went through",
    ]


def test_the_hooks_of_a_run_are_those_of_the_exact_class() -> None:
    """docs/contract/events.md §1 and §2: the names of all hooks; a subclass gets those of its own string annotations
    only."""
    said = both("events/hooks.py")
    assert said == [
        "request",
        "user_error",
        "report_to_master",
        "worker_report",
        "worker_connect",
        "spawning_complete",
        "quitting",
        "quit",
        "init",
        "init_command_line_parser",
        "test_start",
        "test_stopping",
        "test_stop",
        "reset_stats",
        "cpu_warning",
        "heartbeat_sent",
        "heartbeat_received",
        "usage_monitor",
        "['text']",
        "18",
        "AttributeError: 'Events' object has no attribute 'request_success'",
    ]


def test_a_deprecated_hook_warns_those_who_listen() -> None:
    """docs/contract/events.md §1: logs the message as warning on add_listener."""
    said = both("events/deprecated.py")
    assert said == ["WARNING root: use the other one", "called"]


def test_an_early_listener_that_raises_keeps_a_request_out_of_the_figures() -> None:
    """docs/contract/events.md §4: registered before the runner -> never recorded; registered later -> recorded."""
    said = both("events/early_listener.py")
    assert said == ["True 0", "False 1"]


def test_listeners_of_a_ramps_end_see_its_state_by_their_place() -> None:
    """docs/contract/events.md §4: an early listener sees "spawning", a late one "running" and reset stats."""
    said = both("events/end_of_ramp.py")
    assert said == [
        "INFO locust.runners: Ramping to 1 users at a rate of 1.00 per second",
        'INFO locust.runners: All users spawned: {"Idle": 1} (1 total users)',
        "early spawning 1 1",
        "INFO locust.runners: Resetting stats",
        "late running 1 0",
    ]


def test_a_fire_of_the_suites_own_is_called_for_every_request(demo: Target) -> None:
    """docs/contract/events.md §1: `fire` is looked up on the hook at each request, by both clients."""
    said = both("events/own_fire.py", demo.url)
    assert said == 2 * [
        "instance /text",
        "instance failing",
        "on the hook 2 1",
        "subclass /text",
        "subclass failing",
        "in a subclass 2 1",
        "class /text",
        "class failing",
        "in the class 2 1",
        "nowhere 2 1",
    ]
