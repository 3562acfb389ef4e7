from locust.env import Environment

from tests.compat.programs.helpers import log_to_stdout, until
from tests.compat.programs.runner.idle import Idle, Other

log_to_stdout()
environment = Environment(user_classes=[Idle, Other])
for name in ("test_start", "spawning_complete", "test_stopping", "test_stop"):
    getattr(environment.events, name).add_listener(
        lambda name=name, **kwargs: print(name, list(kwargs), runner.state, runner.user_count)
    )
runner = environment.create_local_runner()
runner.start(3, 10)
print("started", runner.state, runner.user_count)
until(lambda: runner.state == "running")
print(runner.user_classes_count, runner.target_user_count, runner.target_user_classes_count)
runner.start(1, 10)
until(lambda: runner.user_count == 1 and runner.state == "running")
runner.start(1, 10)
until(lambda: runner.spawning_greenlet.ready())
runner.stop()
print("stopped", runner.state, runner.final_user_classes_count)
runner.stop()
runner.start(1, 1)
until(lambda: runner.state == "running")
runner.quit()
print("quit", runner.state, len(runner.greenlet))
runner.greenlet.join()
runner.quit()
