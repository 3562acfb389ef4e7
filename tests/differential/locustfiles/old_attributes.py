# What files of Locust 0.x use inside their tasks: the error is today's, once for each task.
# run: -u 1
# run[locust]:
# run[parent_locust]:
# run[task_set]:
# run[min_wait]:
# run[hooks]:
# run[slave_report]:
# run[client_of_user]:
import os

import gevent
from _lab import is_at_rest, quit_when, say

from locust import TaskSet, User, constant, events, task

CASE = os.environ["LAB_CLIENT"]


class Steps(TaskSet):
    if CASE == "min_wait":
        min_wait = 10
        max_wait = 20

    @task
    def work(self):
        if CASE == "locust":
            say(self.locust)
        elif CASE == "parent_locust":
            say(self.parent.locust)
        elif CASE == "client_of_user":
            say(self.client)
        elif CASE == "hooks":
            events.request_success.fire(request_type="GET", name="/", response_time=1, response_length=1)
        elif CASE == "slave_report":
            events.slave_report += say
        elif CASE == "min_wait":
            say(0.01 <= self.wait_time() <= 0.02, self.min_wait, self.max_wait)
        Visitor.has_done_it = True
        gevent.sleep(60)


@events.init.add_listener
def on_init(environment, **_):
    quit_when(environment, lambda: Visitor.has_done_it or is_at_rest(environment.runner))


class Visitor(User):
    has_done_it = False
    tasks = [Steps]  # noqa: RUF012 (that is how a locustfile is written)
    if CASE == "task_set":
        task_set = Steps
    wait_time = None if CASE == "min_wait" else constant(60)
