from locust.env import Environment

from locust import User, task
from tests.compat.programs.helpers import until


class Quitter(User):
    @task
    def work(self):
        print("quit")
        self.environment.runner.quit()
        print("never")

    def on_stop(self):
        print("on_stop", self.environment.runner.state)


environment = Environment(user_classes=[Quitter])
environment.events.test_stopping.add_listener(lambda environment: print("test_stopping"))
environment.events.test_stop.add_listener(lambda environment: print("test_stop", environment.runner.user_count))
runner = environment.create_local_runner()
runner.start(1, 1)
runner.greenlet.join()
until(lambda: runner.user_count == 0)
