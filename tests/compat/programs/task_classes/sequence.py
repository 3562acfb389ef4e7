from locust import SequentialTaskSet, User, task
from tests.compat.programs.helpers import attempt


def f(user):
    pass


class Ordered(SequentialTaskSet):
    @task(2)
    def a(self):
        pass

    tasks = [f, (f, 2)]

    @task
    def b(self):
        pass


class More(Ordered):
    tasks = {f: 2}

    @task
    def c(self):
        pass


for cls in (Ordered, More):
    print([getattr(each, "__name__", type(each).__name__) for each in cls.tasks])
attempt(lambda: type("Bad", (SequentialTaskSet,), {"tasks": (f,)}))


class Empty(SequentialTaskSet):
    pass


class Nobody(User):
    pass


attempt(Empty(Nobody(None)).get_next_task)
