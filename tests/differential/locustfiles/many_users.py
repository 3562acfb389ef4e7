# run: -u 9 -r 3 Light Heavy Fixed
import collections

from _lab import quit_when, say

from locust import User, constant, events, task

order = []


class Base(User):
    abstract = True
    wait_time = constant(60)

    def on_start(self):
        order.append(type(self).__name__)

    @task
    def idle(self):
        pass


class Light(Base):
    weight = 1


class Heavy(Base):
    weight = 3


class Fixed(Base):
    fixed_count = 2


class NotAsked(Base):
    weight = 10


@events.spawning_complete.add_listener
def complete(user_count, **_):
    say(user_count)


@events.init.add_listener
def on_init(environment, **_):
    runner = environment.runner
    quit_when(environment, lambda: runner.state == "running" and len(order) == 9, lambda: finish(environment))


def finish(environment):
    say(sorted(c.__name__ for c in environment.user_classes), sorted(collections.Counter(order).items()))
    say(" ".join(order))
    say(sorted(environment.runner.user_classes_count.items()), environment.runner.target_user_count)
    environment.runner.quit()
