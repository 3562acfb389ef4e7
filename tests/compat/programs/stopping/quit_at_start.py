from locust.env import Environment

from tests.compat.programs.helpers import until
from tests.compat.programs.runner.idle import Idle

environment = Environment(user_classes=[Idle])
environment.events.test_start.add_listener(lambda environment: environment.runner.quit())
environment.events.test_start.add_listener(lambda environment: print("never"))
environment.events.test_stop.add_listener(lambda environment: print("test_stop", environment.runner.user_count))
environment.events.spawning_complete.add_listener(lambda user_count: print("never"))
runner = environment.create_local_runner()
runner.start(1, 1)
until(lambda: runner.state == "stopped")
runner.greenlet.join()
print(runner.user_count)
