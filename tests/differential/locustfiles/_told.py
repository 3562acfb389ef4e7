"""Listeners that say of every event of a local run what it brought and in which state the runner was."""

from _lab import say
from locust.env import Environment

from locust import events

RUN = ("init", "test_start", "spawning_complete", "user_error", "test_stopping", "test_stop", "quitting", "quit")
seen = []


def shown(value):
    return value if isinstance(value, (int, str)) or value is None else type(value).__name__


def listen(name):
    def listener(**given):
        seen.extend(each for each in given.values() if isinstance(each, Environment))
        runner = seen[-1].runner if seen else None
        state = (runner.state, runner.user_count) if runner else None
        say(name, {key: shown(value) for key, value in given.items()}, state)

    getattr(events, name).add_listener(listener)


for name in RUN:
    listen(name)
