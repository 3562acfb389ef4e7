from locust import User, events, task


@events.init.add_listener
def broken(environment, **_):
    raise ValueError("in init")


class Visitor(User):
    @task
    def work(self):
        pass
