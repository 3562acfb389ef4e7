"""Says when the first user of each test does something."""

import logging
import time

from locust import User, constant, events, task

tests = []


@events.test_start.add_listener
def begin(**_):
    tests.append([])


class Quick(User):
    wait_time = constant(1)
    host = "http://nowhere"

    @task
    def work(self):
        if not tests[-1]:
            tests[-1].append(time.time())
            logging.info("FIRST at %.6f: FIRST %d END", tests[-1][0], len(tests))
