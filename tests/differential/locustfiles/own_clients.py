# Clients, users and task sets that a suite subclasses or patches.
import random
import time
from unittest import mock

from _lab import LAB, end_run, say
from locust.clients import HttpSession, ResponseContextManager
from locust.contrib.fasthttp import FastHttpSession
from locust.contrib.fasthttp import FastHttpUser as ContribFastHttpUser
from locust.event import EventHook
from locust.user.task import DefaultTaskSet

from locust import FastHttpUser, HttpUser, TaskSet, events, task

random.seed(1)


@events.request.add_listener
def told(request_type, name, exception, **_):
    say("told", request_type, name, repr(exception))


class PrefixSession(HttpSession):
    def request(self, method, url, *arguments, **more):
        more.setdefault("name", f"own {method} {url}")
        more["headers"] = {**more.get("headers", {}), "X-Own": "1"}
        return super().request(method, url, *arguments, **more)


class PrefixFast(FastHttpSession):
    def request(self, method, url, **more):
        return super().request(method, url, name="own fast", **more)


def patched_task(self, task):
    say("execute", getattr(task, "__name__", task))
    return original(self, task)


original = DefaultTaskSet.execute_task
DefaultTaskSet.execute_task = patched_task


class Visitor(HttpUser):
    @task
    class Steps(TaskSet):
        @task
        def step(self):
            say(type(self.client).__name__, self.user.host == LAB)
            self.interrupt()

    def on_start(self):
        say(FastHttpUser is ContribFastHttpUser)
        self.client = PrefixSession(self.host, self.environment.events.request, user=self)
        self.client.get("/json")
        self.client.post("/echo", json={"a": 1})
        fast = PrefixFast(self.host, self.environment.events.request, user=self)
        say(fast.get("/json").status_code, fast.post("/echo", data="x").json()["body"])
        self.alone()
        self.wrapped()

    def alone(self):
        hook = EventHook()
        hook.add_listener(lambda **kwargs: say("own hook", kwargs["name"], kwargs["context"]))
        session = HttpSession(LAB, hook, None)
        session.get("/json")
        session.get("/json", context={"a": 1})
        say(session.trust_env, self.client.trust_env, session.base_url == LAB)

    def wrapped(self):
        inner = self.client.get

        def timed(*arguments, **more):
            time.sleep(0)
            return inner(*arguments, **more)

        self.client.get = timed
        say(self.client.get("/json", name="wrapped").status_code)
        with mock.patch.object(HttpSession, "get", return_value="patched"):
            say(HttpSession.get(self.client, "/json"))
        with mock.patch.object(ResponseContextManager, "failure", lambda self, exc: say("failure patched", exc)):
            with self.client.post("/json", name="patched failure", catch_response=True) as response:
                response.failure("no")

    tasks_done = 0

    def wait_time(self):
        Visitor.tasks_done += 1
        if Visitor.tasks_done == 2:
            end_run(self)
        return 0.01

    @task
    def second(self):
        self.client.get("/json", name="second")
