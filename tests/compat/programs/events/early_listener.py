from locust.env import Environment
from locust.exception import StopUser

from locust import User, constant, task
from tests.compat.programs.helpers import until


class Once(User):
    wait_time = constant(60)

    @task
    def work(self):
        self.environment.events.request.fire(
            request_type="X", name="x", response_time=1, response_length=1, exception=None, context={}
        )


def leave(**kwargs):
    raise StopUser()


for early in (True, False):
    environment = Environment(user_classes=[Once])
    if early:
        environment.events.request.add_listener(leave)
    runner = environment.create_local_runner()
    if not early:
        environment.events.request.add_listener(leave)
    runner.start(1, 1)
    until(lambda: runner.state == "running" and runner.user_count == 0)
    print(early, runner.stats.num_requests)
    runner.quit()
