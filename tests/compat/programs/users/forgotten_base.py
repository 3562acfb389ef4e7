from locust.env import Environment

from locust import User
from tests.compat.programs.helpers import attempt


class Forgetful(User):
    def __init__(self, environment):
        pass


runner = Environment(user_classes=[Forgetful]).create_local_runner()
attempt(lambda: runner.spawn_users({"Forgetful": 1}))
