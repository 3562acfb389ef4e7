"""A master and a worker of one program: the master has quit with all figures, and says nothing of lost ones."""

import logging

from locust.env import Environment
from locust.event import Events

from locust import User, constant, task
from tests.compat.programs.helpers import until


class Caller(User):
    wait_time = constant(0.01)

    @task
    def call(self):
        self.environment.events.request.fire(
            request_type="GET", name="x", response_time=1, response_length=0, exception=None, context={}
        )
        calls.append(self)


class Lines(logging.Handler):
    def emit(self, record):
        print(record.name, record.getMessage())


calls = []
logging.getLogger("rlocust.cluster").addHandler(Lines())
led, working = (Environment(user_classes=[Caller], events=Events()) for _ in range(2))
master = led.create_master_runner("127.0.0.1", 0)
working.create_worker_runner("127.0.0.1", master.server.port)
until(lambda: master.worker_count)
master.start(2, 10)
until(lambda: len(calls) > 10)
master.quit()
print(led.stats.total.num_requests == len(calls))
