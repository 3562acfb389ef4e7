import sys

import gevent  # noqa: F401 - before `locust`, as programs do
from locust.env import Environment

from locust import User, constant, task


class Mine(User):
    wait_time = constant(0)

    @task
    def report(self):
        self.environment.events.request.fire(
            request_type="T", name="n", response_time=1.0, response_length=0, exception=None, context={}
        )
        self.environment.runner.quit()


environment = Environment(user_classes=[Mine])
environment.create_local_runner().start(1, spawn_rate=1)
environment.runner.greenlet.join()
print(environment.stats.total.num_requests, sys.argv, __name__, sys.path[0])
