"""User classes: construction, life and end of one user, and running one alone."""

import sys

from tests.kit.snippets import both, ours


def test_the_package_offers_locusts_names() -> None:
    """docs/contract/python-api.md §1: names of `locust`, sub-modules as attributes, `wait_time` an attribute only."""
    said = both(
        """
        import locust, importlib
        print(*locust.__all__)
        print(locust.__version__, locust.Events.__module__, User.__module__, HttpUser.__module__, task.__module__)
        from types import ModuleType
        print(all(isinstance(getattr(locust, name), ModuleType) for name in "stats runners env event exception user "
                  "clients log debug argument_parser dispatch shape web contrib".split()))
        print(locust.contrib.fasthttp.__name__)
        print(locust.wait_time.__name__)
        attempt(lambda: importlib.import_module("locust.wait_time"))
        from locust._version import version, version_tuple, __version_tuple__, commit_id
        print(version, version_tuple, __version_tuple__, commit_id)
        from locust.user import HttpUser as same, User, TaskSet, task, tag
        print(same is HttpUser)
        for name in ("Locust", "HttpLocust"):
            attempt(lambda: type("Old", (getattr(locust, name),), {}))
        from gevent import monkey
        print(all(monkey.is_module_patched(name) for name in ("socket", "ssl", "threading", "time", "select", "queue",
                                                             "subprocess", "os", "signal")))
        import urllib3
        print(urllib3.connectionpool.ConnectionPool.QueueCls.__module__)
        """
    )
    assert said[0].split()[:3] == ["FastHttpUser", "HttpLocust", "HttpUser"]
    assert said[1] == "2.47.0 locust.event locust.user.users locust.user.users locust.user.task"
    assert said[2:4] == ["True", "locust.contrib.fasthttp"]
    assert said[4:6] == ["locust.user.wait_time", "ModuleNotFoundError: No module named 'locust.wait_time'"]
    assert said[6:8] == ["2.47.0 (2, 47, 0) (2, 47, 0) None", "True"]
    assert said[8].startswith("ImportError: The Locust class has been renamed to User in version 1.0.")
    assert said[9].startswith("ImportError: The HttpLocust class has been renamed to HttpUser in version 1.0.")
    assert said[10:] == ["True", "gevent._gevent_cqueue"]


def test_parts_that_have_not_landed_import_and_say_so_when_used() -> None:
    """docs/contract/library.md §1: the names suites import exist; README of this version: what is not there says so."""
    said = ours(
        """
        from argparse import Namespace
        from locust import html, web
        from locust.rpc import Message, rpc
        from locust.runners import DistributedRunner, LocalRunner, MasterRunner, Runner, WorkerRunner
        print(issubclass(MasterRunner, DistributedRunner), issubclass(WorkerRunner, DistributedRunner))
        print(issubclass(DistributedRunner, Runner), issubclass(LocalRunner, DistributedRunner))
        environment = Environment()
        for call in (
            environment.create_web_ui,
            environment.create_master_runner,
            lambda: environment.create_worker_runner("localhost", 5557),
            lambda: html.get_html_report(environment),
            lambda: rpc.Server("*", 5557),
            lambda: rpc.Client("localhost", 5557, "id"),
        ):
            attempt(call)
        print(Message("type", {"a": 1}, "node"))
        """
    )
    assert said[:2] == ["True True", "True False"]
    assert all(line.startswith("NotImplementedError: rlocust ") for line in said[2:8])
    assert said[8] == "<Message type:node>"


def test_attributes_and_defaults_of_a_user_class() -> None:
    """docs/contract/python-api.md §3: class attributes, json() with weight repeats, fullname() without <locals>."""
    said = both(
        """
        print(User.host, User.weight, User.fixed_count, User.abstract, User.min_wait, User.max_wait, User.tasks,
              User.wait_function, User.wait_time(None), HttpUser.abstract, HttpUser.pool_manager, User.context(None))
        def outer():
            class Made(User):
                host = "http://h"
                @task(2)
                def work(self): pass
            return Made
        print(outer().json(), outer().fullname(), sorted(vars(outer()("environment")))[:4])
        """
    )
    assert said[0] == "None 1 0 True None None [] None 0 True None {}"
    assert said[1].startswith(
        "{'host': 'http://h', 'weight': 1, 'fixed_count': 0, 'tasks': ['work', 'work']} __main__.outer.Made "
    )


