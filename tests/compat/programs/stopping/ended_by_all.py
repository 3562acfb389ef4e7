"""All users end the test in the same moment, by the method given: nothing behind the call runs in any of them."""

import sys

import gevent
from gevent.event import Event
from locust.env import Environment

from locust import User, task
from tests.compat.programs.helpers import until

USERS = 5
method, stop_timeout = sys.argv[1], float(sys.argv[2])


class Ender(User):
    @task
    def work(self):
        calls.append(self)
        if len(calls) == USERS:
            together.set()
        together.wait()
        getattr(self.environment.runner, method)()
        after.append(self)
        gevent.sleep(0)  # the first caller of `stop` ends where it next gives way
        never.append(self)

    def on_stop(self):
        ends.append(self)


calls, after, never, ends = [], [], [], []
together = Event()
environment = Environment(user_classes=[Ender], stop_timeout=stop_timeout)
runner = environment.create_local_runner()
runner.start(USERS, USERS)
with gevent.Timeout(30):
    until(lambda: len(ends) == USERS and runner.state == "stopped" and runner.user_count == 0, 30)
print(f"calls {len(calls)}, behind the call {len(after) if method == 'quit' else '-'}, behind a switch {len(never)}")
