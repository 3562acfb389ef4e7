import time
from argparse import Namespace

import gevent
from locust.env import Environment

from locust import LoadTestShape
from tests.compat.programs.helpers import log_to_stdout, until
from tests.compat.programs.runner.idle import Idle


class Steps(LoadTestShape):
    asked = 0

    def tick(self):
        until(lambda: not self.asked or self.runner.spawning_greenlet.ready())
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
    begun = time.perf_counter()
    runner.start_shape()
    greenlet = runner.shape_greenlet
    runner.start_shape()
    until(greenlet.ready)
    print(runner.state, len(runner.greenlet), shape.get_run_time() <= time.perf_counter() - begun)
