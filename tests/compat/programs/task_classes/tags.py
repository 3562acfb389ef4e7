from locust import TaskSet, tag, task
from tests.compat.programs.helpers import attempt


@tag("x")
@tag("y", "z")
def f(user):
    pass


class Inner(TaskSet):
    @tag("own")
    @task
    def tagged(self):
        pass

    @task
    def bare(self):
        pass


class Outer(TaskSet):
    tasks = [Inner]


print(sorted(f.locust_tag_set), tag("all")(Outer) is Outer)
print(sorted(Inner.tagged.locust_tag_set), sorted(Inner.bare.locust_tag_set), hasattr(Outer, "locust_tag_set"))
attempt(lambda: tag())
attempt(lambda: tag(f))
