from locust import TaskSet, User, task
from tests.compat.programs.helpers import names


def f(user):
    pass


def g(user):
    pass


class Base(User):
    @task
    def base(self):
        pass


class Derived(Base):
    @task(2)
    def own(self):
        pass

    tasks = [f, (g, 2)]


if __name__ == "__main__":
    print(names(Derived.tasks), type(Derived.tasks).__name__)
    print(names(type("D", (User,), {"tasks": {f: 2, g: 1}}).tasks))
    print(names(type("S", (User,), {"tasks": {f}}).tasks), names(type("T", (TaskSet,), {"tasks": (f, g)}).tasks))
    print(names(type("I", (User,), {"tasks": (each for each in [g, f])}).tasks))
