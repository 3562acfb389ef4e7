from locust.env import Environment

from locust import User, task
from tests.compat.programs.helpers import until


class Watched(User):
    @task
    def work(self):
        print("task", self._state)
        if self.stop() is False:
            print("told to stop", self._state)
        self.wait()

    def on_start(self):
        print("on_start", self._state)

    def on_stop(self):
        print("on_stop", self._state)

    def wait_time(self):
        print("wait_time", self._state)
        return 0


environment = Environment(user_classes=[Watched])
runner = environment.create_local_runner()
(user,) = runner.spawn_users({"Watched": 1})
print(user._state)
until(lambda: runner.user_count == 0)
print(user._state)
runner.quit()
