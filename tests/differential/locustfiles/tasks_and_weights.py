# ruff: noqa: RUF012 (`tasks` as a list is how a locustfile is written)
import random

from _lab import end_run, say

from locust import TaskSet, User, task

random.seed(20)
done = []


def plain(user):
    user.note("plain")


class Inner(TaskSet):
    @task
    def once(self):
        self.user.note("inner")
        self.interrupt()


class Base(User):
    abstract = True

    @task(2)
    def kept(self):
        self.note("base.kept")


class Mixin:
    @task
    def lost(self):
        self.note("mixin.lost")


class Visitor(Mixin, Base):
    tasks = [plain, plain, (plain, 2), Inner]

    def note(self, name):
        done.append(name)
        if len(done) == 60:
            say(" ".join(done))
            end_run(self)

    @task(3)
    def kept(self):
        self.note("kept")

    @task
    def light(self):
        self.note("light")

    @task(0)
    def never(self):
        self.note("never")


say([t.__qualname__ for t in Visitor.tasks])
say(Visitor.json(), Visitor.fullname())


class ByDict(User):
    weight = 0
    tasks = {plain: 3, Inner: 1}


say([t.__name__ for t in ByDict.tasks])
