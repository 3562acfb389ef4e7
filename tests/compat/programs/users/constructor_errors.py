import logging
from argparse import Namespace

from locust.env import Environment
from locust.exception import StopTest

from locust import User, task
from tests.compat.programs.helpers import log_to_stdout, until

log_to_stdout()


def run(error, until_ended, options=None):
    class Broken(User):
        def __init__(self, environment):
            super().__init__(environment)
            raise error

        @task
        def work(self):
            pass

    environment = Environment(user_classes=[Broken], parsed_options=options)
    environment.events.spawning_complete.add_listener(lambda user_count: print("never"))
    environment.events.test_stop.add_listener(lambda environment: print("test_stop"))
    runner = environment.create_local_runner()
    runner.start(2, 2)
    until(lambda: runner.spawning_greenlet.ready() and until_ended(runner))
    print(runner.state, runner.user_count, len(runner.greenlet))


import locust.log

run(StopTest("enough"), lambda runner: runner.state == "stopped" and len(runner.greenlet) == 1)
run(
    StopTest("enough"),
    lambda runner: runner.state == "stopped" and not runner.greenlet,
    Namespace(headless=True, stop_timeout=0),
)
print(locust.log.unhandled_greenlet_exception)
logging.getLogger().handlers.clear()
logging.getLogger().addHandler(logging.NullHandler())
run(ValueError("broken"), lambda runner: locust.log.unhandled_greenlet_exception)
print(locust.log.unhandled_greenlet_exception)
