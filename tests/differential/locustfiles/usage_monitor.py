# The generator watches itself: keywords, types and how often.
import locust.runners
from _lab import say

from locust import User, constant, events, task

locust.runners.CPU_MONITOR_INTERVAL = 0.2
seen = []


@events.usage_monitor.add_listener
def on_usage(environment, **given):
    seen.append(given)
    if len(seen) == 3:
        say({key: type(value).__name__ for key, value in given.items()}, given["memory_usage"] > 1_000_000)
        runner = environment.runner
        say(runner.current_cpu_usage == given["cpu_usage"], runner.current_memory_usage == given["memory_usage"])
        environment.runner.quit()


class Visitor(User):
    wait_time = constant(60)

    @task
    def idle(self):
        pass
