from locust.env import Environment

from locust import User, constant, task
from tests.compat.programs.helpers import until


class Patient(User):
    def wait_time(self):
        return next(waits)

    @task
    def work(self):
        pass

    def on_stop(self):
        print("on_stop", self._state)


class Brief(User):
    """Ends some short waits, by which a long one that has none would have ended too."""

    wait_time = constant(0.01)
    rounds = 0

    @task
    def work(self):
        Brief.rounds += 1


longest = [1e9, 1e18, 1e300, float("inf"), 10**12]
waits = iter(longest)
environment = Environment(user_classes=[Patient])
runner = environment.create_local_runner()
runner.start(len(longest), 100)
until(lambda: [user.args[0]._state for user in runner.user_greenlets] == ["waiting"] * len(longest))
beside = Environment(user_classes=[Brief]).create_local_runner()
beside.start(1, 1)
until(lambda: Brief.rounds == 4)
beside.quit()
print(runner.user_count, [user.args[0]._state for user in runner.user_greenlets])
runner.quit()
print(runner.user_count, runner.exceptions)
