"""Steps of a ramp, up and down, and how often one of them looked at every user."""

from locust.env import Environment

from tests.compat.programs.helpers import until
from tests.compat.programs.runner.idle import Idle, Other

environment = Environment(user_classes=[Idle, Other])
runner = environment.create_local_runner()
group = type(runner.user_greenlets)
walks = []
whole = group.__iter__


def counted(users):
    walks.append(len(users))
    return whole(users)


group.__iter__ = counted
runner.start(40, 100)
until(lambda: runner.state == "running")
print(runner.user_classes_count, walks)
runner.start(10, 100)
until(lambda: runner.user_count == 10 and runner.state == "running")
print(runner.user_classes_count, walks)
runner.stop_users({"Idle": 2})
print(runner.user_classes_count, runner.user_count, walks)
