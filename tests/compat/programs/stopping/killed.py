import gevent
from gevent.event import Event
from locust.env import Environment

from locust import User, task
from tests.compat.programs.helpers import log_to_stdout, until


class Long(User):
    @task
    def work(self):
        try:
            working.set()
            Event().wait()
        except gevent.GreenletExit:
            print("killed", self._state)
            raise

    def on_stop(self):
        print("on_stop")


working = Event()
log_to_stdout()
environment = Environment(user_classes=[Long], stop_timeout=0.1)
runner = environment.create_local_runner()
runner.spawn_users({"Long": 1})
until(working.is_set)
runner.stop()
print(runner.user_count)
environment.stop_timeout = 0
working.clear()
runner.spawn_users({"Long": 1})
until(working.is_set)
runner.stop()
