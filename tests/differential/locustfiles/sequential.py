# ruff: noqa: RUF012 (`tasks` as a list is how a locustfile is written)
from _lab import end_run, say

from locust import SequentialTaskSet, TaskSet, User, task


class Shop(SequentialTaskSet):
    def on_start(self):
        say("shop on_start", type(self.parent).__name__, self.user is self.parent)

    def on_stop(self):
        say("shop on_stop")

    @task
    def first(self):
        say("first")

    @task(2)
    def second(self):
        say("second")

    @task
    class Till(SequentialTaskSet):
        @task
        def pay(self):
            say("pay", type(self.parent).__name__)

        @task
        def leave(self):
            say("leave till")
            self.interrupt(reschedule=False)

    @task
    def third(self):
        say("third")

    @task
    def leave(self):
        say("leave shop")
        self.interrupt()


class Lounge(TaskSet):
    rounds = 0

    def on_start(self):
        say("lounge on_start")
        self.schedule_task(self.sit)
        self.schedule_task(self.stand, first=True)

    @task
    def idle(self):
        Lounge.rounds += 1
        say("idle", Lounge.rounds)
        if Lounge.rounds == 2:
            end_run(self.user)
        self.interrupt()

    def sit(self):
        say("sit")

    def stand(self):
        say("stand")

    def on_stop(self):
        say("lounge on_stop")


class Day(SequentialTaskSet):
    tasks = [Shop, Lounge]

    def on_stop(self):
        say("day on_stop")


class Visitor(User):
    tasks = [Day]

    def wait_time(self):
        say("wait")
        return 0

    def on_start(self):
        say("user on_start")

    def on_stop(self):
        say("user on_stop")
