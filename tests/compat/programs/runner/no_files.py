"""Users that find no open file left: what their calls came to, and whether the runner's own greenlets live on."""

import resource
import sys

import locust.runners
from locust.env import Environment

from locust import HttpUser, constant, task
from tests.compat.programs.helpers import until

locust.runners.CPU_MONITOR_INTERVAL = 0.01
calls = []


class Caller(HttpUser):
    wait_time = constant(60)

    @task
    def call(self):
        self.client.get("/text")
        calls.append(self)


environment = Environment(user_classes=[Caller], host=sys.argv[1])
runner = environment.create_local_runner()
looked = []
environment.events.usage_monitor.add_listener(lambda **_: looked.append(len(calls)))
runner.start(1, 10)
until(lambda: calls)
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))  # those that are open stay open
runner.start(20, 100)
until(lambda: looked[-1:] == [20])
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
print(environment.stats.total.num_failures, [error.error for error in environment.stats.errors.values()])
runner.quit()
