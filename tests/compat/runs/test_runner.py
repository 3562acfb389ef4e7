"""The local runner and its environment: ramps, states, events, log lines, stopping, shapes and messages."""

from tests.kit.programs import both, ours


def test_an_environment_holds_what_it_is_given() -> None:
    """docs/contract/library.md §2: attributes and defaults, own Events, stop_timeout from the options, keyword only."""
    said = both("environment/attributes.py")
    assert said == [
        "None None None [] None None None None False 0.0 True None None None None None None {} None {}",
        "False RequestStats UsersDispatcher",
        "5.0",
        "True",
        "TypeError: Environment.__init__() takes 1 positional argument but 2 were given",
    ]


def test_an_environment_refuses_what_cannot_run() -> None:
    """docs/contract/python-api.md §8, "Construction": weight 0 is dropped in place, equal names, shapes as classes."""
    said = both("environment/refusals.py")
    assert said == [
        "True ['Idle', 'Fixed']",
        "ValueError: There are no users with weight > 0.",
        "ValueError: The following user classes have the same class name: __main__.Idle, __main__.Idle",
        "ValueError: shape_class should be instance of LoadTestShape or subclass LoadTestShape, but got: 3",
        "TypeError: Can't instantiate abstract class Shape with abstract method tick",
        "True False False",
        "True True",
    ]


def test_an_environment_edits_user_classes() -> None:
    """docs/contract/python-api.md §8: update_user_class, assign_equal_weights, update_worker_logs."""
    said = both("environment/edits.py")
    assert said == ["http://h 2 ['g', 'g']", "1 ['f', 'g']", "KeyError: 'Unknown'", "{'w': ['line']}"]


def test_what_workers_have_logged_has_a_limit() -> None:
    """Under Locust all of it stays. The newest lines of each are kept, long ones are cut."""
    assert ours("environment/worker_logs.py") == ["500 100  599  True …", "1000 False False", "True", "{True}"]


def test_a_new_runner_has_locusts_attributes() -> None:
    """docs/contract/library.md §4: common attributes, what LocalRunner adds, constants."""
    said = both("environment/runner.py")
    assert said[0] == "ready 0 {'Idle': 0, 'Other': 0} 0 {} True {} {} {}"
    assert said[1] == "None None None 0.0 0 False False"
    assert said[2] == "False Group 1 0 1 True"
    assert said[4] == "ready spawning running cleanup stopping stopped missing"
    assert said[5] == "3.0 10 10.0 90 1 3 -60 60 5 5 60"


def test_a_ramp_logs_and_fires_in_locusts_order() -> None:
    """docs/contract/events.md §5.1, docs/contract/outputs.md §2, docs/contract/python-api.md §8: states and lines of
    start, ramp, stop."""
    said = both("runner/ramp.py")
    assert said == [
        "started ready 0",
        "test_start ['environment'] ready 0",
        "INFO locust.runners: Ramping to 3 users at a rate of 10.00 per second",
        'INFO locust.runners: All users spawned: {"Idle": 1, "Other": 2} (3 total users)',
        "spawning_complete ['user_count'] spawning 3",
        "{'Idle': 1, 'Other': 2} 3 {'Idle': 1, 'Other': 2}",
        "INFO locust.runners: Ramping to 1 users at a rate of 10.00 per second",
        'INFO locust.runners: All users spawned: {"Idle": 0, "Other": 1} (1 total users)',
        "spawning_complete ['user_count'] spawning 1",
        "INFO locust.runners: Ramping to 1 users at a rate of 10.00 per second",
        'INFO locust.runners: All users spawned: {"Idle": 0, "Other": 1} (1 total users)',
        "spawning_complete ['user_count'] spawning 1",
        "test_stopping ['environment'] running 1",
        "test_stop ['environment'] stopped 0",
        "stopped stopped {'Idle': 0, 'Other': 1}",
        "test_start ['environment'] stopped 0",
        "INFO locust.runners: Ramping to 1 users at a rate of 1.00 per second",
        said[17],
        "spawning_complete ['user_count'] spawning 1",
        "test_stopping ['environment'] running 1",
        "test_stop ['environment'] stopped 0",
        "quit stopped 0",
    ]
    assert said[17].startswith("INFO locust.runners: All users spawned: ")


