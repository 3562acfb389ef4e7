# run: --spawnrate 3
from locust import User, task


class Visitor(User):
    @task
    def work(self):
        pass
