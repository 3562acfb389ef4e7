from locust.exception import StopUser

from locust import User, run_single_user, task
from tests.compat.programs.users.single.alone import Alone


class Two(User):
    @task
    def work(self):
        Alone.work(self)
        if self.step == 2:
            raise StopUser()

    step = 0


run_single_user(Two, include_length=True, include_time=True, include_context=True)
