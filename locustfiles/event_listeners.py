"""Events: a suite that listens. What each listener heard is printed at the end; a slow or broken run fails it.

rlocust demo --port 8000
rlocust -f event_listeners.py --headless -u 3 -r 3 -t 10s -H http://127.0.0.1:8000
"""

import os
from collections import Counter

from locust import HttpUser, constant, events, task
from locust.runners import LocalRunner, MasterRunner, WorkerRunner

heard = Counter()
broken = os.environ.get("BROKEN", "")


@events.init.add_listener
def prepare(environment, runner, **_):
    role = "plain"
    if isinstance(runner, MasterRunner):
        role = "master"
    elif isinstance(runner, WorkerRunner):
        role = "worker"
    elif isinstance(environment.runner, LocalRunner):
        role = "local"
    print(f"init: this is a {role} runner")


@events.test_start.add_listener
def begin(environment, **_):
    print(f"test_start: against {environment.host}")


@events.spawning_complete.add_listener
def all_here(user_count, **_):
    print(f"spawning_complete: {user_count} users")


@events.request.add_listener
def count(request_type, name, response_time, response_length, exception, context, response, **_):
    heard["failed" if exception else "good"] += 1
    heard["bytes"] += response_length
    if context:
        heard[f"asked by {context['asked_by']}"] += 1


@events.user_error.add_listener
def mishap(user_instance, exception, tb, **_):
    heard["mishaps"] += 1


@events.test_stopping.add_listener
def ending(environment, **_):
    print(f"test_stopping: {environment.runner.state}")


@events.test_stop.add_listener
def end(environment, **_):
    print(f"test_stop: {environment.runner.state}")


@events.quitting.add_listener
def judge(environment, **_):
    total = environment.stats.total
    print(f"quitting: heard {heard['good']} good, {heard['failed']} failed, {heard['mishaps']} mishaps")
    print(f"quitting: the statistics say {total.num_requests - total.num_failures} good, {total.num_failures} failed")
    if total.fail_ratio > 0.01:
        environment.process_exit_code = 3
    elif heard["mishaps"]:
        environment.process_exit_code = 4
    else:
        environment.process_exit_code = 0


@events.quit.add_listener
def leave(exit_code, **_):
    print(f"quit: {exit_code}")


class Customer(HttpUser):
    wait_time = constant(0.05)

    def context(self):
        return {"asked_by": type(self).__name__}

    @task
    def visit(self):
        self.client.get("/status/500" if broken == "server" else "/json")
        if broken == "suite":
            raise ValueError("a fault of the suite")
