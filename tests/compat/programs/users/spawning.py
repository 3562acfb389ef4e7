import gevent
from locust.env import Environment

from locust import User, constant, task
from tests.compat.programs.helpers import until


class Made(User):
    wait_time = constant(60)

    def __init__(self, *arguments):
        super().__init__(*arguments)
        print("init", gevent.getcurrent() is runner.spawning_greenlet, len(arguments))

    def on_start(self):
        print("on_start")
        begun.append(self)

    @task
    def work(self):
        pass


begun = []
environment = Environment(user_classes=[Made])
runner = environment.create_local_runner()
environment.events.spawning_complete.add_listener(lambda user_count: print("spawning_complete", user_count))
runner.start(2, 2)
until(lambda: runner.state == "running" and len(begun) == 2)
runner.quit()
