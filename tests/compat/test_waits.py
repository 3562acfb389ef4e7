"""Wait times: what the functions return, what they draw from, and when waiting goes wrong."""

from tests.kit.snippets import both, ours


def test_wait_times_draw_from_the_global_random() -> None:
    """docs/contract/python-api.md §6: `between` is a + random()*(b-a), `poisson` exponential with mean 1/r, seeds
    count."""
    said = both(
        """
        random.seed(1)
        print(between(2, 9)(None), poisson(2)(None))
        random.seed(1)
        print(2 + random.random() * 7, random.expovariate(2))
        print(constant(3)(None))
        """
    )
    assert said[0] == said[1]
    assert said[2] == "3"


def test_rates_that_are_not_positive_are_refused() -> None:
    """docs/contract/python-api.md §6: r <= 0 raises ValueError."""
    said = both("attempt(lambda: constant_throughput(0)); attempt(lambda: poisson(-1))")
    assert said == [
        "ValueError: constant_throughput() requires a positive rate, got: 0",
        "ValueError: poisson() requires a positive rate, got: -1",
    ]


def test_pacing_counts_from_construction_and_leaves_what_is_left() -> None:
    """docs/contract/python-api.md §6: wait = max(0, x - run), the first interval counts from object construction."""
    said = both(
        """
        class Paced(User):
            wait_time = constant_pacing(10)
        user = Paced(None)
        user._cp_last_run -= 4
        print(round(user.wait_time()), round(user._cp_last_wait_time))
        user._cp_last_run -= 19
        print(round(user.wait_time()))
        user._cp_last_run -= 30
        print(user.wait_time())
        Paced.wait_time = constant_throughput(0.1)
        user._cp_last_run -= 3
        print(round(user.wait_time()))
        """
    )
    assert said == ["6 6", "0", "0", "7"]


def test_a_task_set_with_a_wait_time_keeps_its_own_pace() -> None:
    """docs/contract/python-api.md §4: a `wait_time` on the TaskSet wins, and the bookkeeping lives on the TaskSet
    instance."""
    said = both(
        """
        class Inner(TaskSet):
            wait_time = constant_pacing(10)
        class Outer(User):
            wait_time = constant(5)
        user = Outer(None)
        inner = Inner(user)
        inner._cp_last_run -= 4
        print(round(inner.wait_time()), inner._cp_last_wait_time > 0, user._cp_last_wait_time)
        class Plain(TaskSet):
            pass
        print(Plain(user).wait_time())
        """
    )
    assert said == ["6 True 0", "5"]


def test_without_a_wait_time_the_old_bounds_count_and_without_these_it_is_an_error() -> None:
    """docs/contract/python-api.md §4: else randint(min_wait, max_wait)/1000 if both set, else MissingWaitTimeError."""
    said = both(
        """
        class Old(User):
            wait_time = None
            min_wait = 1000
            max_wait = 1000
        class Neither(User):
            wait_time = None
        class Set(TaskSet):
            pass
        attempt(Set(Old(None)).wait_time)
        attempt(Set(Neither(None)).wait_time)
        """
    )
    assert said == [
        "returned 1.0",
        "MissingWaitTimeError: You must define a wait_time method on either the "
        "{type(self.user).__name__} or {type(self).__name__} class",
    ]


def test_a_number_as_wait_time_ends_the_user_at_its_first_wait() -> None:
    """docs/contract/python-api.md §4: the handler waits again, which raises again; one `user_error`, no `on_stop`."""
    said = both(
        """
        class Numb(User):
            wait_time = 5
            @task
            def work(self):
                print("worked")
            def on_stop(self):
                print("on_stop")
        environment = Environment(user_classes=[Numb])
        @environment.events.user_error.add_listener
        def on_error(user_instance, exception, tb):
            print(type(user_instance).__name__, repr(exception))
        runner = environment.create_local_runner()
        runner.start(1, 1)
        until(lambda: runner.state == "running" and runner.user_count == 0)
        print(runner.user_count, [row["count"] for row in runner.exceptions.values()])
        runner.quit()
        """
    )
    assert said == ["worked", "DefaultTaskSet TypeError(\"'int' object is not callable\")", "0 [1]"]


def test_a_negative_wait_is_none_and_still_lets_others_run() -> None:
    """docs/contract/python-api.md §4: negative = 0; surprise 10: the default wait of 0 still yields."""
    said = both(
        """
        class Hasty(User):
            wait_time = constant(-1)
            rounds = 0
            @task
            def work(self):
                self.rounds += 1
                if self.rounds == 3:
                    raise StopUser()
        class Default(Hasty):
            wait_time = constant(0)
        for cls in (Hasty, Default):
            environment = Environment(user_classes=[cls])
            runner = environment.create_local_runner()
            users = runner.spawn_users({cls.__name__: 2})
            until(lambda: runner.user_count == 0)
            print([user.rounds for user in users])
            runner.quit()
        """
    )
    assert said == ["[3, 3]", "[3, 3]"]


def test_the_state_of_a_user_says_whether_it_waits() -> None:
    """docs/contract/python-api.md §3: None, then running, waiting only during `wait()`, stopping."""
    said = both(
        """
        class Watched(User):
            @task
            def work(self):
                print("task", self._state)
                if self.stop() is False:
                    print("told to stop", self._state)
                self.wait()
            def on_start(self):
                print("on_start", self._state)
            def on_stop(self):
                print("on_stop", self._state)
            def wait_time(self):
                print("wait_time", self._state)
                return 0
        environment = Environment(user_classes=[Watched])
        runner = environment.create_local_runner()
        user, = runner.spawn_users({"Watched": 1})
        print(user._state)
        until(lambda: runner.user_count == 0)
        print(user._state)
        runner.quit()
        """
    )
    assert said == ["None", "on_start running", "task running", "told to stop stopping", "on_stop stopping", "stopping"]


def test_waits_without_end_last_until_somebody_ends_them() -> None:
    """The timers have bounds; what lies beyond is a long wait, not an error."""
    said = both(
        """
        class Patient(User):
            def wait_time(self):
                return next(waits)
            @task
            def work(self):
                pass
            def on_stop(self):
                print("on_stop", self._state)
        longest = [1e9, 1e18, 1e300, float("inf"), 10**12]
        waits = iter(longest)
        environment = Environment(user_classes=[Patient])
        runner = environment.create_local_runner()
        runner.start(len(longest), 100)
        until(lambda: runner.user_count == len(longest))
        gevent.sleep(0.05)
        print(runner.user_count, [user.args[0]._state for user in runner.user_greenlets])
        runner.quit()
        print(runner.user_count, runner.exceptions)
        """
    )
    assert said == ["5 ['waiting', 'waiting', 'waiting', 'waiting', 'waiting']", *["on_stop waiting"] * 5, "0 {}"]


def test_a_wait_that_is_not_a_number_ends_its_user_with_an_error() -> None:
    """Under Locust it stops the clock of the whole process, which then has to be killed."""
    said = ours(
        """
        class Lost(User):
            def wait_time(self):
                return float("nan")
            @task
            def work(self):
                pass
        environment = Environment(user_classes=[Lost])
        environment.events.user_error.add_listener(lambda exception, **_: print(repr(exception)))
        runner = environment.create_local_runner()
        runner.start(1, 1)
        until(lambda: runner.state == "running" and not runner.user_count)
        runner.quit()
        """
    )
    assert said == ["ValueError('cannot wait for `nan` seconds')"]