def test_a_user_is_one_greenlet_that_carries_it() -> None:
    """docs/contract/python-api.md §3: the greenlet's args[0] is the user, getcurrent() in a task is user.greenlet."""
    said = both(
        """
        class Self(User):
            wait_time = constant(9)
            @task
            def work(self):
                print(gevent.getcurrent() is self.greenlet, self.group is runner.user_greenlets)
                print(self.greenlet.args[0] is self)
                print(self.greenlet in runner.user_greenlets, len(runner.user_greenlets))
        environment = Environment(user_classes=[Self])
        runner = environment.create_local_runner()
        user, = runner.spawn_users({"Self": 1})
        print(user._state, user.environment is environment)
        until(lambda: user._state == "waiting")
        print(user.stop(), runner.user_count)
        runner.quit()
        """
    )
    assert said == ["None True", "True True", "True", "True 1", "True 0"]


def test_a_user_is_made_by_the_greenlet_that_spawns_and_started_afterwards() -> None:
    """docs/contract/python-api.md §3 and surprise 7: __init__ in the spawning greenlet, on_start after the whole
    batch."""
    said = both(
        """
        class Made(User):
            wait_time = constant(9)
            def __init__(self, *arguments):
                super().__init__(*arguments)
                print("init", gevent.getcurrent() is runner.spawning_greenlet, len(arguments))
            def on_start(self):
                print("on_start")
            @task
            def work(self): pass
        environment = Environment(user_classes=[Made])
        runner = environment.create_local_runner()
        environment.events.spawning_complete.add_listener(lambda user_count: print("spawning_complete", user_count))
        runner.start(2, 2)
        until(lambda: runner.state == "running")
        gevent.sleep(0.01)
        runner.quit()
        """
    )
    assert said == ["init True 1", "init True 1", "spawning_complete 2", "on_start", "on_start"]


def test_a_constructor_that_forgets_its_base_gets_a_hint() -> None:
    """docs/contract/python-api.md §3: missing super().__init__ -> AssertionError with a hint."""
    said = both(
        """
        class Forgetful(User):
            def __init__(self, environment): pass
        runner = Environment(user_classes=[Forgetful]).create_local_runner()
        attempt(lambda: runner.spawn_users({"Forgetful": 1}))
        """
    )
    assert said == [
        "AssertionError: Attribute 'environment' is missing on user Forgetful. Perhaps you defined your own __init__ "
        "and forgot to call the base constructor? (super().__init__(*args, **kwargs))"
    ]


def test_an_http_user_needs_a_host() -> None:
    """docs/contract/python-api.md §3: `host is None` raises StopTest; otherwise `client` has base_url and trust_env
    False."""
    said = both(
        """
        import requests
        class Client(HttpUser): pass
        attempt(lambda: Client(Environment()))
        Client.host = "http://localhost:1"
        user = Client(Environment())
        print(user.client.base_url, user.client.trust_env, isinstance(user.client, requests.Session))
        print(user.client.user is user, user.client.request_event is user.environment.events.request)
        """
    )
    assert said == [
        "StopTest: You must specify the base host. Either in the host attribute in the User class, "
        "or on the command line using the --host option.",
        "http://localhost:1 False True",
        "True True",
    ]


