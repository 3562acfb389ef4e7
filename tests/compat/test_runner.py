"""The local runner and its environment: ramps, states, events, log lines, stopping, shapes and messages."""

from tests.kit.snippets import both, ours

IDLE = """
class Idle(User):
    wait_time = constant(30)
    @task
    def work(self): pass

class Other(Idle):
    weight = 2

def all_wait(runner):
    return all(greenlet.args[0]._state == "waiting" for greenlet in runner.user_greenlets)

"""


def test_an_environment_holds_what_it_is_given() -> None:
    """docs/contract/library.md §2: attributes and defaults, own Events, stop_timeout from the options, keyword only."""
    said = both(
        """
        from argparse import Namespace
        environment = Environment()
        print(environment.runner, environment.web_ui, environment.process_exit_code, environment.user_classes,
              environment.shape_class, environment.tags, environment.exclude_tags, environment.host,
              environment.reset_stats, environment.stop_timeout, environment.catch_exceptions, environment.locustfile,
              environment.parsed_options, environment.parsed_locustfiles, environment.available_user_classes,
              environment.available_shape_classes, environment.available_user_tasks, environment.worker_logs,
              environment.profile, environment.user_classes_by_name)
        print(environment.events is events, type(environment.stats).__name__, environment.dispatcher_class.__name__)
        print(Environment(parsed_options=Namespace(stop_timeout="5")).stop_timeout)
        print(Environment(parsed_options=Namespace(stop_timeout=5), stop_timeout=0, events=events).events is events)
        attempt(lambda: Environment([User]))
        """
    )
    assert said == [
        "None None None [] None None None None False 0.0 True None None None None None None {} None {}",
        "False RequestStats UsersDispatcher",
        "5.0",
        "True",
        "TypeError: Environment.__init__() takes 1 positional argument but 2 were given",
    ]


def test_an_environment_refuses_what_cannot_run() -> None:
    """docs/contract/python-api.md §8, "Construction": weight 0 is dropped in place, equal names, shapes as classes."""
    said = both(
        IDLE
        + """
class Never(User):
    weight = 0
class Fixed(Idle):
    weight = 0
    fixed_count = 1
classes = [Never, Idle, Fixed]
print(Environment(user_classes=classes).user_classes is classes, names(classes))
attempt(lambda: Environment(user_classes=[Never]))
attempt(lambda: Environment(user_classes=[Idle, Idle]))
attempt(lambda: Environment(shape_class=3))
class Shape(LoadTestShape):
    pass
attempt(lambda: Shape())
print(LoadTestShape.abstract, Shape.abstract, Shape.use_common_options)
environment = Environment(user_classes=[Idle])
runner = environment.create_local_runner()
try:
    environment.create_local_runner()
except RunnerAlreadyExistsError as error:
    print("already exists" in str(error), environment.runner is runner)
"""
    )
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
    said = both(
        """
        def f(user): pass
        def g(user): pass
        class Inner(TaskSet):
            tasks = [f, f]
        class Edited(User):
            tasks = [Inner, f, g, g]
            weight = 4
        environment = Environment(user_classes=[Edited], available_user_classes={"Edited": Edited},
                                  available_user_tasks={"Edited": list(Edited.tasks)})
        environment.update_user_class({"user_class_name": "Edited", "host": "http://h", "weight": 2, "tasks": ["g"]})
        print(Edited.host, Edited.weight, names(Edited.tasks))
        Edited.tasks = [Inner, f, g, g]
        environment.assign_equal_weights()
        print(Edited.weight, sorted(names(Edited.tasks)))
        attempt(lambda: environment.update_user_class({"user_class_name": "Unknown"}))
        environment.update_worker_logs({"worker_id": "w", "logs": ["line"]})
        environment.update_worker_logs({"worker_id": None, "logs": ["line"]})
        print(environment.worker_logs)
        """
    )
    assert said == ["http://h 2 ['g', 'g']", "1 ['f', 'g']", "KeyError: 'Unknown'", "{'w': ['line']}"]


