from locust.env import Environment

from locust import User, constant, task
from tests.compat.programs.helpers import log_to_stdout, until


class Idle(User):
    wait_time = constant(60)

    @task
    def work(self):
        pass


environment = Environment(user_classes=[Idle], reset_stats=True)
log_to_stdout()
environment.events.spawning_complete.add_listener(
    lambda user_count: print("early", runner.state, user_count, runner.stats.num_requests)
)
runner = environment.create_local_runner()
environment.events.spawning_complete.add_listener(
    lambda user_count: print("late", runner.state, user_count, runner.stats.num_requests)
)
environment.events.test_start.add_listener(lambda environment: runner.stats.log_request("GET", "before", 1, 1))
runner.start(1, 1)
until(lambda: runner.state == "running")
runner.quit()
