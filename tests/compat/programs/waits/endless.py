import gevent
from locust.env import Environment

from locust import User, task
from tests.compat.programs.helpers import until


class Patient(User):
    def wait_time(self):
        return next(waits)

    @task
    def work(self):
        pass

    def on_stop(self):
        print("on_stop", self._state)


longest = [1e9, 1e18, 1e300, float("inf"), 10**12]
waits = iter(longest)
environment = Environment(user_classes=[Patient])
runner = environment.create_local_runner()
runner.start(len(longest), 100)
until(lambda: runner.user_count == len(longest))
gevent.sleep(0.05)
print(runner.user_count, [user.args[0]._state for user in runner.user_greenlets])
runner.quit()
print(runner.user_count, runner.exceptions)
