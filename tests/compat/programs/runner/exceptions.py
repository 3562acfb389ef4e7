import logging

from locust.env import Environment
from locust.exception import StopUser

from locust import User, constant, task
from tests.compat.programs.helpers import until

logging.disable()


class Broken(User):
    wait_time = constant(0.001)
    rounds = 0

    @task
    def work(self):
        self.rounds += 1
        if self.rounds == 4:
            raise StopUser()
        raise ValueError(f"message {self.rounds}")


environment = Environment(user_classes=[Broken])
runner = environment.create_local_runner()
runner.start(1, 1)
until(lambda: runner.state == "running" and runner.user_count == 0)
((key, row),) = runner.exceptions.items()
print(row["count"], row["msg"], row["nodes"], key == hash(row["traceback"]), "in work" in row["traceback"])
runner.log_exception("node", "other", row["traceback"])
runner.log_exception("node", "other", "elsewhere")
print([(row["count"], row["msg"], sorted(row["nodes"])) for row in runner.exceptions.values()])
runner.stop()
runner.start(0, 1)
until(lambda: runner.state == "running")
print(runner.exceptions)
runner.quit()
