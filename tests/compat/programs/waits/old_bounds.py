from locust import TaskSet, User
from tests.compat.programs.helpers import attempt


class Old(User):
    wait_time = None
    min_wait = 1000
    max_wait = 1000


class Neither(User):
    wait_time = None


class Set(TaskSet):
    pass


attempt(Set(Old(None)).wait_time)
attempt(Set(Neither(None)).wait_time)
