from locust.user.task import DefaultTaskSet

from locust import TaskSet, User
from tests.compat.programs.helpers import attempt


class Bare(User):
    pass


class Typo(User):
    task = 3


class BareSet(TaskSet):
    pass


class TypoSet(TaskSet):
    task = 3


for user_class in (Bare, Typo):
    attempt(DefaultTaskSet(user_class(None)).get_next_task)
for set_class in (BareSet, TypoSet):
    attempt(set_class(Bare(None)).get_next_task)
