"""Tasks: all the ways to say what a user does. Functions outside a class get the user as their argument.

rlocust demo --port 8000
rlocust -f task_forms.py --headless -u 5 -r 5 -t 10s -H http://127.0.0.1:8000
"""

from locust import HttpUser, TaskSet, constant, task


def read(user):
    user.client.get("/echo/read", name=f"{type(user).__name__} reads")


def write(user):
    user.client.post("/echo/write", name=f"{type(user).__name__} writes")


class Decorated(HttpUser):
    wait_time = constant(0.05)

    @task
    def write(self):
        write(self)

    @task(3)
    def read(self):
        read(self)


class Listed(HttpUser):
    wait_time = constant(0.05)
    tasks = [read]


class ListedTwice(HttpUser):
    """As often in the list, as often drawn."""

    wait_time = constant(0.05)
    tasks = [read, read, read, write]


class Weighted(HttpUser):
    wait_time = constant(0.05)
    tasks = {read: 3, write: 1}


class Browsing(TaskSet):
    @task
    def read(self):
        read(self.user)
        self.interrupt(reschedule=False)


class Nested(HttpUser):
    wait_time = constant(0.05)
    tasks = {Browsing}
