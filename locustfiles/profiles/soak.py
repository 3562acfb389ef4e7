"""Soak: a moderate load for hours, to see what leaks. The users and the time may be given on the command line.

rlocust demo --port 8000
rlocust -f soak.py --headless -u 30 -r 3 -t 4h -H http://127.0.0.1:8000
"""

from locust import LoadTestShape

from stages import Visitor  # noqa: F401 - the user class is found by being here


class Soak(LoadTestShape):
    use_common_options = True

    def tick(self):
        options = self.runner.environment.parsed_options
        if self.get_run_time() > (options.run_time or 8 * 3600):
            return None
        return options.num_users or 20, options.spawn_rate or 1
