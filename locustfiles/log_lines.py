"""Logging: the file writes log lines with Python's own module; the command line says which and where to.

rlocust demo --port 8000
rlocust -f log_lines.py --headless -u 1 -r 1 -t 5s -H http://127.0.0.1:8000 --loglevel DEBUG
rlocust -f log_lines.py --headless -u 1 -r 1 -t 5s -H http://127.0.0.1:8000 --logfile run.log
rlocust -f log_lines.py --headless -u 1 -r 1 -t 5s -H http://127.0.0.1:8000 --skip-log-setup
"""

import logging

from locust import HttpUser, constant, events, task

shop = logging.getLogger("shop")


@events.test_start.add_listener
def announce(environment, **_):
    logging.info("the test starts against %s", environment.host)


class Talker(HttpUser):
    wait_time = constant(0.2)

    @task
    def talk(self):
        response = self.client.get("/text")
        shop.debug("the answer has %d letters", len(response.text))
        shop.info("status %d", response.status_code)
        shop.warning("this line is meant to be seen")
