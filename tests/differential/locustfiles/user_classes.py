# Which classes are spawned, how many of each and in which order.
# run: -r 50
# run[weights]: -u 11
# run[fractions]: -u 9
# run[zero]: -u 6
# run[all_zero]: -u 3
# run[fixed]: -u 8
# run[fixed_beyond]: -u 4
# run[only_fixed]: -u 9 -r 50
# run[equal]: -u 7 --equal-weights
# run[changed_in_init]: -u 6
# run[dispatcher]: -u 6
# run[one_by_one]: -u 5 -r 5
# run[same_name]: -u 2
# run[abstract]: -u 3
import os

import gevent
from _lab import say, until
from locust.dispatch import UsersDispatcher

from locust import TaskSet, User, constant, events, task

CASE = os.environ["LAB_CLIENT"]
SHAPES = {  # weight and fixed_count of each class
    "fractions": [(0.5, 0), (1.5, 0), (2.5, 0)],
    "zero": [(0, 0), (1, 0), (0, 2)],
    "all_zero": [(0, 0), (0, 0), (0, 0)],
    "fixed": [(1, 2), (1, 0), (3, 0)],
    "fixed_beyond": [(1, 3), (1, 2), (3, 0)],
    "only_fixed": [(1, 3), (1, 2), (1, 1)],
    "abstract": [(1, 0), (1, 0), (1, 0)],
}.get(CASE, [(1, 0), (3, 0), (7, 0)])
order = []


def visit(user):
    pass


class Base(User):
    abstract = True
    wait_time = constant(60)
    tasks = {visit: 3}  # noqa: RUF012 (that is how a locustfile is written)

    def on_start(self):
        order.append(type(self).__name__)

    @task
    class Room(TaskSet):
        tasks = [visit, visit]  # noqa: RUF012

        @task(5)
        def sit(self):
            pass


class Alpha(Base):
    weight, fixed_count = SHAPES[0]
    abstract = CASE == "abstract"


class Beta(Base):
    weight, fixed_count = SHAPES[1]


class Gamma(Base):
    weight, fixed_count = SHAPES[2]


if CASE == "same_name":
    Delta = Beta


class Backwards(UsersDispatcher):
    def _user_gen(self):
        while True:
            yield from ("Gamma", "Beta", "Alpha")


@events.init.add_listener
def on_init(environment, **_):
    runner = environment.runner
    if CASE == "changed_in_init":
        Alpha.weight = 5
        Gamma.fixed_count = 1
    if CASE == "dispatcher":
        environment.dispatcher_class = Backwards

    @environment.events.spawning_complete.add_listener
    def complete(user_count):
        say("complete", user_count, runner.target_user_count, sorted(runner.target_user_classes_count.items()))
        gevent.spawn(end)

    def end():
        until(lambda: runner.state == "running" and len(order) == runner.user_count)
        say(*order)
        say([(each.__name__, each.weight, sorted(t.__name__ for t in each.tasks)) for each in runner.user_classes])
        runner.quit()
