"""A locustfile whose response times owe nothing to a machine: the runs in `runs/` that `test_compare.py` reads.

DELAY_MS=40 rlocust -f fixed_times.py --headless -u 10 -r 10 -t 12s --store before.store --summary-json before.json
DELAY_MS=80 rlocust -f fixed_times.py --headless -u 10 -r 10 -t 12s --store after.store --summary-json after.json
"""

import itertools
import os
from random import Random

from locust import User, constant, task

DELAY = float(os.environ.get("DELAY_MS", "40"))
CHANCE = Random(1)


class Visitor(User):
    host = "http://127.0.0.1"
    wait_time = constant(0.02)
    turns = itertools.count()

    @task
    def visit(self):
        if next(self.turns) % 5:
            self.report("/json", CHANCE.uniform(1, 3))
        else:
            self.report("slow page", DELAY + CHANCE.uniform(0, 3))

    def report(self, name, milliseconds):
        self.environment.events.request.fire(
            request_type="GET", name=name, response_time=milliseconds, response_length=100, exception=None, context={}
        )