def test_errors_of_start_show_only_in_a_dead_greenlet() -> None:
    """docs/contract/library.md §4, start: nothing reaches the caller; docs/contract/python-api.md: spawn_rate > 100
    warns."""
    said = both("runner/errors_of_start.py")
    critical = "CRITICAL locust.runners Unhandled exception in greenlet:"
    assert said == [
        "WARNING locust.runners Your selected spawn rate is very",
        "(1, 101) running 1 NoneType",
        critical,
        "(-1, 1) spawning 1 ValueError",
        critical,
        "(1, 0) spawning 1 ValueError",
        critical,
        "(9, 1, True) spawning 1 ValueError",
    ]


def test_the_host_of_the_environment_is_written_onto_the_classes() -> None:
    """docs/contract/python-api.md §8, start, and surprise 8."""
    said = both("runner/host.py")
    assert said == ["http://own", "http://given http://given http://given"]


def test_users_that_ended_in_a_ramp_are_made_up_for_but_not_afterwards() -> None:
    """docs/contract/python-api.md §4, StopUser: the runner does not replace a user; a ramp spawns up to its target."""
    said = both("runner/made_up_for.py")
    assert said == ["6"]


def test_users_can_be_spawned_and_stopped_past_the_dispatcher() -> None:
    """docs/contract/library.md §4: spawn_users returns instances before they run, stop_users takes as many as asked."""
    said = both("runner/past_the_dispatcher.py")
    assert said == [
        "['Idle', 'Idle', 'Other'] [None, None, None] spawning",
        "{'Idle': 1, 'Other': 1}",
        "INFO locust.runners: All users stopped",
        "1 0",
    ]


def test_with_a_stop_timeout_running_users_finish_the_task_in_hand() -> None:
    """docs/contract/python-api.md §4, "Kill semantics": waiting users go at once, running ones after the task."""
    said = both("stopping/task_in_hand.py")
    assert said == [
        "Set.on_stop 1",
        "on_stop 1 waiting",
        "task done stopping",
        "Set.on_stop 2",
        "on_stop 2 stopping",
        "test_stop 0",
    ]


def test_after_the_stop_timeout_the_rest_is_killed_and_said() -> None:
    """docs/contract/outputs.md §2: `Not all users finished their tasks & terminated in 0.1 seconds. Stopping
    them...`"""
    said = both("stopping/killed.py")
    assert said == [
        "INFO locust.runners: Not all users finished their tasks & terminated in 0.1 seconds. Stopping them...",
        "killed stopping",
        "on_stop",
        "0",
        "killed running",
        "on_stop",
    ]


def test_users_that_are_stopped_right_after_they_were_spawned_have_begun() -> None:
    """docs/contract/library.md §4: past the dispatcher, too, a user runs until it is stopped."""
    said = both("stopping/just_spawned.py")
    begun = ["on_start", "task"] * 3
    assert f"stop_users None {begun + ['on_stop'] * 3} 0" in said, said


def test_quit_in_a_task_ends_the_test_before_its_own_user() -> None:
    """docs/contract/events.md §5.3: test_stopping, test_stop (the caller still counts), the caller's on_stop, no
    more."""
    said = both("stopping/quit_in_task.py")
    assert said == ["quit", "test_stopping", "test_stop 1", "on_stop stopped"]


def test_quit_in_a_task_ends_a_run_of_many_users_too() -> None:
    """docs/contract/differences.md, `runner.quit()` inside a task: Locust's run never ends, ours does."""
    said = ours("stopping/quit_of_many.py")
    assert said == ["test_stop 1", "second listener", "['cleanup', 'cleanup', 'cleanup', 'cleanup', 'stopped']"]


