import sys

from _lab import say

from locust import User, events, task


@events.quitting.add_listener
def quitting(**_):
    say("quitting is never reached")


class Visitor(User):
    @task
    def leave(self):
        say("leaving")
        sys.exit(9)