def test_a_new_runner_has_locusts_attributes() -> None:
    """docs/contract/library.md §4: common attributes, what LocalRunner adds, constants."""
    said = both(
        IDLE
        + """
import locust.runners, re
from locust.runners import *
from locust import runners
environment = Environment(user_classes=[Idle, Other])
runner = environment.create_local_runner()
print(runner.state, runner.user_count, runner.user_classes_count, runner.target_user_count, runner.exceptions,
      runner.errors == {}, runner.target_user_classes_count, runner.final_user_classes_count, runner.custom_messages)
print(runner.spawning_greenlet, runner.shape_greenlet, runner.shape_last_tick, runner.current_cpu_usage,
      runner.current_memory_usage, runner.cpu_warning_emitted, runner.worker_cpu_warning_emitted)
print(runner.connection_broken, type(runner.user_greenlets).__name__, len(runner.greenlet), runner.worker_index,
      runner.worker_count, bool(re.fullmatch(r".+_[0-9a-f]{32}", runner.client_id)))
print(runner.stats is environment.stats, names(runner.user_classes), sorted(runner.user_classes_by_name))
print(*[getattr(runners, "STATE_" + name) for name in "INIT SPAWNING RUNNING CLEANUP STOPPING STOPPED MISSING".split()])
print(*[getattr(runners, name) for name in "WORKER_REPORT_INTERVAL WORKER_LOG_REPORT_INTERVAL CPU_MONITOR_INTERVAL "
        "CPU_WARNING_THRESHOLD HEARTBEAT_INTERVAL HEARTBEAT_LIVENESS HEARTBEAT_DEAD_INTERNAL MASTER_HEARTBEAT_TIMEOUT "
        "FALLBACK_INTERVAL CONNECT_TIMEOUT CONNECT_RETRY_COUNT".split()])
node = runners.WorkerNode("id")
print(sorted(vars(node).items()), node.user_count)
nodes = runners.WorkerNodes()
nodes["id"] = node
node.state = "running"
print(len(nodes), nodes.running == [node] == list(nodes.all), nodes.ready, nodes.spawning, nodes.missing, list(nodes))
"""
    )
    assert said[0] == "ready 0 {'Idle': 0, 'Other': 0} 0 {} True {} {} {}"
    assert said[1] == "None None None 0.0 0 False False"
    assert said[2] == "False Group 1 0 1 True"
    assert said[4] == "ready spawning running cleanup stopping stopped missing"
    assert said[5] == "3.0 10 10.0 90 1 3 -60 60 5 5 60"


def test_a_ramp_logs_and_fires_in_locusts_order() -> None:
    """docs/contract/events.md §5.1, docs/contract/outputs.md §2, docs/contract/python-api.md §8: states and lines of
    start, ramp, stop."""
    said = both(
        IDLE
        + """
log_to_stdout()
environment = Environment(user_classes=[Idle, Other])
for name in ("test_start", "spawning_complete", "test_stopping", "test_stop"):
    getattr(environment.events, name).add_listener(
        lambda name=name, **kwargs: print(name, list(kwargs), runner.state, runner.user_count))
runner = environment.create_local_runner()
runner.start(3, 10)
print("started", runner.state, runner.user_count)
until(lambda: runner.state == "running")
print(runner.user_classes_count, runner.target_user_count, runner.target_user_classes_count)
runner.start(1, 10)
until(lambda: runner.user_count == 1 and runner.state == "running")
runner.start(1, 10)
until(lambda: runner.spawning_greenlet.ready())
runner.stop()
print("stopped", runner.state, runner.final_user_classes_count)
runner.stop()
runner.start(1, 1)
until(lambda: runner.state == "running")
runner.quit()
print("quit", runner.state, len(runner.greenlet))
runner.greenlet.join()
runner.quit()
"""
    )
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
    said = both(
        IDLE
        + """
log_to_stdout(logging.WARNING)
import locust.log
class Short(Lines):
    def emit(self, record):
        print(record.levelname, record.name, record.getMessage()[:32])
logging.getLogger().handlers[:] = [Short()]
environment = Environment(user_classes=[Idle])
runner = environment.create_local_runner()
for arguments in ((1, 101), (-1, 1), (1, 0), (9, 1, True)):
    runner.start(*arguments)
    until(lambda: runner.spawning_greenlet.ready())
    gevent.sleep(0.01)
    print(arguments, runner.state, runner.user_count, type(runner.spawning_greenlet.exception).__name__)
runner.quit()
"""
    )
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
    said = both(
        IDLE
        + """
Idle.host = "http://own"
environment = Environment(user_classes=[Idle, Other], host="http://given")
runner = environment.create_local_runner()
print(Idle.host)
runner.start(1, 1)
until(lambda: runner.state == "running")
print(Idle.host, Other.host, vars(Other)["host"])
runner.quit()
"""
    )
    assert said == ["http://own", "http://given http://given http://given"]


