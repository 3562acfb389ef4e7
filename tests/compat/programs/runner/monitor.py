import time

import gevent
import locust.runners
import psutil
from locust.env import Environment

from tests.compat.programs.helpers import log_to_stdout, until

locust.runners.CPU_MONITOR_INTERVAL = 0.05
log_to_stdout()
environment = Environment()
seen = []
environment.events.usage_monitor.add_listener(lambda **kwargs: seen.append(kwargs))
warned = []
environment.events.cpu_warning.add_listener(lambda **kwargs: warned.append(kwargs))
runner = environment.create_local_runner()
until(lambda: len(seen) == 2)
share = seen[0]["memory_usage"] / psutil.Process().memory_info().rss
print(sorted(seen[0]), seen[0]["cpu_usage"] < 90, 0.8 < share < 1.2, warned)


def burn(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


seen.clear()
thread = gevent.get_hub().threadpool.spawn(burn, 0.3)
until(lambda: len(seen) == 3)
print(warned, runner.current_cpu_usage < 90)
thread.get()
locust.runners.CPU_WARNING_THRESHOLD = 5
seen.clear()
until(lambda: burn(0.02) or len(warned) == 2)
print(sorted(warned[0]), runner.cpu_warning_emitted)
runner.quit()
