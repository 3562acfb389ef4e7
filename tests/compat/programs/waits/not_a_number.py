from locust.env import Environment

from locust import User, task
from tests.compat.programs.helpers import until


class Lost(User):
    def wait_time(self):
        return float("nan")

    @task
    def work(self):
        pass


environment = Environment(user_classes=[Lost])
environment.events.user_error.add_listener(lambda exception, **_: print(repr(exception)))
runner = environment.create_local_runner()
runner.start(1, 1)
until(lambda: runner.state == "running" and not runner.user_count)
runner.quit()
