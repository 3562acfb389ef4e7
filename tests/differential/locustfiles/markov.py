# ruff: noqa: RUF012 (`tasks` as a list is how a locustfile is written)
import random

from _lab import end_run, say

from locust import MarkovTaskSet, User, transition, transitions

random.seed(4)
walked = []


class Walk(MarkovTaskSet):
    @transition("browse", 3)
    @transition("leave")
    def home(self):
        self.step("home")

    @transitions({"browse": 2, "buy": 1})
    def browse(self):
        self.step("browse")

    @transitions(["home", ("leave", 2)])
    def buy(self):
        self.step("buy")

    @transition("home")
    def leave(self):
        self.step("leave")

    def step(self, name):
        walked.append(name)
        if len(walked) == 40:
            say(" ".join(walked))
            end_run(self.user)


class Walker(User):
    tasks = [Walk]


try:

    class Broken(MarkovTaskSet):
        @transition("nowhere")
        def only(self):
            pass

except Exception as error:
    say(type(error).__name__, error)
try:

    class Empty(MarkovTaskSet):
        pass

except Exception as error:
    say(type(error).__name__, error)
