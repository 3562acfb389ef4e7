import gevent
from locust.env import Environment

from locust import User, constant, task
from tests.compat.programs.helpers import until


class Slow(User):
    wait_time = constant(60)

    @task
    def work(self):
        pass

    def on_stop(self):
        gevent.sleep(0.05)
        print("on_stop done", self.environment.runner.state, self._state)


environment = Environment(user_classes=[Slow])
environment.events.test_stop.add_listener(lambda environment: print("test_stop", environment.runner.user_count))
runner = environment.create_local_runner()
runner.start(2, 2)
until(lambda: [greenlet.args[0]._state for greenlet in runner.user_greenlets] == ["waiting"] * 2)
runner.quit()