def test_errors_in_a_constructor_abort_the_ramp_and_stop_test_the_test() -> None:
    """docs/contract/python-api.md §4: an exception leaves the state "spawning"; StopTest logs and stops the test."""
    said = both(
        """
        from argparse import Namespace
        log_to_stdout()
        def run(error, options=None):
            class Broken(User):
                def __init__(self, environment):
                    super().__init__(environment)
                    raise error
                @task
                def work(self): pass
            environment = Environment(user_classes=[Broken], parsed_options=options)
            environment.events.spawning_complete.add_listener(lambda user_count: print("never"))
            environment.events.test_stop.add_listener(lambda environment: print("test_stop"))
            runner = environment.create_local_runner()
            runner.start(2, 2)
            until(lambda: runner.spawning_greenlet.ready() and len(runner.greenlet) <= 1)
            gevent.sleep(0.05)
            print(runner.state, runner.user_count, len(runner.greenlet))
        import locust.log
        run(StopTest("enough"))
        run(StopTest("enough"), Namespace(headless=True, stop_timeout=0))
        print(locust.log.unhandled_greenlet_exception)
        logging.getLogger().handlers.clear()
        logging.getLogger().addHandler(logging.NullHandler())
        run(ValueError("broken"))
        print(locust.log.unhandled_greenlet_exception)
        """
    )
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
    said = both(
        """
        class Slow(User):
            wait_time = constant(9)
            @task
            def work(self): pass
            def on_stop(self):
                gevent.sleep(0.05)
                print("on_stop done", self.environment.runner.state, self._state)
        environment = Environment(user_classes=[Slow])
        environment.events.test_stop.add_listener(lambda environment: print("test_stop", environment.runner.user_count))
        runner = environment.create_local_runner()
        runner.start(2, 2)
        until(lambda: [greenlet.args[0]._state for greenlet in runner.user_greenlets] == ["waiting"] * 2)
        runner.quit()
        """
    )
    assert said == ["on_stop done cleanup waiting"] * 2 + ["test_stop 0"]


def test_a_user_can_stop_itself() -> None:
    """docs/contract/python-api.md §3: stop() while running returns False and ends after the task; force kills at
    once."""
    said = both(
        """
        class Quitter(User):
            @task
            def work(self):
                print("stop", self.stop(force=self.force))
                print("rest of the task")
            def on_stop(self):
                print("on_stop", self._state)
        environment = Environment(user_classes=[Quitter])
        runner = environment.create_local_runner()
        for force in (False, True):
            Quitter.force = force
            runner.spawn_users({"Quitter": 1})
            until(lambda: runner.user_count == 0)
        class Twice(User):
            @task
            def work(self):
                self.stop()
                try:
                    self.stop()
                except Exception as error:
                    print(error)
        environment = Environment(user_classes=[Twice])
        runner = environment.create_local_runner()
        runner.spawn_users({"Twice": 1})
        until(lambda: runner.user_count == 0)
        """
    )
    assert said == [
        "stop False",
        "rest of the task",
        "on_stop stopping",
        "on_stop running",
        "Tried to stop User in an unexpected state: stopping. This should never happen.",
    ]


def test_the_old_task_set_attribute_warns() -> None:
    """docs/contract/python-api.md §2: User with `task_set` attribute -> DeprecationWarning only."""
    said = both(
        """
        import warnings
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            class Old(User):
                task_set = TaskSet
        print(*[(each.category.__name__, str(each.message)) for each in caught], Old.tasks)
        """
    )
    assert said == [
        "('DeprecationWarning', 'Usage of User.task_set is deprecated since version 1.0. "
        "Set the tasks attribute instead (tasks = [TaskSet])') []"
    ]


SINGLE = """
class Alone(User):
    step = 0
    @task
    def work(self):
        self.step += 1
        fire = self.environment.events.request.fire
        if self.step == 1:
            fire(request_type="GET", name="n", response_time=12.6, response_length=10, exception=None,
                 context={"a": 1}, start_time=1700000000.123456)
        elif self.step == 2:
            fire(request_type="GET", name="n" * 60, response_time=12.5, response_length=10,
                 exception=CatchResponseError("caught"), context={}, start_time=1700000000.0)
        elif self.step == 3:
            fire(request_type="LONGMETHOD", name="m", response_time=1234567890.5, response_length=10,
                 exception=ValueError("v" * 600), context={})
        elif self.step == 4:
            fire(request_type="GET", name="m", response_time=None, response_length=10, exception="text", context={})
        elif self.step == 5:
            raise ValueError("goes on")
        else:
            raise StopUser()
@events.init.add_listener
def on_init(environment, runner, web_ui):
    print("init", runner, web_ui, environment.locustfile, environment.host, environment.events is events)
@events.test_start.add_listener
def on_test_start(environment):
    print("test_start", environment.runner)
"""