def test_users_that_ended_in_a_ramp_are_made_up_for_but_not_afterwards() -> None:
    """docs/contract/python-api.md §4, StopUser: the runner does not replace a user; a ramp spawns up to its target."""
    said = both(
        """
        class Leaving(User):
            wait_time = constant(30)
            made = 0
            def on_start(self):
                Leaving.made += 1
                if Leaving.made == 1:
                    raise StopUser()
            @task
            def work(self):
                pass
        logging.disable()
        environment = Environment(user_classes=[Leaving])
        runner = environment.create_local_runner()
        runner.start(2, 4)
        until(lambda: runner.state == "running" and Leaving.made == 2)
        until(lambda: runner.user_count == 1)
        runner.start(6, 4)
        until(lambda: runner.spawning_greenlet.ready())
        print(runner.user_count)
        runner.quit()
        """
    )
    assert said == ["6"]


def test_users_can_be_spawned_and_stopped_past_the_dispatcher() -> None:
    """docs/contract/library.md §4: spawn_users returns instances before they run, stop_users takes as many as asked."""
    said = both(
        IDLE
        + """
log_to_stdout()
environment = Environment(user_classes=[Idle, Other])
runner = environment.create_local_runner()
users = runner.spawn_users({"Idle": 2, "Other": 1})
print([type(user).__name__ for user in users], [user._state for user in users], runner.state)
until(lambda: all_wait(runner))
runner.stop_users({"Idle": 1})
print(runner.user_classes_count)
gevent.spawn(lambda: runner.stop_users(runner.user_classes_count))
print(len(runner.spawn_users({"Other": 1}, wait=True)), runner.user_count)
runner.quit()
"""
    )
    assert said == [
        "['Idle', 'Idle', 'Other'] [None, None, None] spawning",
        "{'Idle': 1, 'Other': 1}",
        "INFO locust.runners: All users stopped",
        "1 0",
    ]


def test_with_a_stop_timeout_running_users_finish_the_task_in_hand() -> None:
    """docs/contract/python-api.md §4, "Kill semantics": waiting users go at once, running ones after the task."""
    said = both(
        """
        class Mixed(User):
            wait_time = constant(30)
            number = 0
            def on_start(self):
                Mixed.number += 1
                self.number = Mixed.number
            @task
            class Set(TaskSet):
                @task
                def work(self):
                    if self.user.number == 2:
                        gevent.sleep(0.2)
                        print("task done", self.user._state)
                def on_stop(self):
                    print("Set.on_stop", self.user.number)
            def on_stop(self):
                print("on_stop", self.number, self._state)
        log_to_stdout()
        environment = Environment(user_classes=[Mixed], stop_timeout=20)
        environment.events.test_stop.add_listener(lambda environment: print("test_stop", environment.runner.user_count))
        runner = environment.create_local_runner()
        runner.spawn_users({"Mixed": 1})
        until(lambda: next(iter(runner.user_greenlets)).args[0]._state == "waiting")
        runner.spawn_users({"Mixed": 1})
        gevent.sleep(0.05)
        runner.stop()
        """
    )
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
    said = both(
        """
        class Long(User):
            @task
            def work(self):
                try:
                    gevent.sleep(30)
                except gevent.GreenletExit:
                    print("killed", self._state)
                    raise
            def on_stop(self):
                print("on_stop")
        log_to_stdout()
        environment = Environment(user_classes=[Long], stop_timeout=0.1)
        runner = environment.create_local_runner()
        runner.spawn_users({"Long": 1})
        gevent.sleep(0.02)
        runner.stop()
        print(runner.user_count)
        environment.stop_timeout = 0
        runner.spawn_users({"Long": 1})
        gevent.sleep(0.02)
        runner.stop()
        """
    )
    assert said == [
        "INFO locust.runners: Not all users finished their tasks & terminated in 0.1 seconds. Stopping them...",
        "killed stopping",
        "on_stop",
        "0",
        "killed running",
        "on_stop",
    ]


