from locust.user.task import filter_tasks_by_tags

from locust import MarkovTaskSet, TaskSet, User, tag, task, transition
from tests.compat.programs.helpers import log_to_stdout, names

log_to_stdout()


def tree():
    class Inner(TaskSet):
        @task
        @tag("b")
        def ib(self):
            pass

        @task
        def ic(self):
            pass

    class Chain(MarkovTaskSet):
        @transition("m")
        def m(self):
            pass

    class Top(User):
        tasks = [Inner, Chain]

        @tag("a")
        @task(2)
        def a(self):
            pass

        @tag("a", "b")
        @task
        def ab(self):
            pass

        @task
        def bare(self):
            pass

    return Top, Inner


for tags, exclude_tags in (({"a"}, None), ({"b"}, None), (None, {"b"}), ({"a"}, {"b"}), ({"none"}, None)):
    top, inner = tree()
    filter_tasks_by_tags(top, tags, exclude_tags)
    print(names(top.tasks), names(inner.tasks))
