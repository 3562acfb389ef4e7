import logging

from locust.exception import StopUser

from locust import task
from tests.compat.programs.helpers import log_to_stdout, names
from tests.compat.programs.task_loop.base import Base, gone, run


class Mixin:
    @task
    def mixed(self):
        pass


class Parent(Base):
    @task
    def work(self):
        raise StopUser()


class Child(Mixin, Parent):
    @task
    def work(self):
        raise StopUser()


log_to_stdout(logging.WARNING)
run(Child, gone)
print(names(Child.tasks))