def test_quit_in_a_task_ends_the_test_before_its_own_user() -> None:
    """docs/contract/events.md §5.3: test_stopping, test_stop (the caller still counts), the caller's on_stop, no
    more."""
    said = both(
        """
        class Quitter(User):
            @task
            def work(self):
                print("quit")
                self.environment.runner.quit()
                print("never")
            def on_stop(self):
                print("on_stop", self.environment.runner.state)
        environment = Environment(user_classes=[Quitter])
        environment.events.test_stopping.add_listener(lambda environment: print("test_stopping"))
        environment.events.test_stop.add_listener(lambda environment: print("test_stop", environment.runner.user_count))
        runner = environment.create_local_runner()
        runner.start(1, 1)
        runner.greenlet.join()
        until(lambda: runner.user_count == 0)
        """
    )
    assert said == ["quit", "test_stopping", "test_stop 1", "on_stop stopped"]


def test_quit_in_a_task_ends_a_run_of_many_users_too() -> None:
    """docs/contract/differences.md, `runner.quit()` inside a task: Locust's run never ends, ours does."""
    said = ours(
        """
        class Quitter(User):
            wait_time = constant(30)
            @task
            def work(self):
                if Quitter.number == 5:
                    self.environment.runner.quit()
                    print("never")
                Quitter.number += 1
            number = 1
            def on_stop(self):
                gevent.sleep(0.01)
                stops.append(self.environment.runner.state)
        stops = []
        environment = Environment(user_classes=[Quitter])
        environment.events.test_stop.add_listener(
            lambda environment: (gevent.sleep(0.01), print("test_stop", environment.runner.user_count)))
        environment.events.test_stop.add_listener(lambda environment: print("second listener"))
        runner = environment.create_local_runner()
        runner.start(5, 5)
        with gevent.Timeout(20):
            runner.greenlet.join()
        until(lambda: runner.user_count == 0)
        print(stops)
        """
    )
    assert said == ["test_stop 1", "second listener", "['cleanup', 'cleanup', 'cleanup', 'cleanup', 'stopped']"]


def test_stop_in_a_task_lets_it_go_on_to_its_next_pause() -> None:
    """docs/contract/python-api.md §4: the on_stop of a user that called stop() itself runs after test_stop fired."""
    said = both(
        """
        class Stopper(User):
            @task
            def work(self):
                self.environment.runner.stop()
                print("after stop")
                gevent.sleep(0)
                print("never")
            def on_stop(self):
                print("on_stop")
        environment = Environment(user_classes=[Stopper])
        environment.events.test_stop.add_listener(lambda environment: print("test_stop"))
        runner = environment.create_local_runner()
        runner.start(1, 1)
        until(lambda: runner.state == "stopped" and runner.user_count == 0)
        """
    )
    assert said == ["test_stop", "after stop", "on_stop"]


