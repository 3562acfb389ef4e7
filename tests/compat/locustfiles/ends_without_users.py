"""A second locustfile: the run ends once all of its users have ended by themselves."""

import gevent

from locust import events

PAUSE = 0.01


@events.init.add_listener
def watch(environment, **_):
    begun = []
    environment.events.spawning_complete.add_listener(lambda **_: begun.append(True))
    gevent.spawn(end_without_users, environment.runner, begun)


def end_without_users(runner, begun):
    while not begun or runner.user_count:
        gevent.sleep(PAUSE)
    runner.quit()
