import logging

from locust.env import Environment
from locust.exception import StopUser

from locust import User, constant, task
from tests.compat.programs.helpers import until


class Leaving(User):
    wait_time = constant(30)
    made = 0

    def on_start(self):
        Leaving.made += 1
        if Leaving.made == 1:
            raise StopUser()

    @task
    def work(self):
        pass


logging.disable()
environment = Environment(user_classes=[Leaving])
runner = environment.create_local_runner()
runner.start(2, 4)
until(lambda: runner.state == "running" and Leaving.made == 2)
until(lambda: runner.user_count == 1)
runner.start(6, 4)
until(lambda: runner.spawning_greenlet.ready())
print(runner.user_count)
runner.quit()
