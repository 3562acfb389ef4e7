"""A worker asks the master to end the run."""

from locust.runners import MasterRunner

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        self.environment.runner.send_message("enough")


@events.init.add_listener
def register(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        environment.runner.register_message("enough", enough)


asked = []


def enough(environment, msg, **_):
    if not asked:
        print("enough")
    asked.append(msg)
    environment.runner.quit()