def test_quit_in_a_test_start_listener_starts_no_users() -> None:
    """docs/contract/events.md §5.3: test_stop fires, no users are created (Locust: only when the process shuts
    down)."""
    said = ours(
        IDLE
        + """
environment = Environment(user_classes=[Idle])
environment.events.test_start.add_listener(lambda environment: environment.runner.quit())
environment.events.test_start.add_listener(lambda environment: print("never"))
environment.events.test_stop.add_listener(lambda environment: print("test_stop", environment.runner.user_count))
environment.events.spawning_complete.add_listener(lambda user_count: print("never"))
runner = environment.create_local_runner()
runner.start(1, 1)
until(lambda: runner.state == "stopped")
runner.greenlet.join()
print(runner.user_count)
"""
    )
    assert said == ["test_stop 0", "0"]


def test_two_stops_at_once_are_one() -> None:
    """docs/contract/differences.md, signals: events once; the second caller waits for the first."""
    said = ours(
        """
        class Slow(User):
            wait_time = constant(30)
            @task
            def work(self): pass
            def on_stop(self):
                gevent.sleep(0.05)
                print("on_stop")
                self.environment.runner.quit()
        environment = Environment(user_classes=[Slow])
        environment.events.test_stopping.add_listener(lambda environment: print("test_stopping"))
        environment.events.test_stop.add_listener(lambda environment: print("test_stop"))
        runner = environment.create_local_runner()
        runner.start(1, 1)
        until(lambda: runner.state == "running" and next(iter(runner.user_greenlets)).args[0]._state == "waiting")
        def stop_and_say():
            runner.stop()
            print("stopped", runner.state)
        gevent.joinall([gevent.spawn(stop_and_say), gevent.spawn(stop_and_say)])
        runner.greenlet.join()
        print("ended")
        """
    )
    assert said == ["test_stopping", "on_stop", "test_stop", "stopped stopped", "stopped stopped", "ended"]


def test_equal_tracebacks_are_one_row_of_exceptions() -> None:
    """docs/contract/python-api.md §8: `exceptions` by hash of the traceback's text; cleared at the next start."""
    said = both(
        """
        logging.disable()
        class Broken(User):
            wait_time = constant(0.001)
            rounds = 0
            @task
            def work(self):
                self.rounds += 1
                if self.rounds == 4:
                    raise StopUser()
                raise ValueError(f"message {self.rounds}")
        environment = Environment(user_classes=[Broken])
        runner = environment.create_local_runner()
        runner.start(1, 1)
        until(lambda: runner.state == "running" and runner.user_count == 0)
        (key, row), = runner.exceptions.items()
        print(row["count"], row["msg"], row["nodes"], key == hash(row["traceback"]), "in work" in row["traceback"])
        runner.log_exception("node", "other", row["traceback"])
        runner.log_exception("node", "other", "elsewhere")
        print([(row["count"], row["msg"], sorted(row["nodes"])) for row in runner.exceptions.values()])
        runner.stop()
        runner.start(0, 1)
        until(lambda: runner.state == "running")
        print(runner.exceptions)
        runner.quit()
        """
    )
    assert said == [
        "3 message 1 {'local'} True True",
        "[(4, 'message 1', ['local', 'node']), (1, 'other', ['node'])]",
        "{}",
    ]


def test_messages_to_oneself_are_delivered_at_once() -> None:
    """docs/contract/python-api.md §8, send_message Local: synchronous, node_id "local", exceptions reach the caller."""
    said = both(
        """
        log_to_stdout()
        runner = Environment().create_local_runner()
        def listener(environment, msg, **kwargs):
            print(environment is runner.environment, msg, msg.type, msg.data, msg.node_id)
            if msg.data is None:
                raise ValueError("no data")
        runner.register_message("greeting", listener, concurrent=True)
        runner.send_message("greeting", {"a": 1}, client_id="ignored")
        attempt(lambda: runner.send_message("greeting"))
        runner.send_message("unknown")
        attempt(lambda: runner.register_message("greeting", listener))
        """
    )
    assert said == [
        "True <Message greeting:local> greeting {'a': 1} local",
        "True <Message greeting:local> greeting None local",
        "ValueError: no data",
        "WARNING locust.runners: Unknown message type received: unknown",
        "Exception: Tried to register listener method for greeting, but it already had a listener!",
    ]


