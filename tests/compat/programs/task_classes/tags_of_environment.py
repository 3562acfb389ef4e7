from argparse import Namespace

from locust.env import Environment

from locust import User, tag, task
from tests.compat.programs.helpers import names


def user_class():
    class Top(User):
        @tag("a")
        @task
        def a(self):
            pass

        @tag("b")
        @task
        def b(self):
            pass

    return Top


options = Namespace(tags=["a"], exclude_tags=None, stop_timeout=3)
for arguments in ({}, {"tags": ["b"]}, {"exclude_tags": ["a"], "tags": ["a", "b"]}):
    top = user_class()
    environment = Environment(user_classes=[top], parsed_options=options, **arguments)
    environment._filter_tasks_by_tags()
    print(names(top.tasks), environment._tasks_filtered, environment.stop_timeout)
    environment.tags = ["none"]
    environment._filter_tasks_by_tags()
    print(names(top.tasks))
