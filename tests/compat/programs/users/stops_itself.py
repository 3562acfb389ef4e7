from locust.env import Environment

from locust import User, task
from tests.compat.programs.helpers import until


class Quitter(User):
    @task
    def work(self):
        print("stop", self.stop(force=self.force))
        print("rest of the task")

    def on_stop(self):
        print("on_stop", self._state)


environment = Environment(user_classes=[Quitter])
runner = environment.create_local_runner()
for force in (False, True):
    Quitter.force = force
    runner.spawn_users({"Quitter": 1})
    until(lambda: runner.user_count == 0)


class Twice(User):
    @task
    def work(self):
        self.stop()
        try:
            self.stop()
        except Exception as error:
            print(error)


environment = Environment(user_classes=[Twice])
runner = environment.create_local_runner()
runner.spawn_users({"Twice": 1})
until(lambda: runner.user_count == 0)
