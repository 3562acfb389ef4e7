import logging

import gevent
from locust.env import Environment

from locust import LoadTestShape
from tests.compat.programs.helpers import Lines, until
from tests.compat.programs.runner.idle import Idle


class Failing(LoadTestShape):
    asked = 0

    def tick(self):
        self.asked += 1
        if self.asked == 2:
            raise ValueError("no more")
        return 1, 1


logged = []


class Short(Lines):
    def emit(self, record):
        logged.append(record)
        print(record.levelname, record.name, record.getMessage()[:32])


logging.getLogger().handlers[:] = [Short()]
logging.getLogger().setLevel(logging.WARNING)
gevent.sleep, real_sleep = lambda seconds=0: real_sleep(min(seconds, 0.05)), gevent.sleep
environment = Environment(user_classes=[Idle], shape_class=Failing())
runner = environment.create_local_runner()
runner.start_shape()
until(lambda: runner.shape_greenlet.ready() and logged and runner.state == "running")
print(runner.state, runner.user_count, environment.shape_class.asked)
runner.quit()
