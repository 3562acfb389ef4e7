"""Event hooks: who is called, in which order, and what happens to those that raise."""

from tests.kit.snippets import both


def test_listeners_are_called_in_order_with_keywords_only() -> None:
    """docs/contract/events.md §1: add_listener returns f, twice means twice, removal takes the first, fire is keyword
    only."""
    said = both(
        """
        hook = EventHook()
        @hook.add_listener
        def one(**kwargs):
            print("one", kwargs)
        hook.add_listener(one)
        def two(**kwargs):
            print("two", kwargs)
        print(hook.add_listener(two) is two)
        hook.fire(a=1)
        hook.remove_listener(one)
        hook.fire(reverse=True, a=2)
        hook.remove_listener(one)
        attempt(lambda: hook.remove_listener(one))
        attempt(lambda: hook.fire(1))
        print(hook._handlers == [two])
        """
    )
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
    said = both(
        """
        hook = EventHook()
        def late():
            print("late")
        @hook.add_listener
        def first():
            print("first")
            hook.remove_listener(first)
            hook.add_listener(late)
        @hook.add_listener
        def second():
            print("second")
        hook.fire()
        hook.fire()
        """
    )
    assert said == ["first", "second", "second", "late"]


def test_a_failing_listener_is_logged_and_the_next_one_called() -> None:
    """docs/contract/events.md §1: ERROR on the root logger, the process-wide flag is set, wrong signatures included."""
    said = both(
        """
        import locust.log
        log_to_stdout()
        hook = EventHook()
        @hook.add_listener
        def failing(**kwargs):
            raise ValueError("no")
        @hook.add_listener
        def next_one(**kwargs):
            print("next", kwargs)
        print(locust.log.unhandled_greenlet_exception)
        hook.fire(a=1)
        print(locust.log.unhandled_greenlet_exception)
        hook.add_listener(lambda: None)
        hook.fire(a=2)
        """
    )
    error = "ERROR root: Uncaught exception in event handler: "
    assert said == ["False", error, "next {'a': 1}", "True", error, "next {'a': 2}", error]


def test_exceptions_that_steer_tasks_travel_on_and_skip_the_other_listeners() -> None:
    """docs/contract/events.md §1: StopUser, StopTest, RescheduleTask(Immediately), InterruptTaskSet and
    BaseException."""
    said = both(
        """
        import gevent
        for cls in (StopUser, StopTest, RescheduleTask, RescheduleTaskImmediately, InterruptTaskSet, SystemExit,
                    gevent.GreenletExit, KeyboardInterrupt):
            hook = EventHook()
            def raising():
                raise cls()
            hook.add_listener(raising)
            hook.add_listener(lambda: print("not skipped"))
            try:
                hook.fire()
                print("nothing raised")
            except BaseException as error:
                print(type(error).__name__)
        """
    )
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
    said = both(
        """
        hook = EventHook()
        @hook.add_listener
        def on_request(response_time, start_time, **kwargs):
            print(kwargs, response_time >= 0, abs(time.time() - start_time) < 10)
        with hook.measure("RPC", "get") as meta:
            print(sorted(meta))
        with hook.measure("RPC", "get", 5, {"a": 1}) as meta:
            meta["extra"] = 2
            meta["response_length"] = 7
            raise StopUser("swallowed")
        try:
            with hook.measure("RPC", "exit"):
                raise SystemExit(3)
        except SystemExit:
            print("SystemExit went through")
        """
    )
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
    said = both(
        """
        print(*vars(Events()), sep="\\n")
        class Mine(Events):
            text: "EventHook"
            real: EventHook
        print(list(vars(Mine())))
        class Bare(Events): pass
        print(len(vars(Bare())))
        attempt(lambda: events.request_success)
        """
    )
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
    said = both(
        """
        from locust.event import DeprecatedEventHook
        log_to_stdout()
        hook = DeprecatedEventHook("use the other one")
        hook.add_listener(lambda: print("called"))
        hook.fire()
        """
    )
    assert said == ["WARNING root: use the other one", "called"]


def test_an_early_listener_that_raises_keeps_a_request_out_of_the_figures() -> None:
    """docs/contract/events.md §4: registered before the runner -> never recorded; registered later -> recorded."""
    said = both(
        """
        class Once(User):
            wait_time = constant(9)
            @task
            def work(self):
                self.environment.events.request.fire(
                    request_type="X", name="x", response_time=1, response_length=1, exception=None, context={})
        def leave(**kwargs):
            raise StopUser()
        for early in (True, False):
            environment = Environment(user_classes=[Once])
            if early:
                environment.events.request.add_listener(leave)
            runner = environment.create_local_runner()
            if not early:
                environment.events.request.add_listener(leave)
            runner.start(1, 1)
            until(lambda: runner.state == "running" and runner.user_count == 0)
            print(early, runner.stats.num_requests)
            runner.quit()
        """
    )
    assert said == ["True 0", "False 1"]


def test_listeners_of_a_ramps_end_see_its_state_by_their_place() -> None:
    """docs/contract/events.md §4: an early listener sees "spawning", a late one "running" and reset stats."""
    said = both(
        """
        class Idle(User):
            wait_time = constant(9)
            @task
            def work(self):
                pass
        environment = Environment(user_classes=[Idle], reset_stats=True)
        log_to_stdout()
        environment.events.spawning_complete.add_listener(
            lambda user_count: print("early", runner.state, user_count, runner.stats.num_requests))
        runner = environment.create_local_runner()
        environment.events.spawning_complete.add_listener(
            lambda user_count: print("late", runner.state, user_count, runner.stats.num_requests))
        environment.events.test_start.add_listener(
            lambda environment: runner.stats.log_request("GET", "before", 1, 1))
        runner.start(1, 1)
        until(lambda: runner.state == "running")
        runner.quit()
        """
    )
    assert said == [
        "INFO locust.runners: Ramping to 1 users at a rate of 1.00 per second",
        'INFO locust.runners: All users spawned: {"Idle": 1} (1 total users)',
        "early spawning 1 1",
        "INFO locust.runners: Resetting stats",
        "late running 1 0",
    ]
