import random

from locust.user.task import DefaultTaskSet

from locust import User
from tests.compat.programs.helpers import names


def a(user):
    pass


def b(user):
    pass


class Chooser(User):
    tasks = [a, b, b]


tasks = DefaultTaskSet(Chooser(None))
random.seed(7)
picked = names(tasks.get_next_task() for _ in range(8))
random.seed(7)
print(picked == names(random.choice([a, b, b]) for _ in range(8)), *picked)
Chooser.tasks.clear()
Chooser.tasks.append(a)
print(tasks.get_next_task().__name__)
