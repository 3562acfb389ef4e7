"""What a master of simulated workers loads: it never runs a user. It says when all have joined and what it counted."""

import json
import os
import time

from locust import User, events, task


def say(event, **facts):
    with open(os.environ["BENCH_EVENTS"], "a") as file:
        file.write(json.dumps({"event": event, "t": time.time(), **facts}) + "\n")


class Simulated(User):
    @task
    def nothing(self):
        raise NotImplementedError


@events.init.add_listener
def began(environment, **_):
    say("init")


@events.test_start.add_listener
def started(environment, **_):
    say("started")


@events.spawning_complete.add_listener
def spawned(user_count, **_):
    say("spawned", users=user_count)


@events.init.add_listener
def at_the_end(environment, **_):
    @events.quit.add_listener
    def ended(exit_code, **_):
        say("quit", requests=environment.stats.total.num_requests, entries=len(environment.stats.entries))