def test_stop_in_a_task_lets_it_go_on_to_its_next_pause() -> None:
    """docs/contract/python-api.md §4: the on_stop of a user that called stop() itself runs after test_stop fired."""
    said = both("stopping/stop_in_task.py")
    assert said == ["test_stop", "after stop", "on_stop"]


def test_quit_in_a_test_start_listener_starts_no_users() -> None:
    """docs/contract/events.md §5.3: test_stop fires, no users are created (Locust: only when the process shuts
    down)."""
    said = ours("stopping/quit_at_start.py")
    assert said == ["test_stop 0", "0"]


def test_two_stops_at_once_are_one() -> None:
    """docs/contract/differences.md, signals: events once; the second caller waits for the first."""
    said = ours("stopping/two_stops.py")
    assert said == ["test_stopping", "on_stop", "test_stop", "stopped stopped", "stopped stopped", "ended"]


def test_equal_tracebacks_are_one_row_of_exceptions() -> None:
    """docs/contract/python-api.md §8: `exceptions` by hash of the traceback's text; cleared at the next start."""
    said = both("runner/exceptions.py")
    assert said == [
        "3 message 1 {'local'} True True",
        "[(4, 'message 1', ['local', 'node']), (1, 'other', ['node'])]",
        "{}",
    ]


def test_messages_to_oneself_are_delivered_at_once() -> None:
    """docs/contract/python-api.md §8, send_message Local: synchronous, node_id "local", exceptions reach the caller."""
    said = both("runner/messages.py")
    assert said == [
        "True <Message greeting:local> greeting {'a': 1} local",
        "True <Message greeting:local> greeting None local",
        "ValueError: no data",
        "WARNING locust.runners: Unknown message type received: unknown",
        "Exception: Tried to register listener method for greeting, but it already had a listener!",
    ]


def test_a_shape_leads_the_runner_and_ends_the_test() -> None:
    """docs/contract/python-api.md §7: compared by !=, unchanged means nothing, None stops (headless: quits)."""
    said = both("runner/shape.py")
    run = [
        "True 0",
        "INFO locust.runners: Shape test starting.",
        "INFO locust.runners: There is an ongoing shape test running. Editing is disabled",
        "INFO locust.runners: Shape worker starting",
        "INFO locust.runners: Shape test updating to 2 users at 10.00 spawn rate",
        "INFO locust.runners: Ramping to 2 users at a rate of 10.00 per second",
        'INFO locust.runners: All users spawned: {"Idle": 2} (2 total users)',
        "INFO locust.runners: Shape test updating to 1 users at 10.00 spawn rate",
        "INFO locust.runners: Ramping to 1 users at a rate of 10.00 per second",
        'INFO locust.runners: All users spawned: {"Idle": 1} (1 total users)',
        "INFO locust.runners: Shape test stopping",
        "test_stop 4",
    ]
    assert said == [*run, "stopped 1 True", *run, "stopped 0 True"]


def test_a_shape_that_fails_leaves_the_users_alone() -> None:
    """docs/contract/python-api.md §7: the greenlet dies, CRITICAL log, no more ticks, the test keeps its users."""
    said = both("runner/failing_shape.py")
    assert said[0].startswith("CRITICAL locust.runners Unhandled exception in")
    assert said[1:] == ["running 1 2"]


def test_the_monitor_watches_the_thread_of_the_script_only() -> None:
    """docs/contract/differences.md, CPU warning; docs/contract/events.md §2: usage_monitor each interval, cpu_warning,
    one log line."""
    said = ours("runner/monitor.py")
    assert said[:2] == ["['cpu_usage', 'environment', 'memory_usage'] True True []", "[] True"]
    assert [line for line in said[2:] if line.startswith("WARNING root: CPU usage above 5%!")] == said[2:3]
    assert "['cpu_usage', 'environment'] True" in said
    assert said[-1].startswith("WARNING locust.runners: CPU usage was too high at some point during the test!")
