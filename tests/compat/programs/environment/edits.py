from locust.env import Environment

from locust import TaskSet, User
from tests.compat.programs.helpers import attempt, names


def f(user):
    pass


def g(user):
    pass


class Inner(TaskSet):
    tasks = [f, f]


class Edited(User):
    tasks = [Inner, f, g, g]
    weight = 4


environment = Environment(
    user_classes=[Edited],
    available_user_classes={"Edited": Edited},
    available_user_tasks={"Edited": list(Edited.tasks)},
)
environment.update_user_class({"user_class_name": "Edited", "host": "http://h", "weight": 2, "tasks": ["g"]})
print(Edited.host, Edited.weight, names(Edited.tasks))
Edited.tasks = [Inner, f, g, g]
environment.assign_equal_weights()
print(Edited.weight, sorted(names(Edited.tasks)))
attempt(lambda: environment.update_user_class({"user_class_name": "Unknown"}))
environment.update_worker_logs({"worker_id": "w", "logs": ["line"]})
environment.update_worker_logs({"worker_id": None, "logs": ["line"]})
print(environment.worker_logs)
