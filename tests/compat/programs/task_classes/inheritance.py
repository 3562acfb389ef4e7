from locust import User, task
from tests.compat.programs.helpers import names


class Parent(User):
    @task
    def work(self):
        pass


class Child(Parent):
    @task(3)
    def work(self):
        pass


class Mixin:
    @task
    def mixed(self):
        pass


class Mixed(Mixin, Parent):
    pass


@task
def twice(user):
    pass


class Twice(User):
    tasks = [twice]
    again = twice


class Abstract(User):
    abstract = True
    weight = 7
    fixed_count = 2
    host = "http://example.com"


class Concrete(Abstract):
    pass


if __name__ == "__main__":
    print([each is Parent.work for each in Child.tasks])
    print(names(Mixed.tasks))
    print(names(Twice.tasks))
    print(Abstract.abstract, Concrete.abstract, Concrete.weight, Concrete.fixed_count, Concrete.host)
