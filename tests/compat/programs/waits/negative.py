from locust.env import Environment
from locust.exception import StopUser

from locust import User, constant, task
from tests.compat.programs.helpers import until


class Hasty(User):
    wait_time = constant(-1)
    rounds = 0

    @task
    def work(self):
        self.rounds += 1
        if self.rounds == 3:
            raise StopUser()


class Default(Hasty):
    wait_time = constant(0)


for cls in (Hasty, Default):
    environment = Environment(user_classes=[cls])
    runner = environment.create_local_runner()
    users = runner.spawn_users({cls.__name__: 2})
    until(lambda: runner.user_count == 0)
    print([user.rounds for user in users])
    runner.quit()
