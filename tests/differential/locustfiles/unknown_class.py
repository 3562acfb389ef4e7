# run: NoSuchUser Visitor
from locust import User, task


class Visitor(User):
    @task
    def work(self):
        pass
