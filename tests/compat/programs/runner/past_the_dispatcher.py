import gevent
from locust.env import Environment

from tests.compat.programs.helpers import log_to_stdout, until
from tests.compat.programs.runner.idle import Idle, Other, all_wait

log_to_stdout()
environment = Environment(user_classes=[Idle, Other])
runner = environment.create_local_runner()
users = runner.spawn_users({"Idle": 2, "Other": 1})
print([type(user).__name__ for user in users], [user._state for user in users], runner.state)
until(lambda: all_wait(runner))
runner.stop_users({"Idle": 1})
print(runner.user_classes_count)
gevent.spawn(lambda: runner.stop_users(runner.user_classes_count))
print(len(runner.spawn_users({"Other": 1}, wait=True)), runner.user_count)
runner.quit()
