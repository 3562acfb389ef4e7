from locust.env import Environment

from locust import User, task
from tests.compat.programs.helpers import until


class Numb(User):
    wait_time = 5

    @task
    def work(self):
        print("worked")

    def on_stop(self):
        print("on_stop")


environment = Environment(user_classes=[Numb])


@environment.events.user_error.add_listener
def on_error(user_instance, exception, tb):
    print(type(user_instance).__name__, repr(exception))


runner = environment.create_local_runner()
runner.start(1, 1)
until(lambda: runner.state == "running" and runner.user_count == 0)
print(runner.user_count, [row["count"] for row in runner.exceptions.values()])
runner.quit()
