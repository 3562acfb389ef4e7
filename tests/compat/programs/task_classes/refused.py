from locust import User, task
from tests.compat.programs.helpers import attempt, log_to_stdout

log_to_stdout()


def f(user):
    pass


def run(self):
    pass


def on_start(self):
    pass


attempt(lambda: task(run))
attempt(lambda: task(on_start).locust_task_weight)
attempt(lambda: type("F", (User,), {"f": task(1.5)(f)}))
attempt(lambda: type("N", (User,), {"tasks": 5}))
print(type("Z", (User,), {"f": task(0)(f)}).tasks, type("M", (User,), {"f": task(-1)(f)}).tasks)
