import gevent
from locust.env import Environment

from locust import User, constant, task
from tests.compat.programs.helpers import until


class Slow(User):
    wait_time = constant(30)

    @task
    def work(self):
        pass

    def on_stop(self):
        until(lambda: len(asked) == 2)
        print("on_stop")
        self.environment.runner.quit()


asked = []
environment = Environment(user_classes=[Slow])
environment.events.test_stopping.add_listener(lambda environment: print("test_stopping"))
environment.events.test_stop.add_listener(lambda environment: print("test_stop"))
runner = environment.create_local_runner()
runner.start(1, 1)
until(lambda: runner.state == "running" and next(iter(runner.user_greenlets)).args[0]._state == "waiting")


def stop_and_say():
    asked.append(1)
    runner.stop()
    print("stopped", runner.state)


gevent.joinall([gevent.spawn(stop_and_say), gevent.spawn(stop_and_say)])
runner.greenlet.join()
print("ended")