def test_a_shape_leads_the_runner_and_ends_the_test() -> None:
    """docs/contract/python-api.md §7: compared by !=, unchanged means nothing, None stops (headless: quits)."""
    said = both(
        IDLE
        + """
from argparse import Namespace
class Steps(LoadTestShape):
    asked = 0
    def tick(self):
        self.asked += 1
        return {1: (2, 10), 2: (2, 10), 3: (1, 10, [Idle])}.get(self.asked)
log_to_stdout()
gevent.sleep, real_sleep = lambda seconds=0: real_sleep(min(seconds, 0.05)), gevent.sleep
for options in (None, Namespace(headless=True, stop_timeout=0)):
    shape = Steps()
    environment = Environment(user_classes=[Idle], shape_class=shape, parsed_options=options)
    runner = environment.create_local_runner()
    print(shape.runner is runner, shape.get_current_user_count())
    environment.events.test_stop.add_listener(lambda environment: print("test_stop", shape.asked))
    runner.start_shape()
    greenlet = runner.shape_greenlet
    runner.start_shape()
    until(greenlet.ready)
    print(runner.state, len(runner.greenlet), shape.get_run_time() < 20)
"""
    )
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
    said = both(
        IDLE
        + """
class Failing(LoadTestShape):
    asked = 0
    def tick(self):
        self.asked += 1
        if self.asked == 2:
            raise ValueError("no more")
        return 1, 1
class Short(Lines):
    def emit(self, record):
        print(record.levelname, record.name, record.getMessage()[:32])
logging.getLogger().handlers[:] = [Short()]
logging.getLogger().setLevel(logging.WARNING)
gevent.sleep, real_sleep = lambda seconds=0: real_sleep(min(seconds, 0.05)), gevent.sleep
environment = Environment(user_classes=[Idle], shape_class=Failing())
runner = environment.create_local_runner()
runner.start_shape()
until(runner.shape_greenlet.ready)
real_sleep(0.05)
print(runner.state, runner.user_count, environment.shape_class.asked)
runner.quit()
"""
    )
    assert said[0].startswith("CRITICAL locust.runners Unhandled exception in")
    assert said[1:] == ["running 1 2"]


def test_the_monitor_watches_the_thread_of_the_script_only() -> None:
    """docs/contract/differences.md, CPU warning; docs/contract/events.md §2: usage_monitor each interval, cpu_warning,
    one log line."""
    said = ours(
        """
        import locust.runners, threading
        locust.runners.CPU_MONITOR_INTERVAL = 0.05
        log_to_stdout()
        environment = Environment()
        seen = []
        environment.events.usage_monitor.add_listener(lambda **kwargs: seen.append(kwargs))
        warned = []
        environment.events.cpu_warning.add_listener(lambda **kwargs: warned.append(kwargs))
        runner = environment.create_local_runner()
        until(lambda: len(seen) == 2)
        print(sorted(seen[0]), seen[0]["cpu_usage"] < 90, seen[0]["memory_usage"] > 1_000_000, warned)
        def burn(seconds):
            end = time.thread_time() + seconds
            while time.thread_time() < end:
                pass
        seen.clear()
        thread = gevent.get_hub().threadpool.spawn(burn, 0.3)
        until(lambda: len(seen) == 3)
        print(warned, runner.current_cpu_usage < 90)
        thread.get()
        locust.runners.CPU_WARNING_THRESHOLD = 40
        seen.clear()
        until(lambda: burn(0.02) or len(warned) == 2)
        print(sorted(warned[0]), runner.cpu_warning_emitted)
        runner.quit()
        """
    )
    assert said[:2] == ["['cpu_usage', 'environment', 'memory_usage'] True True []", "[] True"]
    assert [line for line in said[2:] if line.startswith("WARNING root: CPU usage above 40%!")] == said[2:3]
    assert "['cpu_usage', 'environment'] True" in said
    assert said[-1].startswith("WARNING locust.runners: CPU usage was too high at some point during the test!")