def test_a_single_user_prints_a_line_for_each_request() -> None:
    """docs/contract/python-api.md §9, run_single_user: columns, widths, cut texts; events init and test_start only."""
    said = both(
        SINGLE
        + """
run_single_user(Alone)
import locust.debug
print(type(locust.debug._env.single_user_instance).__name__, Alone.host)
run_single_user(Alone, include_length=True)
""",
        "--host",
        "http://given",
    )
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
    said = both(
        SINGLE.replace("self.step == 3", "self.step > 2")
        + "\nAlone.work.__defaults__ = None\nclass Short(Alone):\n    step = 0\n"
        + """
class Two(User):
    @task
    def work(self):
        Alone.work(self)
        if self.step == 2:
            raise StopUser()
    step = 0
run_single_user(Two, include_length=True, include_time=True, include_context=True)
"""
    )
    assert said[1] == f"{'time'.ljust(24)}\ttype\t{'name'.ljust(50)}\tresp_ms\tlength\texception\tcontext\t\t"
    assert said[-2:] == [
        f"2023-11-14 22:13:20.123456+00:00\tGET\t{'n'.ljust(50)}\t13     \t10\t{' ' * 9}\t{{'a': 1}}\t",
        f"2023-11-14 22:13:20+00:00\tGET\t{'n' * 60}\t12     \t10\tcaught   \t\t",
    ]


REST = """
import json, re
from gevent.pywsgi import WSGIServer
answers = {"/ok": ("200 OK", b'{"a": 1}'), "/missing": ("404 Not Found", b"nope"), "/page": ("200 OK", b"<html>" * 100)}
def application(request, start_response):
    if request["PATH_INFO"] == "/echo":
        seen = [request.get("CONTENT_TYPE"), request.get("HTTP_ACCEPT"), re.sub("[0-9]+", "N", request["QUERY_STRING"])]
        status, body = "200 OK", json.dumps(seen).encode()
    else:
        status, body = answers[request["PATH_INFO"]]
    start_response(status, [("Content-Length", str(len(body)))])
    return [body]
server = WSGIServer(("127.0.0.1", 0), application, log=None)
server.start()
class Requests(HttpUser):
    host = f"http://127.0.0.1:{server.server_port}"
class Fast(FastHttpUser):
    host = f"http://127.0.0.1:{server.server_port}"
def on_request(request_type, name, exception, **kwargs):
    text = re.sub(r"(?<=at )[^ ]* in rest, [^ ]*/", "(rest), ", str(exception))
    print(request_type, re.sub("[0-9]{5,}", "N", name), type(exception).__name__, text[:400])
def users():
    for user_class in (Requests, Fast):
        user = user_class(Environment())
        user.environment.events.request.add_listener(on_request)
        yield user
"""


def test_rest_sends_and_parses_json() -> None:
    """docs/contract/http-client.md §6: headers added if missing, `.js`, `rest_` with its parameter and name."""
    said = both(
        REST
        + """
for user in users():
    with user.rest("GET", "/ok") as response:
        print(response.js, response.status_code)
    with user.rest("POST", "/echo", json={"x": 1}) as response:
        print(response.js)
    with user.rest("POST", "/echo", headers={"accept": "text/plain"}, data="x", name="named") as response:
        print(response.js)
    with user.rest_("GET", "/echo") as response:
        print(response.js)
    with user.rest_("GET", "/echo?a=b", name="named") as response:
        print(response.js)
"""
    )
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


def test_rest_words_what_went_wrong_in_the_block() -> None:
    """docs/contract/http-client.md §6: failure texts; control exceptions are swallowed, GreenletExit passes."""
    said = both(
        REST
        + """
for user in users():
    with user.rest("GET", "/missing") as response:
        print(response.js)
    with user.rest("GET", "/page") as response:
        response.success()
    with user.rest("GET", "/ok") as response:
        assert response.js["a"] == 2, "not two"
    with user.rest("GET", "/ok") as response:
        assert response.js["a"] == 2, "not two,"
    with user.rest("GET", "/ok") as response:
        assert response.js["a"] == 2
    with user.rest("GET", "/ok") as response:
        response.js["b"]
    with user.rest("GET", "/ok") as response:
        raise StopUser("swallowed")
    with user.rest("GET", "/ok") as response:
        response.failure("mine")
    try:
        with user.rest("GET", "/ok") as response:
            raise gevent.GreenletExit()
    except gevent.GreenletExit:
        print("passed")
"""
    )
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
    assert both("print(*sys.version_info[:2])") == [f"{sys.version_info[0]} {sys.version_info[1]}"]
