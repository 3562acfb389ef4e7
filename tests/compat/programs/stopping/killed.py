import gevent
from locust.env import Environment

from locust import User, task
from tests.compat.programs.helpers import log_to_stdout


class Long(User):
    @task
    def work(self):
        try:
            gevent.sleep(30)
        except gevent.GreenletExit:
            print("killed", self._state)
            raise

    def on_stop(self):
        print("on_stop")


log_to_stdout()
environment = Environment(user_classes=[Long], stop_timeout=0.1)
runner = environment.create_local_runner()
runner.spawn_users({"Long": 1})
gevent.sleep(0.02)
runner.stop()
print(runner.user_count)
environment.stop_timeout = 0
runner.spawn_users({"Long": 1})
gevent.sleep(0.02)
runner.stop()
