import gevent
from locust.env import Environment

from locust import User, constant, task
from tests.compat.programs.helpers import until


class Quitter(User):
    wait_time = constant(30)

    @task
    def work(self):
        if Quitter.number == 5:
            self.environment.runner.quit()
            print("never")
        Quitter.number += 1

    number = 1

    def on_stop(self):
        gevent.sleep(0.01)
        stops.append(self.environment.runner.state)


stops = []
environment = Environment(user_classes=[Quitter])
environment.events.test_stop.add_listener(
    lambda environment: (gevent.sleep(0.01), print("test_stop", environment.runner.user_count))
)
environment.events.test_stop.add_listener(lambda environment: print("second listener"))
runner = environment.create_local_runner()
runner.start(5, 5)
with gevent.Timeout(30):
    runner.greenlet.join()
until(lambda: runner.user_count == 0)
print(stops)
