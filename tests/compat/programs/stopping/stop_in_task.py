import gevent
from locust.env import Environment

from locust import User, task
from tests.compat.programs.helpers import until


class Stopper(User):
    @task
    def work(self):
        self.environment.runner.stop()
        print("after stop")
        gevent.sleep(0)
        print("never")

    def on_stop(self):
        print("on_stop")


environment = Environment(user_classes=[Stopper])
environment.events.test_stop.add_listener(lambda environment: print("test_stop"))
runner = environment.create_local_runner()
runner.start(1, 1)
until(lambda: runner.state == "stopped" and runner.user_count == 0)
